"""The migration finds every copy whose id was computed: open, edited, hidden, or taken out by its provider."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, make_url, pool, text

from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.tables import LocationCopy
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import Urls
from support.importing import take, write_json
from support.listings import Directory, an_id

OWNER = {"id": str(an_id("Owner")), "name": "Owner", "description": "x"}
HALL = {"id": str(an_id("hall")), "location_type": "physical", "name": "Town hall", "organization_id": OWNER["id"]}
STATES = ("open", "edited", "hidden", "shown_again", "hidden_as_open", "taken_out")
KEYS = {state: copy_key(an_id("hall"), an_id(state)) for state in STATES}
AS_BEFORE = {
    "edited": "UPDATE location SET record = record - 'shared_id' WHERE id = :id",
    "hidden": "UPDATE location SET record = record - 'shared_id', imported = '{}', confidential = true WHERE id = :id",
    "shown_again": "UPDATE location SET record = record - 'shared_id', imported = '{}' WHERE id = :id",
    "hidden_as_open": """
        WITH moved AS (INSERT INTO location_confidential SELECT id, organization_id,
            jsonb_build_object('shared_id', record->>'shared_id') FROM location WHERE id = :id)
        UPDATE location SET record = record - 'shared_id', imported = '{}', confidential = true WHERE id = :id""",
    "taken_out": """
        WITH at_place AS (DELETE FROM service_at_location WHERE location_id = :id),
        gone AS (DELETE FROM location WHERE id = :id RETURNING organization_id)
        INSERT INTO removed_listing SELECT :id, organization_id, 'location', now() FROM gone""",
}


@pytest.fixture
def as_before(fresh_database: Callable[[str], Urls], settings_env: Callable, tmp_path: Path) -> Urls:
    """A directory with a copy of each state, under the ids that the release before gave."""
    urls = fresh_database("directory")
    directory = Directory(Database(urls.worker), Database(urls.web), load(settings_env("directory", urls)))
    directory.add_districts()
    with directory.worker.transaction() as session:
        for state, key in KEYS.items():
            session.add(LocationCopy(id=key, organization_id=an_id(state), copy_id=key))
    take(directory, write_json(tmp_path / "list.json", [service_at_the_hall(state) for state in ("Owner", *STATES)]))
    with directory.worker.transaction() as session:
        for state, statement in AS_BEFORE.items():
            session.execute(text(statement), {"id": KEYS[state]})
    directory.close()
    return urls


def service_at_the_hall(owner: str) -> dict[str, object]:
    organization = OWNER if owner == "Owner" else {"id": str(an_id(owner)), "name": owner, "description": "x"}
    service = {"id": str(an_id(f"by {owner}")), "name": "Tea", "status": "active", "organization": organization}
    return {**service, "service_at_locations": [{"id": str(an_id(f"at {owner}")), "location": HALL}]}


def test_each_copy_with_a_computed_id_waits_for_another(as_before: Urls) -> None:
    url = make_url(as_before.owner).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=pool.NullPool).begin() as connection:
        connection.execute(text("DROP TABLE location_copy"))
        migrate(connection)
        found = connection.execute(text("SELECT id, organization_id, copy_id FROM location_copy")).all()

    assert sorted(found) == sorted((key, an_id(state), key) for state, key in KEYS.items())


def test_a_hidden_copy_waits_for_another_id_also_where_the_place_is_gone(as_before: Urls) -> None:
    url = make_url(as_before.owner).set(drivername="postgresql+psycopg")
    kept = {"id": KEYS["hidden"]}
    with create_engine(url, poolclass=pool.NullPool).begin() as connection:
        for statement in (
            "DELETE FROM service_at_location WHERE location_id <> :id",
            "DELETE FROM location_confidential WHERE location_id <> :id",
            "DELETE FROM location WHERE id <> :id",
        ):
            connection.execute(text(statement), kept)
        connection.execute(text("DROP TABLE location_copy"))
        migrate(connection)
        found = set(connection.scalars(text("SELECT copy_id FROM location_copy")))

    assert found == {KEYS["hidden"], KEYS["taken_out"]}


def migrate(connection: Connection) -> None:
    """As Alembic does it."""
    with Operations.context(MigrationContext.configure(connection)):
        import_module("directory_service.migrations.versions.0068_location_copies").upgrade()


def test_keys_are_the_same_for_ever() -> None:
    place, organization = UUID(int=1), UUID(int=2)

    assert str(copy_key(place, organization)) == "8c8d0f7d-7c00-56b0-828e-21a11e9f8d63"
