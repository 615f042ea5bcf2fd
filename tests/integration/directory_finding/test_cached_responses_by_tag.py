"""Headers of tags, also broken ones: the cache answers them as the application does."""

import itertools
import os
import re

from flask import Flask
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory_service.listings.domain.hsds.services import at_location_id
from directory_service.listings.domain.hsds.taxonomies import (
    NEEDS_TAXONOMY,
    term,
)
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.web.access.require import access_of
from service_kit.web.etag import read_tags
from support.kit.cached_responses import (
    FROM_THE_DATABASE,
    FROM_THE_INDEX,
    ITEM,
    PLACE,
    PROVIDER,
    SERVICE,
    Counting,
    essence,
    follow,
    unpacked,
)
from support.listings import (
    Directory,
)

NOT_TAGS = ('x"%s"', '"%s', '%s"', '"1%s""%s"', ':gzip"%s"', '"%s" "%s"', '"%s", *', 'w/"%s"', "%s", '"\xff%s"x')


TAGS = ('"%s"', 'W/"%s"', '"0", "%s:gzip"', "*", '"%s:gzip"', ',"%s",', '"%s"' + ', "another"' * 300)


HEADERS_DRAWN = int(os.environ.get("SETU_HISTORIES", "2"))  # for each address; `make soak` says how many
HEADERS = st.sampled_from((*NOT_TAGS, *TAGS, "", " ", ",", '""', "x" * 4000)) | st.text(
    st.sampled_from('"W/, *\tx1:gzip%\xe9'), max_size=30
)


def public_addresses(app: Flask) -> list[str]:
    """Every GET route that anybody may ask, with an object that is there."""
    known = {
        "service_id": SERVICE.id,
        "organization_id": PROVIDER.id,
        "at_location_id": at_location_id(SERVICE, PLACE),
        "taxonomy_id": NEEDS_TAXONOMY,
        "term_id": term(NEEDS_TAXONOMY, "OST")["id"],
        "object_type": "service",
        "slug": "not-found",
        "parts": 1,
        "number": 1,
    }
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if "GET" in (rule.methods or ()) and access and access.is_public and rule.arguments <= known.keys():
            found.append(re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(known[name[1]]), rule.rule))
    return [*found, *FROM_THE_INDEX, *FROM_THE_DATABASE, "/api/services?format=ndjson"]


def test_no_header_of_tags_gets_or_leaves_an_answer_that_is_empty_or_anothers(
    filled: Directory, client: Counting
) -> None:
    """Every public address is asked with a header of tags, with the cache and without; then without the header."""
    with filled.worker.transaction() as session:
        write_taxonomies(session)
    follow(filled)
    addresses = public_addresses(client.application)
    assert {ITEM, "/", "/sitemap.xml", "/api/openapi.json", "/api/export/datapackage.zip"} <= set(addresses)
    for path in addresses:
        if not path.startswith(("/healthz", "/readyz")):  # they tell how it goes, which changes
            compare_with_the_application(client, path)


def compare_with_the_application(client: Counting, path: str) -> None:
    past, plain = client.application.test_client(use_cookies=False), client.get(path, buffered=True)
    tag = plain.headers.get("ETag", "").strip('"')
    unasked = (f"{path}{'&' if '?' in path else '?'}{'&' * number}" for number in itertools.count(1))

    @given(headers=st.lists(HEADERS, min_size=1, max_size=3), packs=st.booleans())
    @settings(max_examples=HEADERS_DRAWN)
    @example(headers=['x"%s"'], packs=False)
    @example(headers=['"1%s""%s"'], packs=False)
    def check(headers: list[str], packs: bool) -> None:
        address = next(unasked)  # the same, but nothing of it is in the cache
        for said in headers:
            header = {"If-None-Match": said.replace("%s", tag), **({"Accept-Encoding": "gzip"} if packs else {})}
            cached = client.get(address, headers=header, buffered=True)
            fresh = past.get(address, headers={**header, "Cookie": "goes=past"}, buffered=True)

            assert essence(cached) == essence(fresh)
            if plain.status_code == 200:
                is_held = tag and tag in read_tags(header["If-None-Match"]).unpacked()
                assert cached.status_code == (304 if is_held else 200)
            if cached.status_code == 200:
                assert unpacked(cached) == plain.data
            assert essence(client.get(address, buffered=True)) == essence(plain)

    check()
