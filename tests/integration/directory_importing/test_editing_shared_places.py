"""A place that several organisations use: what one of them edits changes nothing that another's documents say."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from conftest import Keys
from directory_service.editing.use_cases.edit_resource import edit_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.store.tables import ListingHistory, Location
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from service_kit.clock import FrozenClock
from support.importing import said, take, write_json
from support.listings import Directory, an_id
from support.uploads import browsers_of

OWNER, OTHER = ({"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other"))
HALL = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall", "organization_id": OWNER["id"]}
HALL |= {"latitude": 22.5, "longitude": 88.3}
LIST = [
    {"id": str(an_id(name)), "name": name, "status": "active", "organization": owner}
    | {"service_at_locations": [{"id": str(an_id(f"at {name}")), "location": HALL}]}
    for name, owner in (("One", OWNER), ("Two", OTHER))
]


@pytest.fixture(autouse=True)
def shared(directory: Directory, tmp_path: Path) -> None:
    take(directory, write_json(tmp_path / "list.json", LIST))


def edit(directory: Directory, organization: str, **changes: Any) -> None:
    """As its provider does it."""
    with directory.worker.transaction() as session:
        owner = an_id(organization)
        row = session.scalars(select(Location).where(Location.organization_id == owner)).one()
        record = LOCATION_FIELDS.read({**row.record, "district": 315, **changes})
        directory.now = directory.now.replace(minute=directory.now.minute + 1)
        edit_resource(session, LOCATIONS, record, Editor(owner, owner), directory.now, seen=None)
    directory.index()


def place_of(visitor: FlaskClient, service: str) -> tuple[str, str, str]:
    [row] = visitor.get(f"/api/services/{an_id(service)}").get_json()["service_at_locations"]
    return row["location_id"], row["location"]["id"], row["location"]["name"]


def test_a_copy_that_is_edited_is_a_place_of_its_own(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    edit(directory, "Other", name="Back room")

    hall = str(an_id("hall"))
    assert place_of(visitor, "One") == (hall, hall, "Town hall")
    own, again, name = place_of(visitor, "Two")
    assert own == again != hall
    assert name == "Back room"

    report = take(directory, tmp_path / "list.json")

    assert report.counts["changed"] == 0, said(report)
    assert place_of(visitor, "Two") == (own, own, "Back room")
    with directory.worker.transaction() as session:
        told = set(
            session.scalars(select(ListingHistory.field).where(ListingHistory.organization_id == an_id("Other")))
        )
    assert told == {"district", "name"}


def test_of_a_place_that_its_own_organisation_edits_the_others_keep_what_they_had(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    assert separate_shared_places(directory.worker, directory.now) == 0
    edit(directory, "Owner", name="New hall")

    assert separate_shared_places(directory.worker, directory.now) == 1

    directory.index()
    hall = str(an_id("hall"))
    assert place_of(visitor, "One") == (hall, hall, "New hall")
    own, again, name = place_of(visitor, "Two")
    assert own == again != hall
    assert name == "Town hall"
    assert separate_shared_places(directory.worker, directory.now) == 0
    assert take(directory, tmp_path / "list.json").counts["changed"] == 0


def test_an_import_that_has_come_to_its_own_organisation_alone_separates_nothing(directory: Directory) -> None:
    renamed = """UPDATE location SET modified_at = modified_at + interval '1 minute',
        record = record || '{"name": "New hall"}', imported = imported || '{"name": "New hall"}' WHERE id = :id"""
    with directory.worker.transaction() as session:  # the batch with its copies comes in the next transaction
        session.execute(text(renamed), {"id": an_id("hall")})

    assert separate_shared_places(directory.worker, directory.now) == 0


def test_a_new_service_may_name_the_place_by_the_id_that_documents_have(
    directory: Directory, keys: Keys, clock: FrozenClock
) -> None:
    manager = browsers_of(directory, keys, clock)(an_id("Other"))
    body = {
        "name": "Tea",
        "status": "active",
        "service_at_locations": [{"id": str(an_id("row")), "location_id": str(an_id("hall"))}],
    }

    answer = manager.put(
        f"/api/services/{an_id('Tea')}",
        json=body,
        headers={"If-None-Match": "*", "Origin": "http://directory.test"},
    )

    assert answer.status_code == 201, answer.text
    [row] = answer.get_json()["service_at_locations"]
    assert row["location_id"] == str(an_id("hall"))
