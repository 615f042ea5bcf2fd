"""A hidden place whose id was renewed stays hidden: the publisher's file has it under the id of before."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.editing.use_cases.edit_resource import edit_resource, remove_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_locations
from directory_service.listings.store.tables import Location, LocationCopy
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from support.importing import as_json, said, take, write_json
from support.listings import KOLKATA, Directory, an_id

OWNER, OTHER = ({"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other"))
PLACE = an_id("hall")
HALL: dict[str, Any] = {"id": str(PLACE), "location_type": "physical", "name": "Town hall"}
EDITOR = Editor(an_id("Owner"), an_id("Owner"))


def edition(tmp_path: Path, owner: dict[str, str], *, used: bool = True) -> Path:
    """Both give a service in the hall, which is the `owner`'s."""
    hall = {**HALL, "organization_id": owner["id"]}
    services = [
        {"id": str(an_id(name)), "name": name, "status": "active", "organization": provider}
        | ({"service_at_locations": [{"id": str(an_id(f"at {name}")), "location": hall}]} if used else {})
        for name, provider in (("One", OWNER), ("Two", OTHER))
    ]
    return write_json(tmp_path / "list.json", services)


def hide(directory: Directory, *, confidential: bool = True) -> None:
    """As its provider does it."""
    with directory.worker.transaction() as session:
        [own] = own_locations(session, an_id("Owner"))
        hidden = replace(own.record, confidential=confidential, district=KOLKATA, area="Kolkata")
        directory.now = directory.now.replace(minute=directory.now.minute + 1)
        edit_resource(session, LOCATIONS, hidden, EDITOR, directory.now, seen=None)


def renew(directory: Directory) -> None:
    """As the migration asks for it."""
    with directory.worker.transaction() as session:
        session.add(LocationCopy(id=PLACE, organization_id=an_id("Owner"), copy_id=PLACE))
    assert renew_copy_ids(directory.worker, directory.now) == 1
    directory.index()


def places(directory: Directory) -> list[UUID]:
    with directory.worker.transaction() as session:
        return [*session.scalars(select(Location.id).where(Location.organization_id == an_id("Owner")))]


def row_of(visitor: FlaskClient, service: str) -> dict[str, Any]:
    [row] = visitor.get(f"/api/services/{an_id(service)}").get_json()["service_at_locations"]
    return dict(row["location"])


@pytest.fixture
def renewed(directory: Directory, tmp_path: Path) -> UUID:
    """The hidden hall's id."""
    take(directory, edition(tmp_path, OWNER))
    hide(directory)
    renew(directory)
    [place] = places(directory)
    assert place.version == 4
    return place


def test_the_next_edition_finds_it(directory: Directory, visitor: FlaskClient, tmp_path: Path, renewed: UUID) -> None:
    report = take(directory, edition(tmp_path, OWNER))

    shown = row_of(visitor, "One")
    assert (shown["id"], shown["description"], shown.get("name")) == (str(renewed), "Kolkata", None)
    assert places(directory) == [renewed]
    assert report.counts["added"] == report.counts["removed"] == 0, said(report)
    assert str(renewed) not in said(report) + f"{as_json(report)}"


@pytest.mark.parametrize("used", [True, False], ids=["given to another", "left out, and then given to another"])
def test_nothing_shows_it_under_the_id_of_before(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, renewed: UUID, *, used: bool
) -> None:
    take(directory, edition(tmp_path, OWNER, used=used), allowed=1)

    take(directory, edition(tmp_path, OTHER), allowed=1)

    assert row_of(visitor, "One")["id"] == str(renewed)
    assert "name" not in row_of(visitor, "One")
    assert places(directory) == [renewed]
    assert str(PLACE) not in visitor.get("/api/services?full=true").text


def test_copies_that_stand_under_its_id_are_separated_first(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory)
    assert row_of(visitor, "Two")["id"] == str(PLACE)

    renew(directory)

    for _ in ("before the next edition", "and after it"):
        assert row_of(visitor, "Two")["name"] == "Town hall"
        assert row_of(visitor, "Two")["id"] != str(PLACE)
        assert "name" not in row_of(visitor, "One")
        take(directory, edition(tmp_path, OWNER))


def test_what_was_taken_out_stays_out(directory: Directory, tmp_path: Path) -> None:
    take(directory, edition(tmp_path, OWNER))
    with directory.worker.transaction() as session:
        [own] = own_locations(session, an_id("Owner"))
        remove_resource(session, LOCATIONS, own.id, EDITOR, directory.now, seen=own.tag)
    renew(directory)

    report = take(directory, edition(tmp_path, OWNER))

    assert "stays removed" in said(report)
    assert places(directory) == []


def test_one_that_is_shown_again_keeps_its_new_id_and_its_organisation(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, renewed: UUID
) -> None:
    hide(directory, confidential=False)
    directory.index()
    before = row_of(visitor, "One")
    assert (before["id"], before["name"], before["organization_id"]) == (str(renewed), "Town hall", OWNER["id"])

    for _ in ("the next edition", "and the one after it"):
        report = take(directory, edition(tmp_path, OWNER))
        assert report.counts["changed"] == 0, said(report)

        shown = row_of(visitor, "One")
        assert (shown["id"], shown["name"]) == (str(renewed), "Town hall")
        assert shown["organization_id"] == OWNER["id"]
        assert str(PLACE) not in visitor.get("/api/services?full=true").text
