"""A place that an organisation hides stays hidden, whichever organisation a later file gives it to."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from directory_service.editing.use_cases.edit_resource import edit_resource, remove_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_locations
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.store.tables import ListingHistory, Location, ServiceAtLocation
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from support.editing import somebody
from support.importing import as_json, said, take, write_json
from support.listings import Directory, an_id

OWNER, OTHER = ({"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other"))
HALL: dict[str, Any] = {
    "id": str(an_id("hall")),
    "location_type": "physical",
    "name": "Town hall",
    "latitude": 22.5,
    "longitude": 88.3,
}
PUBLIC = ("/api/organizations/{}", "/api/service_at_locations?full=true&organization_id={}")


def edition(tmp_path: Path, owner: dict[str, str], *, used: bool = True) -> Path:
    """Both give a service in the hall, which is the `owner`'s."""
    hall = {**HALL, "organization_id": owner["id"]}
    services = [
        {"id": str(an_id(name)), "name": name, "status": "active", "organization": provider}
        | ({"service_at_locations": [{"id": str(an_id(f"at {name}")), "location": hall}]} if used else {})
        for name, provider in (("One", OWNER), ("Two", OTHER))
    ]
    return write_json(tmp_path / "list.json", services)


def hide(directory: Directory, owner: str) -> None:
    with directory.worker.transaction() as session:
        [own] = own_locations(session, an_id(owner))
        hidden = replace(own.record, confidential=True, district=315, area="Kolkata")
        directory.now = directory.now.replace(minute=directory.now.minute + 1)
        edit_resource(session, LOCATIONS, hidden, Editor(an_id(owner), an_id(owner)), directory.now, seen=None)
    separate_shared_places(directory.worker, directory.now)  # within seconds
    directory.index()


def told_of(visitor: FlaskClient, owner: str, service: str) -> str:
    texts = [visitor.get(path.format(an_id(owner))).text for path in PUBLIC]
    return "".join([*texts, visitor.get(f"/api/services/{an_id(service)}").text])


def check_hidden(visitor: FlaskClient, owner: str, service: str) -> None:
    shown = told_of(visitor, owner, service)
    assert all(word not in shown for word in ("Town hall", "22.5", "88.3"))
    [row] = visitor.get(f"/api/services/{an_id(service)}").get_json()["service_at_locations"]
    assert row["location"]["description"] == "Kolkata"
    everything = visitor.get("/api/services?full=true").get_json()["contents"]
    named = [at["location"] for each in everything for at in each.get("service_at_locations", [])]
    assert [each.get("name") for each in named if each["id"] == row["location"]["id"]] == [None]


def places(directory: Directory, owner: str) -> list[Location]:
    with directory.worker.transaction() as session:
        rows = session.scalars(select(Location).where(Location.organization_id == an_id(owner))).all()
        session.expunge_all()
        return list(rows)


@pytest.mark.parametrize(
    ("before", "then", "hider", "service"),
    [(OWNER, OTHER, "Other", "Two"), (OWNER, OTHER, "Owner", "One"), (OTHER, OWNER, "Other", "Two")],
    ids=["it owns what it used", "it uses what it owned", "and by name the other way"],
)
def test_who_hides_a_place_hides_it_also_where_a_later_edition_gives_it_to_somebody_else(
    directory: Directory,
    visitor: FlaskClient,
    tmp_path: Path,
    before: dict[str, str],
    then: dict[str, str],
    hider: str,
    service: str,
) -> None:
    take(directory, edition(tmp_path, before))
    hide(directory, hider)
    check_hidden(visitor, hider, service)
    [hidden] = places(directory, hider)

    for _ in ("once", "and the same again"):
        report = take(directory, edition(tmp_path, then))

        check_hidden(visitor, hider, service)
        assert [row.id for row in places(directory, hider)] == [hidden.id], said(report)
        if str(hidden.id) != HALL["id"]:
            assert str(hidden.id) not in json.dumps(as_json(report))


def test_a_package_that_gives_the_place_to_who_hides_it_shows_nothing(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory, "Other")
    export_directory(directory.worker, tmp_path / "package.json")
    package = json.loads((tmp_path / "package.json").read_text(encoding="utf-8"))
    [copy] = places(directory, "Other")
    package["places"] = [
        {**each, "organization_id": OTHER["id"]} for each in package["places"] if each["id"] != str(copy.id)
    ]
    for each in package["services"]:
        each["places"] = [HALL["id"]] if each["organization_id"] == OTHER["id"] else []

    take(directory, write_json(tmp_path / "package.json", package))

    check_hidden(visitor, "Other", "Two")
    assert [row.id for row in places(directory, "Other")] == [copy.id]


