"""An organisation's own copy of a shared place: nobody finds a confidential one from ids that are public."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from sqlalchemy.exc import ProgrammingError

from directory_service.editing.use_cases.edit_resource import edit_resource, remove_resource
from directory_service.editing.use_cases.editable import Editor
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_location
from directory_service.importing.use_cases import import_directory
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.importing.use_cases.import_files import ImportOptions, import_files
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.tables import Location, LocationCopy, Service, ServiceAtLocation
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from directory_service.organizations.store.tables import Organization
from service_kit import failpoints
from support.importing import said, take, write_json
from support.listings import Directory, an_id

OWNER, OTHER, THIRD = (
    {"id": str(an_id(name)), "name": name, "description": "x"} for name in ("Owner", "Other", "Third")
)
HALL: dict[str, Any] = {
    "id": str(an_id("hall")),
    "location_type": "physical",
    "name": "Town hall",
    "organization_id": OWNER["id"],
}
HALL |= {"latitude": 22.5, "longitude": 88.3}
LIST = [
    {"id": str(an_id(name)), "name": name, "status": "active", "organization": owner}
    | {"service_at_locations": [{"id": str(an_id(f"at {name}")), "location": HALL}]}
    for name, owner in (("One", OWNER), ("Two", OTHER))
]
KEY = copy_key(an_id("hall"), an_id("Other"))
TELLS_NO_ID = {"audit_entry", "survivor_change", "outbox", "idempotency_key"}
"""Append-only, emptied by the worker, or of what others were told then."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_json(tmp_path / "list.json", LIST)


def copy_of(directory: Directory, name: str = "Other") -> Location:
    with directory.worker.transaction() as session:
        row = session.scalars(select(Location).where(Location.organization_id == an_id(name))).one()
        session.expunge(row)
        return row


def hide(directory: Directory, **more: Any) -> None:
    """As its provider does it."""
    owner, copy = an_id("Other"), copy_of(directory).id
    with directory.worker.transaction() as session:
        live = own_location(session, owner, copy).live
        record = LOCATION_FIELDS.read({**live, "district": 315, "area": "Kolkata", "confidential": True, **more})
        directory.now = directory.now.replace(minute=directory.now.minute + 1)
        edit_resource(session, LOCATIONS, record, Editor(owner, owner), directory.now, seen=None)
    directory.index()


def imported_by_the_release_before(directory: Directory, file: Path) -> None:
    """Which gave a copy its key for an id."""
    with directory.worker.transaction() as session:
        session.add(LocationCopy(id=KEY, organization_id=an_id("Other"), copy_id=KEY))
    take(directory, file)
    assert copy_of(directory).id == KEY


def tables_that_name(directory: Directory, wanted: UUID) -> set[str]:
    with directory.worker.transaction() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        named = 'SELECT count(*) FROM "{}" AS each WHERE strpos(each::text, :id) > 0'
        found = {one for one in tables if session.scalar(text(named.format(one)), {"id": str(wanted)})}
    return found - TELLS_NO_ID


def location_in(visitor: FlaskClient, service: str) -> dict[str, Any]:
    [row] = visitor.get(f"/api/services/{an_id(service)}").get_json()["service_at_locations"]
    assert row["location_id"] == row["location"]["id"]
    return dict(row["location"])


def test_the_id_of_a_copy_is_random_and_the_next_edition_finds_the_copy(directory: Directory, file: Path) -> None:
    assert take(directory, file, dry=True).counts["added"] == 6
    take(directory, file)
    copy = copy_of(directory).id

    assert copy.version == 4
    assert copy != KEY
    for dry in (True, False):
        report = take(directory, file, dry=dry)
        assert {each: number for each, number in report.counts.items() if number} == {"unchanged": 6}, said(report)
        assert copy_of(directory).id == copy


def test_a_copy_that_turns_confidential_is_public_under_an_id_that_leads_nowhere(
    directory: Directory, visitor: FlaskClient, file: Path
) -> None:
    take(directory, file)
    hide(directory)

    shown = location_in(visitor, "Two")
    assert shown["id"] == str(copy_of(directory).id)
    assert "name" not in shown
    assert tables_that_name(directory, KEY) == {"location_copy"}
    with pytest.raises(ProgrammingError, match="permission denied"), directory.web.transaction() as session:
        session.execute(select(LocationCopy)).all()

    report = take(directory, file)

    assert report.counts["added"] == report.counts["changed"] == 0, said(report)
    assert location_in(visitor, "Two") == shown


def tables_that_a_web_process_reads(directory: Directory) -> set[str]:
    readable = (
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND has_table_privilege(tablename, 'SELECT')"
    )
    with directory.web.transaction() as session:
        return set(session.scalars(text(readable)))


