"""Copies of the release before, whose ids anybody computes, get others: nothing public tells which was which."""

from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask.testing import FlaskClient
from sqlalchemy import create_engine, delete, select, text

from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.shared_places import computed_copy_id
from directory_service.listings.store.location_copies import note_copies
from directory_service.listings.store.tables import Location, LocationConfidential, LocationCopy
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from support.importing import said, take, write_json
from support.listings import SECRET, Directory, a_place, a_provider, a_service, an_id

OWNER, OTHER = a_provider("Owner"), a_provider("Other")
HALL = a_place(OWNER, id=an_id("hall"), name="Town hall")
COPY = UUID(computed_copy_id(HALL.id, OTHER.id))
SHARED = a_place(OTHER, id=COPY, name="Town hall", shared_id=HALL.id)
HIDDEN = a_place(OTHER, id=COPY, name=SECRET[0], address_1=SECRET[1], confidential=True)
ONE, TWO = a_service(OWNER, "One", places=(HALL.id,)), a_service(OTHER, "Two", places=(COPY,))
MIGRATION = import_module("directory_service.migrations.versions.0068_location_copies")


def the_copy(directory: Directory) -> Location:
    with directory.worker.transaction() as session:
        return session.scalars(select(Location).where(Location.organization_id == OTHER.id)).one()


def note(directory: Directory) -> None:
    """As the migration does it."""
    with directory.worker.transaction() as session:
        note_copies(session, [(HALL.id, OTHER.id, COPY)])


@pytest.mark.parametrize("place", [SHARED, HIDDEN], ids=["open", "hidden"])
def test_a_computed_id_is_renewed_wherever_it_stands(directory: Directory, visitor: FlaskClient, place: Any) -> None:
    directory.save(OWNER, OTHER, HALL, place, ONE, TWO)
    note(directory)
    before = visitor.get("/api/changes").get_json()
    [old_row] = visitor.get(f"/api/services/{TWO.id}").get_json()["service_at_locations"]

    assert renew_copy_ids(directory.worker, directory.now) == 1
    directory.index()

    row = the_copy(directory)
    assert row.id.version == 4
    with directory.worker.transaction() as session:
        assert session.scalars(select(LocationCopy.location_id)).all() == [row.id]
        hidden = session.scalars(select(LocationConfidential)).all()
        texts = "SELECT json_agg(t)::text FROM {} AS t"
        for table in ("service", "location", "location_confidential", "service_at_location", "listing_history"):
            assert str(COPY) not in (session.scalar(text(texts.format(table))) or ""), table
    assert [each.location_id for each in hidden] == ([row.id] if place.confidential else [])
    [at_place] = visitor.get(f"/api/services/{TWO.id}").get_json()["service_at_locations"]
    assert at_place["id"] != old_row["id"]
    assert at_place["location_id"] == str(row.id if place.confidential else HALL.id)
    assert old_row["id"] not in visitor.get("/api/changes").text
    assert visitor.get(f"/api/service_at_locations/{old_row['id']}").status_code == 404
    assert visitor.get(f"/api/changes?since={before['next']}").status_code == 410
    assert renew_copy_ids(directory.worker, directory.now) == 0


def test_what_a_program_of_the_release_before_shares_is_renewed_unasked(directory: Directory) -> None:
    directory.save(OWNER, OTHER, HALL, SHARED, ONE, TWO)

    assert renew_copy_ids(directory.worker, directory.now) == 1

    assert the_copy(directory).id.version == 4


@pytest.mark.parametrize("place", [SHARED, HIDDEN], ids=["open", "hidden"])
def test_a_package_from_before_finds_the_copy_under_its_new_id(
    directory: Directory, tmp_path: Path, place: Any
) -> None:
    directory.save(OWNER, OTHER, HALL, place, ONE, TWO)
    note(directory)
    export_directory(directory.worker, tmp_path / "own.json")
    take(directory, tmp_path / "own.json")
    renew_copy_ids(directory.worker, directory.now)

    report = take(directory, tmp_path / "own.json")

    assert (report.counts["added"], report.counts["changed"], report.counts["removed"]) == (0, 0, 0), said(report)
    assert the_copy(directory).id.version == 4


def test_a_removed_copy_stays_removed_under_its_new_id(directory: Directory, tmp_path: Path) -> None:
    directory.save(OWNER, OTHER, HALL, SHARED, ONE, TWO)
    with directory.worker.transaction() as session:
        session.execute(delete(Location).where(Location.id == COPY))
        session.execute(
            text(
                "INSERT INTO removed_listing (id, organization_id, resource_type, resource_id, removed_at)"
                " VALUES (:id, :of, 'location', :id, now())"
            ),
            {"id": COPY, "of": OTHER.id},
        )
    note(directory)
    renew_copy_ids(directory.worker, directory.now)
    owner = {"id": str(OWNER.id), "name": "Owner", "description": "x"}
    hall = {"id": str(HALL.id), "name": "Town hall", "location_type": "physical", "organization_id": owner["id"]}
    at_hall = [{"id": str(an_id("row")), "location": hall}]
    other = {"id": str(OTHER.id), "name": "Other", "description": "x"}
    service = {"id": str(TWO.id), "name": "Two", "status": "active", "organization": other}

    report = take(directory, write_json(tmp_path / "a.json", [owner, {**service, "service_at_locations": at_hall}]))

    assert "removed" in said(report)
    with directory.worker.transaction() as session:
        assert session.scalars(select(Location.organization_id)).all() == [OWNER.id]


def test_the_migration_recognises_a_hidden_copy_by_the_places_that_are_here(directory: Directory) -> None:
    directory.save(OWNER, OTHER, HALL, HIDDEN, ONE, TWO)
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE location SET source = 'list'"))
    engine = create_engine(directory.worker.engine.url)

    with engine.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        found = list(MIGRATION._recognised())

    engine.dispose()
    assert [(row["place"], row["organization"], row["location"]) for row in found] == [(HALL.id, OTHER.id, COPY)]
