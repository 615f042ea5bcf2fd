"""A migration that was interrupted leaves nothing, so that the next run begins it again."""

from collections.abc import Callable
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, create_engine, make_url, pool, text

from support.fresh_databases import Urls

VERSIONS = "directory_service.migrations.versions"
BEFORE = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tgname, tgrelid::regclass AS of_table FROM pg_trigger WHERE tgname LIKE 'note_survivor%'
            AND tgrelid::regclass::text IN ('organization', 'service', 'location', 'board_item') LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.of_table);
    END LOOP;
END $$
"""
LEFT = """
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'note_survivor%' AND tgrelid = 'location'::regclass
"""
LOOKED_AT = "SELECT convalidated FROM pg_constraint WHERE conname = 'service_at_location_location_id_fkey'"


def run(connection: Connection, revision: str) -> None:
    """As Alembic does it, inside the transaction of the migration."""
    with Operations.context(MigrationContext.configure(connection)):
        import_module(f"{VERSIONS}.{revision}").upgrade()


def test_what_hides_after_a_restore_is_noted_wholly_or_not_at_all_and_then_looked_at(
    fresh_database: Callable[[str], Urls],
) -> None:
    url = make_url(fresh_database("directory").owner).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text(BEFORE))
    with engine.connect() as connection:
        run(connection, "0035_hidden_survives")
        assert connection.scalar(text(LEFT)) == 2
        connection.rollback()  # somebody pressed Ctrl-C, or the machine went down

    with engine.connect() as connection:
        assert connection.scalar(text(LEFT)) == 0
    with engine.begin() as connection:
        run(connection, "0035_hidden_survives")
        assert connection.scalar(text(LOOKED_AT)) is False
    with engine.begin() as connection:
        run(connection, "0046_places_of_services_checked")
        assert connection.scalar(text(LOOKED_AT)) is True