def test_an_import_that_died_and_begins_again_makes_each_copy_once(
    directory: Directory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(failpoints, "reach", die)
        with pytest.raises(KeyboardInterrupt):
            take(directory, file)
    assert tables_that_name(directory, an_id("Other")) == set()

    take(directory, file)

    with directory.worker.transaction() as session:
        assert session.scalars(select(LocationCopy.copy_id)).all() == [copy_of(directory).id]


def test_a_hidden_copy_of_before_gets_another_id_and_nothing_leads_there_from_the_old_one(
    directory: Directory, visitor: FlaskClient, file: Path
) -> None:
    imported_by_the_release_before(directory, file)
    hide(directory)
    assert location_in(visitor, "Two")["id"] == str(KEY)
    directory.forget_events()

    assert renew_copy_ids(directory.worker, directory.now) == 1

    directory.index()
    shown = location_in(visitor, "Two")
    assert UUID(shown["id"]).version == 4
    assert shown["id"] == str(copy_of(directory).id)
    assert tables_that_name(directory, KEY) == {"location_copy", "removed_listing"}, "the pair, and that it is closed"
    assert str(KEY) not in visitor.get("/api/changes").text
    told = [each.type for each in directory.events()]
    assert told == ["directory.organization.changed.v1", "directory.service.changed.v1"]
    with directory.worker.transaction() as session:
        own = own_location(session, an_id("Other"), UUID(shown["id"]))
    assert (own.live["name"], own.live["latitude"]) == ("Town hall", 22.5)
    assert renew_copy_ids(directory.worker, directory.now) == 0
    assert take(directory, file).counts["unchanged"] == 6
    assert location_in(visitor, "Two") == shown


def test_an_open_copy_of_before_gets_another_id_before_it_is_hidden(
    directory: Directory, visitor: FlaskClient, file: Path
) -> None:
    imported_by_the_release_before(directory, file)
    shown = visitor.get(f"/api/services/{an_id('Two')}").get_json()

    assert renew_copy_ids(directory.worker, directory.now) == 1

    directory.index()
    assert visitor.get(f"/api/services/{an_id('Two')}").get_json() == shown
    assert visitor.get(f"/api/service_at_locations/{an_id('at Two')}").status_code == 200
    assert tables_that_name(directory, KEY) == {"location_copy"}
    assert take(directory, file).counts["unchanged"] == 6
    hide(directory)
    assert UUID(location_in(visitor, "Two")["id"]).version == 4


def test_a_copy_that_an_import_of_the_release_before_made_meanwhile_is_renewed_too(
    directory: Directory, file: Path
) -> None:
    imported_by_the_release_before(directory, file)
    with directory.worker.transaction() as session:
        session.execute(text("DELETE FROM location_copy"))

    assert renew_copy_ids(directory.worker, directory.now) == 1

    assert copy_of(directory).id.version == 4
    assert take(directory, file).counts["unchanged"] == 6


def test_an_import_during_which_a_copy_is_renewed_takes_it_for_the_same(
    directory: Directory, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported_by_the_release_before(directory, file)
    monkeypatch.setattr(import_directory, "BATCH", 1)
    options = ImportOptions(str(file), source="list")
    import_files(directory.worker, options, directory.now)
    renewed = list[int]()

    def renew(_done: int, _all: int) -> None:  # the first organisation is in, the copy's comes next
        renewed.append(renew_copy_ids(directory.worker, directory.now))

    report = import_files(directory.worker, options, directory.now, renew)

    assert renewed == [1, 0]
    assert {each: number for each, number in report.counts.items() if number} == {"unchanged": 6}, said(report)
    assert copy_of(directory).id.version == 4


def test_an_import_that_knows_a_copy_of_before_by_nothing_but_its_key_makes_no_open_one_beside_it(
    directory: Directory, visitor: FlaskClient, file: Path
) -> None:
    imported_by_the_release_before(directory, file)
    hide(directory)
    with directory.worker.transaction() as session:
        session.execute(text("DELETE FROM location_copy"))

    assert take(directory, file).counts["unchanged"] == 6

    assert location_in(visitor, "Two")["id"] == str(KEY)
    assert renew_copy_ids(directory.worker, directory.now) == 1
    assert "name" not in location_in(visitor, "Two")


@pytest.mark.parametrize("renewed", [False, True], ids=["and then it is renewed", "after it was renewed"])
def test_a_copy_of_before_that_its_provider_took_out_stays_out(
    directory: Directory, visitor: FlaskClient, file: Path, *, renewed: bool
) -> None:
    imported_by_the_release_before(directory, file)
    if renewed:
        renew_copy_ids(directory.worker, directory.now)
    owner = an_id("Other")
    with directory.worker.transaction() as session:
        own = own_location(session, owner, copy_of(directory).id)
        remove_resource(session, LOCATIONS, own.id, Editor(owner, owner), directory.now, seen=own.tag)
    renew_copy_ids(directory.worker, directory.now)

    take(directory, file)

    directory.index()
    assert "service_at_locations" not in visitor.get(f"/api/services/{an_id('Two')}").get_json()
    assert tables_that_name(directory, KEY) == {"location_copy"}


def test_a_package_of_before_opens_no_copy_that_was_hidden_and_renewed(
    directory: Directory, visitor: FlaskClient, file: Path, tmp_path: Path
) -> None:
    imported_by_the_release_before(directory, file)
    package = tmp_path / "package.json"
    export_directory(directory.worker, package)
    renew_copy_ids(directory.worker, directory.now)
    hide(directory)
    shown = location_in(visitor, "Two")

    report = take(directory, package)

    assert report.counts["removed"] == report.counts["added"] == 0, said(report)
    assert location_in(visitor, "Two") == shown
    assert copy_of(directory).id != KEY


def test_a_package_brings_its_copies_and_the_publishers_file_finds_them(
    directory: Directory, file: Path, tmp_path: Path
) -> None:
    take(directory, file)
    package, copy = tmp_path / "package.json", copy_of(directory).id
    export_directory(directory.worker, package)
    with directory.worker.transaction() as session:
        for table in (ServiceAtLocation, Location, Service, Organization, LocationCopy):
            session.execute(delete(table))

    take(directory, package)

    assert copy_of(directory).id == copy
    assert take(directory, file).counts["added"] == 0
    assert copy_of(directory).id == copy
