"""Each row of a file goes in or is named by file, line and its own id; and nothing goes in that no row holds."""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from conftest import Keys, environment_of
from directory_service.listings.store.tables import Location, Service
from directory_service.organizations.store.tables import Organization
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.importing import LazilyIndexed, as_json, said, take, write_json, write_table
from support.kit.examples import examples
from support.listings import Directory

IDS = st.sampled_from(["1", "2", "3", "3", "", "9"])
ODD = st.sampled_from(["", "", "=cmd", "odd"])
#: The columns of a table beside the one that holds a word which no other row has.
KINDS: dict[str, tuple[str, dict[str, st.SearchStrategy[str]]]] = {
    "organizations": ("name", {"id": IDS, "email": ODD}),
    "services": (
        "name",
        {"id": IDS, "organization_id": IDS, "status": st.sampled_from(["active", "odd"]), "email": ODD},
    ),
    "locations": ("name", {"id": IDS, "organization_id": IDS, "location_type": st.just("physical"), "latitude": ODD}),
    "service_at_location": ("description", {"id": IDS, "service_id": IDS, "location_id": IDS}),
    "phones": ("number", {"id": IDS, "service_id": IDS, "location_id": IDS, "contact_id": IDS, "type": ODD}),
    "contacts": ("name", {"id": IDS, "organization_id": IDS, "service_id": IDS, "email": ODD}),
    "languages": ("name", {"id": IDS, "service_id": IDS, "phone_id": IDS}),
    "eligibility": ("eligibility", {"id": IDS, "service_id": IDS}),
}
PACKAGES = st.fixed_dictionaries(
    {kind: st.lists(st.fixed_dictionaries(columns), max_size=4) for kind, (_, columns) in KINDS.items()}
)


@pytest.fixture(scope="module")
def filled(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, tmp_path_factory.mktemp("filled"), urls)
        made = LazilyIndexed(Database(urls.worker), Database(urls.web), load(environment))
        with closing(made):
            made.add_districts()
            yield made


NUMBERS = count(1)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
@given(PACKAGES)
def test_every_row_goes_in_or_is_named(
    filled: Directory, tmp_path: Path, package: dict[str, list[dict[str, str]]]
) -> None:
    label = f"source{next(NUMBERS)}"
    marks: dict[str, str] = {}
    for kind, rows in package.items():
        for line, row in enumerate(rows, 2):
            marks[f"{kind}.csv:{line}"] = row[KINDS[kind][0]] = f"{label}-{kind}-{line}."
        if rows:
            write_table(tmp_path / label / f"{kind}.csv", rows)
    if not marks:
        return

    rehearsal = take(filled, tmp_path / label, source=label, dry=True)
    report = take(filled, tmp_path / label, source=label)
    again = take(filled, tmp_path / label, source=label)

    stored, named = records_of(filled, label), {row.where for row in report.rejected}
    kept_out = {where for where, mark in marks.items() if mark not in stored}
    assert kept_out <= named, (kept_out - named, said(report))
    assert (report.rows["read"], report.rows["rejected"]) == (len(marks), len(kept_out)), said(report)
    assert rehearsal.last_line() == report.last_line()
    assert again.counts["added"] == again.counts["changed"] == again.counts["removed"] == 0, said(again)


def records_of(directory: Directory, source: str) -> str:
    tables = (Organization, Service, Location)
    with directory.worker.transaction() as session:
        found = [row for table in tables for row in session.scalars(select(table.record).where(table.source == source))]
    return json.dumps(found, ensure_ascii=False)


OWNERS = "location_id, service_id, organization_id, contact_id, service_at_location_id"


