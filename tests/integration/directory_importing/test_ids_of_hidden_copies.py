"""A hidden copy of a shared place, or the copy of a hidden one, is recognised by nothing that is public."""

import json
import re
import zipfile
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from conftest import Keys
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.store.tables import Location, LocationCopy
from directory_service.listings.use_cases.scatter_separated_copies import scatter_separated_copies
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from service_kit.clock import FrozenClock
from support.importing import as_json, said, take, write_json
from support.listings import Directory, an_id
from support.uploads import ORIGIN, browsers_of

OWNER, OTHER, LATER = (
    {"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other", "Late")
)
HALL: dict[str, Any] = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall"}
HALL |= {"organization_id": OWNER["id"], "latitude": 22.512345, "longitude": 88.354321}
HALL["addresses"] = [
    {"id": nested_id(HALL["id"], "address"), "address_1": "13 Mill Lane", "city": "Kolkata", "country": "IN"}
    | {"state_province": "West Bengal", "postal_code": "700042", "address_type": "physical"}
]
HALL["phones"] = [{"id": nested_id(HALL["id"], "phone"), "number": "033 2241 0000"}]
HALL["schedules"] = [{"id": nested_id(HALL["id"], "weekly", "10:00", "18:00"), "freq": "WEEKLY", "byday": "MO"}]
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def a_service(name: str, owner: dict[str, Any], **more: Any) -> dict[str, Any]:
    row = {"id": nested_id(an_id(name), "service_at_location", HALL["id"]), "location": HALL}
    return {"id": str(an_id(name)), "name": name, "status": "active", "organization": owner} | {
        "service_at_locations": [row],
        **more,
    }


LIST = [a_service("One", OWNER), a_service("Two", OTHER)]


@pytest.fixture(autouse=True)
def file(directory: Directory, tmp_path: Path) -> Path:
    path = write_json(tmp_path / "list.json", LIST)
    take(directory, path)
    directory.pack()
    return path


def hide(directory: Directory, keys: Keys, clock: FrozenClock, name: str) -> None:
    """As its manager does it, by the API and with the rights of the web process."""
    organization = an_id(name)
    manager = browsers_of(directory, keys, clock)(organization)
    with directory.worker.transaction() as session:
        wanted = select(Location.id).where(Location.organization_id == organization)
        place = session.scalars(wanted).one()
    shown = manager.get(f"/api/locations/{place}")
    sent = manager.patch(
        f"/api/locations/{place}", json={"confidential": True}, headers={**ORIGIN, "If-Match": shown.headers["ETag"]}
    )
    assert sent.status_code == 200, sent.text


def told_of(visitor: FlaskClient, service: str, organization: str) -> str:
    """All that is public of an organisation with one service."""
    ids = {str(an_id(service)), str(an_id(organization))}
    addresses = [
        f"/api/services/{an_id(service)}",
        f"/api/organizations/{an_id(organization)}",
        f"/services/{an_id(service)}",
    ]
    documents = [visitor.get(address).text for address in addresses]
    rows = visitor.get("/api/service_at_locations?full=true").get_json()["contents"]
    documents += [json.dumps(row) for row in rows if row["service"]["id"] in ids]
    changes = visitor.get("/api/changes").get_json()["contents"]
    return "\n".join([*documents, *(json.dumps(each) for each in changes if ids & set(_ID.findall(json.dumps(each))))])


def everything(directory: Directory, visitor: FlaskClient) -> str:
    """The public API, the feed with its tombstones, and the datapackage."""
    directory.index()
    directory.pack()
    with zipfile.ZipFile(BytesIO(visitor.get("/api/export/datapackage.zip").data)) as package:
        tables = "\n".join(package.read(name).decode() for name in package.namelist())
    lists = ("services", "organizations", "service_at_locations")
    return "\n".join(
        [tables, visitor.get("/api/changes").text, *(visitor.get(f"/api/{each}?full=true").text for each in lists)]
    )


def computed() -> set[str]:
    """What anybody computes from the shared place's id and public ones."""
    found: set[str] = set()
    for service, organization in (("One", "Owner"), ("Two", "Other"), ("Three", "Late")):
        copy = nested_id(HALL["id"], "place of", an_id(organization))
        found |= {copy, *(nested_id(an_id(service), "service_at_location", each) for each in (HALL["id"], copy))}
        found |= {nested_id(copy, "address"), nested_id(copy, "phone")}
    return found


def is_recognised(visitor: FlaskClient, hidden: tuple[str, str], shown: tuple[str, str]) -> set[str]:
    """Ids that both have, or that one has and the other's tell; but for terms, which all share."""
    ours, theirs = (set(_ID.findall(told_of(visitor, *each))) for each in (hidden, shown))
    terms = set(_ID.findall(visitor.get("/api/taxonomy_terms?per_page=500").text + visitor.get("/api/taxonomies").text))
    return (ours & theirs) - terms