def test_a_hidden_copy_that_was_taken_out_does_not_come_in_as_a_place_of_ones_own(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory, "Other")
    owner = an_id("Other")
    with directory.worker.transaction() as session:
        [own] = own_locations(session, owner)
        remove_resource(session, LOCATIONS, own.id, Editor(owner, owner), directory.now, seen=own.tag)

    take(directory, edition(tmp_path, OTHER))

    assert places(directory, "Other") == []
    assert "Town hall" not in told_of(visitor, "Other", "Two")


@pytest.mark.parametrize("hider", ["Other", "Owner"])
def test_a_hidden_place_that_an_edition_leaves_out_comes_back_hidden(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, hider: str
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory, hider)
    take(directory, edition(tmp_path, OWNER, used=False), allowed=1)

    take(directory, edition(tmp_path, OWNER))

    check_hidden(visitor, hider, "Two" if hider == "Other" else "One")


def test_an_open_copy_becomes_the_place_that_its_new_owner_has(
    directory: Directory, visitor: FlaskClient, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))

    take(directory, edition(tmp_path, OTHER), allowed=1)

    assert HALL["id"] in [str(row.id) for row in places(directory, "Other")]
    assert "Town hall" in visitor.get(f"/api/services/{an_id('Two')}").text


@pytest.mark.parametrize("kind", ["file", "package"])
def test_whoever_joins_a_place_that_its_owner_hides_has_it_under_another_id(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, kind: str
) -> None:
    take(directory, edition(tmp_path, OWNER))
    export_directory(directory.worker, tmp_path / "package.json")
    with directory.worker.transaction() as session:
        session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.service_id == an_id("Two")))
        session.execute(delete(Location).where(Location.organization_id == an_id("Other")))
    hide(directory, "Owner")
    file = edition(tmp_path, OWNER) if kind == "file" else tmp_path / "package.json"

    take(directory, file)

    check_hidden(visitor, "Owner", "One")
    assert "Town hall" in told_of(visitor, "Other", "Two")


def test_what_its_former_owner_edited_goes_with_a_place_and_is_forgotten_as_it_is_hidden(
    directory: Directory, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))
    with directory.worker.transaction() as session:
        [own] = own_locations(session, an_id("Owner"))
        edited = replace(own.record, district=315, transportation="Bus to the town hall")
        edit_resource(session, LOCATIONS, edited, Editor(an_id("Owner"), an_id("Owner")), directory.now, seen=None)
    take(directory, edition(tmp_path, OTHER), allowed=1)

    with directory.web.transaction(somebody(an_id("Other")).scope) as session:
        [own] = own_locations(session, an_id("Other"))
        hidden = replace(own.record, confidential=True, district=315, area="Kolkata")
        edit_resource(session, LOCATIONS, hidden, Editor(an_id("Other"), an_id("Other")), directory.now, seen=None)

    with directory.worker.transaction() as session:
        kept = session.execute(select(ListingHistory.before, ListingHistory.after)).all()
    assert "town hall" not in f"{kept}"


def test_a_hidden_copy_that_was_taken_out_is_told_by_the_id_that_the_file_has(
    directory: Directory, tmp_path: Path
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory, "Other")
    owner = an_id("Other")
    with directory.worker.transaction() as session:
        [own] = own_locations(session, owner)
        remove_resource(session, LOCATIONS, own.id, Editor(owner, owner), directory.now, seen=own.tag)

    for giver in (OWNER, OTHER):
        report = take(directory, edition(tmp_path, giver))

        assert "stays removed" in said(report)
        assert str(own.id) not in said(report) + json.dumps(as_json(report))


def show_again(directory: Directory, owner: str) -> None:
    with directory.worker.transaction() as session:
        [own] = own_locations(session, an_id(owner))
        shown = replace(own.record, confidential=False)
        directory.now = directory.now.replace(minute=directory.now.minute + 1)
        edit_resource(session, LOCATIONS, shown, Editor(an_id(owner), an_id(owner)), directory.now, seen=None)
    separate_shared_places(directory.worker, directory.now)
    directory.index()


@pytest.mark.parametrize(("hider", "service"), [("Owner", "One"), ("Other", "Two")])
def test_a_place_that_is_shown_again_and_then_given_to_another_stays_public_and_is_hidden_by_whoever_has_it(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, hider: str, service: str
) -> None:
    take(directory, edition(tmp_path, OWNER))
    hide(directory, hider)
    show_again(directory, hider)
    assert "Town hall" in told_of(visitor, hider, service)

    for _ in ("once", "and the same again"):
        report = take(directory, edition(tmp_path, OTHER), allowed=2)
        assert [len(places(directory, name)) for name in ("Owner", "Other")] == [1, 1], said(report)
        assert ["Town hall" in told_of(visitor, *each) for each in (("Owner", "One"), ("Other", "Two"))] == [True] * 2

    hide(directory, "Other")
    check_hidden(visitor, "Other", "Two")
    take(directory, edition(tmp_path, OTHER), allowed=2)
    check_hidden(visitor, "Other", "Two")
    assert "Town hall" in told_of(visitor, "Owner", "One")