def test_a_row_is_named_by_its_own_id_and_what_hangs_on_it_too(directory: Directory, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    write_table(folder / "organizations.csv", [{"id": "O-1", "name": "Owner", "description": "Owns."}])
    services = [{"id": "S-7", "organization_id": "O-9", "name": "Soup", "status": "active"}]
    write_table(folder / "services.csv", services)
    write_table(
        folder / "phones.csv", [{"id": "P-1", "service_id": "S-7", "number": "1"}, {"id": "P-2", "number": "2"}]
    )

    report = take(directory, folder)

    assert said(report).splitlines() == [
        f"rejected phones.csv:3 (P-2, 2): {OWNERS}: one of them must say what this belongs to",
        "rejected services.csv:2 (S-7, Soup): organization_id: there is no organisation O-9",
        "rejected phones.csv:2 (P-1, phone): service_id: S-7 is kept out",
    ]
    assert report.last_line().endswith("; rows read 4 taken 1 rejected 3")
    assert {row["id"] for row in as_json(report)["rejected"]} == {"P-1", "P-2", "S-7"}


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number of documents, but for ids, what points to one, and when it was put in here."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "id" and not name.endswith("_id") and name != "last_modified":
                yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    else:
        yield value


def test_nothing_is_in_the_answers_that_no_row_holds(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    owner = {"id": 4, "name": "Owner", "description": "Owns."}
    documents = [
        {"id": 1, "name": "Bare", "status": "active", "organization": owner},
        {
            "id": 2,
            "name": "With phones",
            "status": "active",
            "organization": owner,
            "phones": [{"id": 5, "number": "(033) 2241-0000 / 0001"}, {"id": 6, "number": "12", "type": "fax"}],
            "cost_options": [{"id": 8, "option": "ask"}],
            "service_at_locations": [{"id": 9, "location": {"id": 3, "location_type": "physical", "name": "Hall"}}],
        },
    ]

    take(directory, write_json(tmp_path / "list.json", documents))

    held = set(leaves(documents))
    lists = ("services?full=true", "organizations?full=true&full_service=true", "service_at_locations?full=true")
    for path in lists:
        contents = visitor.get(f"/api/{path}").get_json()["contents"]
        assert set(leaves(contents)) <= held, path
    facets = visitor.get("/api/services/facets")
    if facets.status_code == 200:
        told = facets.get_json()
        assert [told.get(name) for name in ("cost", "accepting", "gender") if told.get(name)] == []
    found = visitor.get("/api/services?gender=woman").get_json()
    assert found["total_items"] == 2  # nobody is excluded by what is not said
    assert visitor.get("/api/services?cost=charged").get_json()["total_items"] == 0
    page = visitor.get(f"/services/{contents_id(visitor, 'With phones')}").get_data(as_text=True)
    assert "Not said: ask them" in page
    assert "(033) 2241-0000 / 0001" in page
    assert 'href="tel:03322410000"' in page


def contents_id(visitor: FlaskClient, name: str) -> str:
    contents = visitor.get("/api/services").get_json()["contents"]
    return next(str(each["id"]) for each in contents if each["name"] == name)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"])
def test_any_encoding_that_a_file_declares_is_read(directory: Directory, tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    folder = tmp_path / encoding
    folder.mkdir()
    (folder / "organizations.csv").write_bytes(f"{mark}id;name\r\n1;Café Nodi\r\n".encode(encoding))
    document = json.dumps([{"id": "2", "name": "Café", "description": "x"}], ensure_ascii=False)
    (tmp_path / "list.json").write_bytes(f"{mark}{document}".encode(encoding if encoding != "cp1252" else "utf-8"))

    assert take(directory, folder).counts["added"] == 1
    assert take(directory, tmp_path / "list.json").counts["added"] == 1
    assert "Café Nodi" in records_of(directory, label_in(directory))


def label_in(directory: Directory) -> str:
    with directory.worker.transaction() as session:
        return str(session.scalar(select(Organization.source).where(Organization.name == "Café Nodi")))


def test_a_folder_of_documents_is_a_directory(directory: Directory, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    for number in range(3):
        write_json(folder / f"{number}.json", {"id": f"o{number}", "name": f"Body {number}", "description": "x"})

    assert take(directory, folder).summary() == "added 3 changed 0 removed 0 unchanged 0 rejected 0"
    assert take(directory, folder).summary() == "added 0 changed 0 removed 0 unchanged 3 rejected 0"