def test_a_copy_that_is_hidden_has_no_id_that_its_original_tells(
    directory: Directory, visitor: FlaskClient, keys: Keys, clock: FrozenClock, file: Path
) -> None:
    hide(directory, keys, clock, "Other")

    public = everything(directory, visitor)
    assert HALL["id"] in public
    assert not set(_ID.findall(told_of(visitor, "Two", "Other"))) & (computed() | {HALL["id"]})
    assert is_recognised(visitor, ("Two", "Other"), ("One", "Owner")) == set()

    report = take(directory, file)

    assert (report.counts["added"], report.counts["changed"], report.counts["removed"]) == (0, 0, 0), said(report)
    assert is_recognised(visitor, ("Two", "Other"), ("One", "Owner")) == set()


def test_of_a_place_that_its_owner_hides_the_copies_have_other_ids_in_the_same_transaction(
    directory: Directory, visitor: FlaskClient, keys: Keys, clock: FrozenClock, file: Path
) -> None:
    hide(directory, keys, clock, "Owner")

    assert HALL["id"] not in told_of(visitor, "Two", "Other")
    assert separate_shared_places(directory.worker, directory.now) == 0
    assert "13 Mill Lane" in told_of(visitor, "Two", "Other")
    assert "13 Mill Lane" not in told_of(visitor, "One", "Owner")
    assert is_recognised(visitor, ("One", "Owner"), ("Two", "Other")) == set()
    assert not set(_ID.findall(told_of(visitor, "Two", "Other"))) & (computed() | derived_of_the_hall())

    report = take(directory, file)

    assert (report.counts["added"], report.counts["changed"], report.counts["removed"]) == (0, 0, 0), said(report)
    assert as_json(report)["conflicts"] == []
    assert is_recognised(visitor, ("One", "Owner"), ("Two", "Other")) == set()


def derived_of_the_hall() -> set[str]:
    return {each["id"] for name in ("addresses", "phones", "schedules") for each in HALL[name]}


def test_a_copy_that_comes_after_its_original_was_hidden_is_not_under_its_id(
    directory: Directory, visitor: FlaskClient, keys: Keys, clock: FrozenClock, tmp_path: Path
) -> None:
    hide(directory, keys, clock, "Owner")

    take(directory, write_json(tmp_path / "list.json", [*LIST, a_service("Three", LATER)]))

    assert "13 Mill Lane" in told_of(visitor, "Three", "Late")
    assert not set(_ID.findall(told_of(visitor, "Three", "Late"))) & (computed() | {HALL["id"]})
    assert is_recognised(visitor, ("One", "Owner"), ("Three", "Late")) == set()


def test_the_feed_has_no_tombstone_of_a_computed_id(
    directory: Directory, visitor: FlaskClient, keys: Keys, clock: FrozenClock
) -> None:
    hide(directory, keys, clock, "Other")
    hide(directory, keys, clock, "Owner")

    gone = {each["id"] for each in visitor.get("/api/changes?deleted=true").get_json()["contents"]}

    assert gone & computed() == set()


def test_an_import_finds_a_copy_that_was_removed_and_leaves_it_out(
    directory: Directory, keys: Keys, clock: FrozenClock, file: Path
) -> None:
    manager = browsers_of(directory, keys, clock)(an_id("Other"))
    [place] = manager.get("/api/locations").get_json()["contents"]
    tag = manager.get(f"/api/locations/{place['id']}").headers["ETag"]
    assert manager.delete(f"/api/locations/{place['id']}", headers={**ORIGIN, "If-Match": tag}).status_code == 204

    take(directory, file)

    with directory.worker.transaction() as session:
        assert session.scalars(select(Location.organization_id)).all() == [an_id("Owner")]
        assert session.scalars(select(LocationCopy.location_id)).all() == [UUID(place["id"])]


def test_no_time_and_no_number_tells_for_long_which_copy_was_separated_when_a_place_was_hidden(
    directory: Directory, visitor: FlaskClient, keys: Keys, clock: FrozenClock
) -> None:
    hide(directory, keys, clock, "Owner")
    later = directory.now + timedelta(hours=8)

    assert scatter_separated_copies(directory.worker, later, chance=1.0) == 1
    assert scatter_separated_copies(directory.worker, later, chance=1.0) == 0

    told = visitor.get(f"/api/services/{an_id('Two')}").get_json()
    assert datetime.fromisoformat(told["last_modified"]) == later
    directory.index()
    changes = [each["id"] for each in visitor.get("/api/changes").get_json()["contents"]]
    of_other = [str(an_id("Other")), str(an_id("Two")), told["service_at_locations"][0]["id"]]
    assert set(changes[-3:]) == set(of_other)


def test_nobody_but_the_worker_reads_which_place_is_whose_copy(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        assert session.scalars(select(LocationCopy)).all() != []
    with directory.web.transaction() as session:
        assert session.scalars(select(LocationCopy)).all() == []
