"""Programs on other sites, and programs that keep what they read: CORS, gzip, tags and times."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.clock import FrozenClock
from service_kit.web.access.require import access_of
from service_kit.web.cors import is_open
from support.events import eventually
from support.hsds.changes import (
    LISTS,
    Copy,
    walked,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))
ELSEWHERE = {"Origin": "https://elsewhere.example"}
CLOSED = (
    *(("/api/session", "POST"), ("/api/session", "DELETE"), ("/sign-in", "POST"), ("/", "GET"), ("/api/none", "GET")),
    *((f"/api/services/{SERVICE.id}", "PUT"), (f"/api/services/{SERVICE.id}", "PATCH")),
)
SHOWN = {"ETag", "Last-Modified", "Link", "X-Total-Count", "RateLimit", "RateLimit-Policy", "Retry-After"}


def fill(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    many = (a_service(PROVIDER, f"Service {number:02}") for number in range(30))
    directory.save_together(PROVIDER, PLACE, *many, SERVICE)


@pytest.fixture
def filled(directory: Directory) -> Directory:
    fill(directory)
    return directory


def ours(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, rule.endpoint


def test_every_public_read_under_api_is_open_to_every_origin_and_nothing_else(reader: FlaskClient) -> None:
    app, opened = reader.application, set[tuple[str, str]]()
    for method, path, endpoint in ours(app):
        access = access_of(app, endpoint, method)
        assert access is not None
        if is_open(app, endpoint):
            assert access.is_public
            opened.add((method, path))
        elif method == "GET" and access.is_public:
            assert not path.startswith("/api/") or path.startswith("/api/docs"), path  # its page is no answer
    searched = {path for method, path in opened if method == "POST"}
    assert searched == {f"/api/{path}" for path in LISTS.values()}
    assert searched < {path for method, path in opened if method == "GET"}
    assert {method for method, _ in opened} == {"GET", "POST"}


def test_a_preflight_is_answered_for_what_is_open_and_for_nothing_else(reader: FlaskClient) -> None:
    asked = {**ELSEWHERE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "if-none-match"}
    for path in ("/api/services?page=2", "/api/changes?limit=1", f"/api/services/{SERVICE.id}", "/api/taxonomies"):
        answer = reader.options(path, headers=asked)

        assert (answer.status_code, answer.data) == (204, b""), path
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "If-None-Match" in answer.headers["Access-Control-Allow-Headers"]
        assert {"GET", "HEAD"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
        assert "Access-Control-Allow-Credentials" not in answer.headers
    for path, method in CLOSED:
        answer = reader.options(path, headers={**ELSEWHERE, "Access-Control-Request-Method": method})

        assert answer.status_code in {404, 405}, (method, path)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_a_page_elsewhere_reads_answers_and_errors_and_searches(reader: FlaskClient) -> None:
    found = reader.get("/api/services", headers=ELSEWHERE)
    wrong = reader.get("/api/services?per_page=0", headers=ELSEWHERE)
    gone = reader.get(f"/api/services/{PROVIDER.id}", headers=ELSEWHERE)
    searched = reader.post("/api/services", json={"search": "care"}, headers=ELSEWHERE)
    same = reader.get("/api/services", headers={**ELSEWHERE, "If-None-Match": found.headers["ETag"]})

    assert [each.status_code for each in (found, wrong, gone, searched, same)] == [200, 400, 404, 200, 304]
    for answer in (found, wrong, gone, searched, same):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert set(answer.headers["Access-Control-Expose-Headers"].split(", ")) >= SHOWN
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert searched.get_json()["total_items"] == 1
    closed = reader.post("/api/session", json={"user": "a", "password": "b"}, headers=ELSEWHERE)
    assert closed.status_code == 403
    assert "Access-Control-Allow-Origin" not in closed.headers


def test_a_client_that_unpacks_gets_less_and_the_same(reader: FlaskClient) -> None:
    for path in ("services?full=true", "organizations?full=true", "services?format=ndjson", "changes"):
        plain = reader.get(f"/api/{path}", buffered=True)
        packed = reader.get(f"/api/{path}", headers={"Accept-Encoding": "br, gzip;q=0.8"}, buffered=True)

        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 3
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["ETag"] == f'{plain.headers["ETag"][:-1]}:gzip"'
        for tag in (plain.headers["ETag"], packed.headers["ETag"]):
            for accepted in ("gzip", "gzip;q=0"):
                same = reader.get(f"/api/{path}", headers={"Accept-Encoding": accepted, "If-None-Match": tag})
                assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)


def test_what_is_small_or_packed_or_somebodys_is_left_as_it_is(stocked: Directory, reader: FlaskClient) -> None:
    takes = {"Accept-Encoding": "gzip"}
    stocked.pack()
    for path in ("/api/services?minimal=true&per_page=1", "/api/export/datapackage.zip", "/", "/api/services?page=x"):
        assert "Content-Encoding" not in reader.get(path, headers=takes).headers
    empty = reader.head("/api/services?full=true", headers=takes)
    assert (empty.status_code, empty.data) == (200, b"")


def test_lines_have_a_tag_and_a_time_and_say_where_to_follow(filled: Directory, visitor: FlaskClient) -> None:
    addresses = {
        kind: f"/api/{path}?format=ndjson" + ("" if kind.startswith("taxonomy") else "&full=true")
        for kind, path in LISTS.items()
    }
    later, loaded = later_client(filled), {}
    long_ago = {"If-Modified-Since": "Tue, 24 Nov 2020 06:30:00 GMT"}
    for kind, address in addresses.items():
        loaded[kind] = visitor.get(address, buffered=True)
        dated = later.get(address, buffered=True)

        assert visitor.get(address, headers={"If-None-Match": loaded[kind].headers["ETag"]}).status_code == 304
        assert dated.headers["ETag"] == loaded[kind].headers["ETag"]
        assert later.get(address, headers={"If-Modified-Since": dated.headers["Last-Modified"]}).status_code == 304
        assert later.get(address, headers=long_ago, buffered=True).status_code == 200

    filled.save(a_service(PROVIDER, "Service 03", accepting="closed"), a_provider("Another"))
    for kind, before in loaded.items():
        moved = visitor.get(addresses[kind], headers={"If-None-Match": before.headers["ETag"]}, buffered=True)
        assert moved.status_code == 200
        copy = Copy(visitor, since=parse_qs(urlsplit(followed(before.headers["Link"])).query)["since"][0])
        copy.documents = {(kind, item["id"]): item for item in map(json.loads, before.text.splitlines())}
        kept = {key: item for key, item in copy.catch_up().documents.items() if key[0] == kind}
        assert kept == {key: item for key, item in walked(visitor).items() if key[0] == kind}


def followed(links: str) -> str:
    (found,) = [link for link in links.split(", ") if link.endswith('rel="monitor"')]
    return found.partition(">")[0][1:]


def later_client(directory: Directory) -> FlaskClient:
    """The same directory a minute from now: what was written is old enough to have a time."""
    clock = FrozenClock(datetime.now(UTC) + timedelta(minutes=1))
    return create_app(directory.settings, clock=clock, db=directory.web).test_client()


def test_a_time_is_told_when_it_is_old_enough_and_hides_no_second_change(
    filled: Directory, visitor: FlaskClient
) -> None:
    fresh = create_app(filled.settings, clock=FrozenClock(datetime.now(UTC)), db=filled.web).test_client()
    for path in ("/api/services", "/api/organizations"):
        assert "Last-Modified" not in fresh.get(path).headers
        told = later_client(filled).get(path).headers["Last-Modified"]
        assert later_client(filled).get(path, headers={"If-Modified-Since": told}).status_code == 304
    eventually(lambda: datetime.now(UTC) > parsedate_to_datetime(told))  # rounded up to whole seconds
    filled.save(a_service(PROVIDER, "Service 04", accepting="closed"))
    for path in ("/api/services", "/api/organizations"):
        assert later_client(filled).get(path, headers={"If-Modified-Since": told}).status_code == 200
    item = f"/api/services/{SERVICE.id}"
    told = later_client(filled).get(item).headers["Last-Modified"]
    assert later_client(filled).get(item, headers={"If-Modified-Since": told}).status_code == 304
    assert visitor.get("/api/services?open_now=true").headers.get("Last-Modified") is None
