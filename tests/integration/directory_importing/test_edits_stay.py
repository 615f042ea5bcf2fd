"""What a provider edited here stays when its publisher's file comes again; shared places stay shared, out and in."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.store.tables import Location, Service
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from support.importing import as_json, said, take, write_json
from support.listings import Directory, an_id

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "Owns."}
OTHER = {"id": str(an_id("Other")), "name": "Other", "description": "Too."}
HALL = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall", "organization_id": OWNER["id"]}
HALL |= {"phones": [{"id": str(an_id("hall phone")), "number": "1"}], "latitude": 22.5, "longitude": 88.3}


def a_document(name: str, owner: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": str(an_id(name)), "name": name, "status": "active", "organization": owner, **more}


def edit(directory: Directory, name: str, **changes: Any) -> None:
    """As its provider does it on the pages."""
    with directory.worker.transaction() as session:
        record = load_stored_service(session.scalars(select(Service.record).where(Service.name == name)).one())
    directory.save(replace(record, **changes))


def test_an_edit_here_is_kept_and_the_conflict_is_in_the_report_with_both_values(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    first = write_json(tmp_path / "list.json", [a_document("Soup", OWNER, email="old@example.org", fees="None")])
    take(directory, first)
    edit(directory, "Soup", email="ours@example.org", alert="Back on Monday")

    second = [a_document("Soup", OWNER, email="new@example.org", fees="None", url="https://example.org/")]
    rehearsal = take(directory, write_json(tmp_path / "list.json", second), dry=True)
    report = take(directory, tmp_path / "list.json")
    again = take(directory, tmp_path / "list.json")

    assert rehearsal.last_line() == report.last_line()
    assert report.counts["changed"] == 1
    shown = visitor.get(f"/api/services/{an_id('Soup')}").get_json()
    assert (shown["email"], shown["alert"], shown["url"]) == (
        "ours@example.org",
        "Back on Monday",
        "https://example.org/",
    )
    told = as_json(report)
    (conflict,) = told["conflicts"]
    assert (conflict["field"], conflict["here"], conflict["file"]) == ("email", "ours@example.org", "new@example.org")
    assert "email: 'ours@example.org' stays, as it was edited here; the file has 'new@example.org'" in said(report)
    (change,) = told["changes"]
    assert (change["type"], change["outcome"]) == ("service", "changed")
    assert change["fields"] == [{"field": "url", "before": None, "after": "https://example.org/"}]
    assert again.counts["changed"] == 0
    assert len(as_json(again)["conflicts"]) == 1  # told until the two agree


def test_what_follows_the_edit_follows_the_file_again(directory: Directory, tmp_path: Path) -> None:
    take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, email="old@example.org")]))
    edit(directory, "Soup", email="new@example.org")

    take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, email="new@example.org")]))
    report = take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, email="next@example.org")]))

    assert report.counts["changed"] == 1
    assert not as_json(report)["conflicts"]


def test_what_was_imported_of_a_place_that_turns_confidential_is_kept_nowhere(
    directory: Directory, tmp_path: Path
) -> None:
    address = {
        "address_1": "1 Hidden Lane",
        "city": "Kolkata",
        "state_province": "West Bengal",
        "postal_code": "700042",
    }
    address |= {"id": str(an_id("address")), "country": "IN", "address_type": "physical"}
    secret = {**HALL, "name": "Secret house", "description": "Behind the mill", "addresses": [address]}
    at = [{"id": str(an_id("at")), "description": "Ring twice at the mill", "location": secret}]
    take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, service_at_locations=at)]))
    with directory.worker.transaction() as session:
        place = LOCATION_FIELDS.load(session.scalars(select(Location.record)).one())

    directory.save(replace(place, confidential=True))

    with directory.worker.transaction() as session:
        kept = session.scalar(
            text("SELECT (SELECT json_agg(s)::text FROM service s) || (SELECT json_agg(l)::text FROM location l)")
        )
    assert [word for word in ("Secret house", "mill", "Hidden Lane", "700042", "88.3") if word in kept] == []


def test_a_shared_place_stays_one_place_out_and_in_again(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    documents = [
        a_document("One", OWNER, service_at_locations=[{"id": str(an_id("a")), "location": HALL}]),
        a_document("Two", OTHER, service_at_locations=[{"id": str(an_id("b")), "location": HALL}]),
    ]
    take(directory, write_json(tmp_path / "list.json", documents))
    before = {name: visitor.get(f"/api/services/{an_id(name)}").get_data() for name in ("One", "Two")}

    package = tmp_path / "datapackage.zip"
    directory.pack()
    package.write_bytes(visitor.get("/api/export/datapackage.zip").data)
    report = take(directory, package)
    lines = tmp_path / "services.ndjson"
    lines.write_bytes(visitor.get("/api/services?format=ndjson&full=true").data)
    again = take(directory, lines)

    for name in ("One", "Two"):
        (row,) = json.loads(before[name])["service_at_locations"]
        assert row["location_id"] == row["location"]["id"] == HALL["id"]
        assert visitor.get(f"/api/services/{an_id(name)}").get_json() == json.loads(before[name])
    with zipfile.ZipFile(package) as archive:
        assert len(archive.read("locations.csv").splitlines()) == 2
    assert (report.counts["changed"], report.counts["added"]) == (0, 0), said(report)
    assert (again.counts["changed"], again.counts["added"]) == (0, 0), said(again)


def test_a_hidden_place_is_told_from_the_shared_one(directory: Directory, visitor: FlaskClient, tmp_path: Path) -> None:
    """Under the shared id its address would be known from the other organisation's documents."""
    documents = [
        a_document("One", OWNER, service_at_locations=[{"id": str(an_id("a")), "location": HALL}]),
        a_document("Two", OTHER, service_at_locations=[{"id": str(an_id("b")), "location": HALL}]),
    ]
    take(directory, write_json(tmp_path / "list.json", documents))
    with directory.worker.transaction() as session:
        theirs = select(Location.record).where(Location.organization_id == an_id("Other"))
        place = LOCATION_FIELDS.load(session.scalars(theirs).one())

    directory.save(replace(place, confidential=True))

    assert HALL["id"] not in visitor.get(f"/api/services/{an_id('Two')}").get_data(as_text=True)
    assert HALL["id"] in visitor.get(f"/api/services/{an_id('One')}").get_data(as_text=True)


