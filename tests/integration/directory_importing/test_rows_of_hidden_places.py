"""The row "service at location" of a hidden copy has an id of its own: a file's leads to the shared place's address."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_location
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.store.tables import Location, Service, ServiceAtLocation
from directory_service.listings.use_cases.renew_row_ids import renew_row_ids
from support.importing import said, take, write_json
from support.listings import KOLKATA, Directory, an_id

OWNER, OTHER = ({"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other"))
HALL = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall", "organization_id": OWNER["id"]}
ROWS = {
    "as another Setu's package has it": nested_id(an_id("Two"), "service_at_location", an_id("hall")),
    "as the publisher's file has it": str(an_id("at Two")),
}


@pytest.fixture(params=ROWS)
def row(request: pytest.FixtureRequest) -> str:
    return ROWS[request.param]


@pytest.fixture
def file(tmp_path: Path, row: str) -> Path:
    """A place that two organisations use."""
    services: list[dict[str, Any]] = [
        {"id": str(an_id(name)), "name": name, "status": "active", "organization": owner}
        | {"service_at_locations": [{"id": at, "location": HALL}]}
        for name, owner, at in (("One", OWNER, str(an_id("at One"))), ("Two", OTHER, row))
    ]
    return write_json(tmp_path / "list.json", services)


def hide(directory: Directory) -> None:
    """As its provider does it."""
    owner = an_id("Other")
    with directory.worker.transaction() as session:
        copy = session.scalars(select(Location.id).where(Location.organization_id == owner)).one()
        live = own_location(session, owner, copy).live
        record = LOCATION_FIELDS.read({**live, "district": KOLKATA, "area": "Kolkata", "confidential": True})
        edit_resource(session, LOCATIONS, record, Editor(owner, owner), directory.now, seen=None)
    directory.index()


def shown_row(visitor: FlaskClient) -> dict[str, Any]:
    [found] = visitor.get(f"/api/services/{an_id('Two')}").get_json()["service_at_locations"]
    return dict(found)


def test_the_row_of_a_hidden_copy_has_no_id_that_leads_to_the_shared_place(
    directory: Directory, visitor: FlaskClient, file: Path, row: str, tmp_path: Path
) -> None:
    take(directory, file)
    assert visitor.get(f"/api/service_at_locations/{row}").status_code == 200

    hide(directory)

    shown = shown_row(visitor)
    assert "name" not in shown["location"]
    assert shown["id"] == nested_id(an_id("Two"), "service_at_location", shown["location"]["id"])
    assert visitor.get(f"/api/service_at_locations/{row}").status_code != 200
    assert visitor.get(f"/api/service_at_locations/{shown['id']}").status_code == 200
    export_directory(directory.worker, tmp_path / "package.json")
    assert row not in (tmp_path / "package.json").read_text(encoding="utf-8")


def test_the_next_edition_of_the_file_brings_the_id_back_neither_to_the_public_nor_to_the_record(
    directory: Directory, visitor: FlaskClient, file: Path, row: str
) -> None:
    take(directory, file)
    hide(directory)
    shown = shown_row(visitor)

    report = take(directory, file)

    assert report.counts["added"] == report.counts["changed"] == 0, said(report)
    assert shown_row(visitor) == shown
    with directory.worker.transaction() as session:
        service = session.get_one(Service, an_id("Two"))
        assert row not in json.dumps([service.record, service.imported])


def test_a_row_of_before_is_published_under_its_own_id_once(
    directory: Directory, visitor: FlaskClient, file: Path, row: str
) -> None:
    take(directory, file)
    hide(directory)
    shown = shown_row(visitor)
    with directory.worker.transaction() as session:
        session.execute(
            update(ServiceAtLocation)
            .where(ServiceAtLocation.id == shown["id"])
            .values(id=row, modified_at=directory.now)
        )
        session.execute(update(Service).where(Service.id == an_id("Two")).values(fingerprint=b""))

    assert renew_row_ids(directory.worker, directory.now) == 1

    directory.index()
    assert shown_row(visitor)["id"] == shown["id"]
    assert visitor.get(f"/api/service_at_locations/{shown['id']}").status_code == 200
    assert renew_row_ids(directory.worker, directory.now) == 0
