"""Every answer against the standard's compiled schemas, over generated services: SETU_GENERATED_SERVICES of them.

`make soak` plays 100,000, every run more than a page of them.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.importing.use_cases.import_files import (
    ImportOptions,
    import_files,
)
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.hsds import standard as hsds_standard
from support.hsds.generated_services import generated_services
from support.listings import (
    NOON,
    Directory,
)

COUNT = int(os.environ.get("SETU_GENERATED_SERVICES", "120"))
SEED = int(os.environ.get("SETU_SOAK_SEED", "1"))
#: Path and parameters of a list, and the schema of its items.
LISTS = (
    ("services", "", "service_list"),
    ("services", "minimal=true", "service_list"),
    ("services", "full=true", "service"),
    ("services", "sort=best&facets=accepting", "service_list"),
    ("organizations", "", "organization_list"),
    ("organizations", "full=true", "organization"),
    ("organizations", "full_service=true", "organization"),
    ("service_at_locations", "", "service_at_location_list"),
    ("service_at_locations", "full=true", "service_at_location"),
    ("taxonomies", "", "taxonomy"),
    ("taxonomy_terms", "", "taxonomy_term"),
)
ITEMS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


@pytest.fixture
def client(fresh_database: Callable, settings_env: Callable, tmp_path: Path) -> Iterator[FlaskClient]:
    urls = fresh_database("directory")
    directory = Directory(Database(urls.worker), Database(urls.web), load(settings_env("directory", urls)))
    with closing(directory):
        path = tmp_path / "generated.ndjson"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in generated_services(COUNT, SEED))
        report = import_files(directory.worker, ImportOptions(str(path)), NOON)
        assert [each.line() for each in islice(report.rejected, 5)] == []
        directory.index()
        yield create_app(directory.settings, clock=FrozenClock(NOON), db=directory.web).test_client()


def pages(client: FlaskClient, path: str, query: str) -> Iterator[dict[str, Any]]:
    """All pages, following `Link: next`."""
    address: str | None = f"/api/{path}?per_page=100&{query}"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text[:500])
        yield answer.get_json()
        found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("Link", ""))
        address = "{0.path}?{0.query}".format(urlsplit(found[1])) if found else None


def test_every_page_line_item_and_change_is_what_the_standard_says(client: FlaskClient) -> None:
    ids: dict[str, set[str]] = {}
    for path, query, schema in LISTS:
        seen: Counter[str] = Counter()
        for page in pages(client, path, query):
            hsds_standard.check_page(schema, page)
            seen.update(item["id"] for item in page["contents"])
        assert seen.total() == len(seen) == page["total_items"]
        assert ids.setdefault(path, set(seen)) == set(seen)
    assert len(ids["services"]) == COUNT

    for path, schema in ITEMS.items():
        query = "" if path.startswith("taxonom") else "&full=true"
        lines = client.get(f"/api/{path}?format=ndjson{query}", buffered=False).iter_encoded()
        whole = lines_of(lines)
        found = {}
        for line in whole:
            document = json.loads(line)
            hsds_standard.check(schema, document)
            found[document["id"]] = hash(line)
        assert found.keys() == ids[path]
        for each in ids[path]:
            item = client.get(f"/api/{path}/{each}")
            assert item.status_code == 200
            hsds_standard.check(schema, item.get_json())
            assert hash(item.data) == found[each]

    followed: dict[str, set[str]] = {path: set() for path in ITEMS}
    for entry in changes(client):
        path = next(path for path, schema in ITEMS.items() if schema == entry["type"])
        hsds_standard.check(entry["type"], entry["document"])
        followed[path].add(entry["id"])
    assert followed == ids


def changes(client: FlaskClient) -> Iterator[dict[str, Any]]:
    """All that the feed tells, from its beginning; nothing is told twice while nothing changes."""
    page: dict[str, Any] = {"next": "0", "last_page": False}
    while not page["last_page"]:
        page = client.get(f"/api/changes?since={page['next']}&limit=100").get_json()
        yield from page["contents"]


def lines_of(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a stream, held one block at a time."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    assert rest == b""