def test_our_own_package_keeps_edits_too(directory: Directory, tmp_path: Path) -> None:
    take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, email="old@example.org")]))
    export_directory(directory.worker, tmp_path / "own.json")
    take(directory, tmp_path / "own.json")
    edit(directory, "Soup", email="ours@example.org")

    report = take(directory, tmp_path / "own.json")

    assert report.counts["changed"] == 0
    assert [each["here"] for each in as_json(report)["conflicts"]] == ["ours@example.org"]


def test_the_report_does_not_tell_where_a_place_is_that_the_import_hides(directory: Directory, tmp_path: Path) -> None:
    hall = {**HALL, "name": "Secret house", "description": "Behind the mill", "transportation": "Bus 7"}
    at = [{"id": str(an_id("at")), "description": "Ring twice at the mill", "location": hall}]
    take(directory, write_json(tmp_path / "list.json", [a_document("Soup", OWNER, service_at_locations=at)]))
    export_directory(directory.worker, tmp_path / "own.json")
    with directory.worker.transaction() as session:
        place = LOCATION_FIELDS.load(session.scalars(select(Location.record)).one())
    directory.save(replace(place, transportation="Tram 5", area="South"))
    package = json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))
    package["places"][0] |= {"confidential": True, "transportation": "Bus 8", "area": "South"}

    report = take(directory, write_json(tmp_path / "own.json", package))

    told = json.dumps(as_json(report)) + said(report)
    assert [each["field"] for each in as_json(report)["changes"][0]["fields"]] == ["confidential"]
    assert [word for word in ("Secret house", "mill", "88.3", "Bus", "Tram") if word in told] == []
