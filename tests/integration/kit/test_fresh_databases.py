"""What one test leaves in its database, the next does not find."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

from service_kit.db.provision import libpq
from support.fresh_databases import (
    FreshDatabases,
    Urls,
    picture,
    put_back,
)
from support.kit.left_open import take_noted
from support.lasting_services import Connected, LastingService

ADD = "INSERT INTO outbox (id, type, subject, body) VALUES (gen_random_uuid(), 't', 's', '{}') RETURNING position"


@pytest.fixture
def databases(postgres_url: str) -> Iterator[FreshDatabases]:
    with closing(FreshDatabases(postgres_url)) as made:
        yield made


def oid_and(urls: Urls, *statements: str) -> tuple[int, list[object]]:
    """Which database it is, and the first column that each statement gives."""
    with psycopg.connect(libpq(urls.superuser), autocommit=True) as connection:
        oid = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        results = [connection.execute(sql.SQL(statement)) for statement in statements]
        assert oid is not None
        return oid[0], [result.fetchone()[0] if result.description else None for result in results]  # type: ignore[index]  # one row


def test_a_clone_is_used_again_with_its_rows_gone_its_numbers_begun_anew_and_its_seeds_back(
    databases: FreshDatabases,
) -> None:
    with databases.clone("directory") as urls:
        one, (first, seeds) = oid_and(urls, ADD, "SELECT count(*) FROM alembic_version")
        oid_and(urls, "DELETE FROM alembic_version")
    with databases.clone("directory") as urls:
        again, (left, restored, number) = oid_and(
            urls, "SELECT count(*) FROM outbox", "SELECT count(*) FROM alembic_version", ADD
        )

    assert again == one
    assert (left, restored, number) == (0, seeds, first)


MORE_THAN_A_FEW_ROWS = (
    "ALTER TABLE outbox ADD COLUMN more text",
    "DROP TRIGGER outbox_wake_relay ON outbox",
    "ALTER TABLE idempotency_key DISABLE ROW LEVEL SECURITY",
    "GRANT SELECT ON audit_entry TO directory_web",
    "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA more",
    "INSERT INTO throttle SELECT repeat('b', 300), int4send(i), now(), 1 FROM generate_series(1, 10000) AS i",
)


def test_whatever_changes_more_than_a_few_rows_is_not_put_back(databases: FreshDatabases) -> None:
    """Each is undone before the next, since a clone costs more than all of them."""
    with (
        databases.clone("directory") as urls,
        psycopg.connect(libpq(urls.superuser), autocommit=True) as database,
    ):
        before = picture(database, "this one")
        put_back_after = {}
        for statement in ("SELECT 1", *MORE_THAN_A_FEW_ROWS):
            with database.transaction(force_rollback=True):
                database.execute(sql.SQL(statement))
                put_back_after[statement] = put_back(database, before)

    assert put_back_after == {"SELECT 1": True, **dict.fromkeys(MORE_THAN_A_FEW_ROWS, False)}


def test_a_clone_with_more_changed_than_a_few_rows_is_not_used_again(databases: FreshDatabases) -> None:
    with databases.clone("kit") as urls:
        one, _ = oid_and(urls, "ALTER TABLE outbox ADD COLUMN more text")
    with databases.clone("kit") as urls:
        other, _ = oid_and(urls)

    assert other != one


def test_a_clone_that_somebody_connected_to_since_is_not_used_again(databases: FreshDatabases) -> None:
    with databases.clone("kit") as urls:
        one, _ = oid_and(urls)
    with psycopg.connect(libpq(urls.superuser)), databases.clone("kit") as fresh:
        other, _ = oid_and(fresh)

    assert other != one


def test_connections_that_a_test_left_are_ended_and_told_and_the_services_own_stay(databases: FreshDatabases) -> None:
    with closing(LastingService(databases, "kit", Connected.to)) as lasting:
        with lasting.lend() as lent:
            assert lent.worker.ping()
            own = lent.worker.engine.pool
            left = psycopg.connect(libpq(lent.urls.web), autocommit=True)
            left.execute("SELECT 1 AS forgotten")
        told = take_noted()
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        with lasting.lend() as again:
            assert again.worker.ping()
            assert again.worker.engine.pool is own

    assert told == ["kit_web () SELECT 1 AS forgotten"]
