"""Cards of before the upgrade are rounded beside who is at work: in parts, no table is locked, no log is told."""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, make_url, pool

from support.fresh_databases import Urls

VERSIONS = "referral_service.store.migrations.versions"
CARDS = """
INSERT INTO card (number, organization_id, code_mac, used_at)
SELECT 'N' || n, gen_random_uuid(), decode(md5(n::text), 'hex'), CASE WHEN n <= 6
    THEN '2026-02-26T23:45:01.234+05:30'::timestamptz + n * interval '1 second' WHEN n <= 8
    THEN '2026-02-26T00:00:00+05:30' END
FROM generate_series(1, 9) n
"""
HOLDERS = """
INSERT INTO card_holder (code_mac, district, needs, handed_out_on, arrived_on)
SELECT decode(md5(n::text), 'hex'), 315, '{}', '2026-02-26', '2026-02-26'::date + NULLIF(n % 3, 2)
FROM generate_series(1, 6) n
"""
A_SENDING = """
UPDATE card SET used_at = now() WHERE number = 'N9';
INSERT INTO card_holder (code_mac, district, needs) VALUES ('another', 315, '{}')
"""
BEFORE_0031 = """
DROP TRIGGER card_tells_no_hour ON card; DROP FUNCTION card_tells_no_hour;
DROP TRIGGER arrival_tells_no_day ON card_holder; DROP FUNCTION arrival_tells_no_day;
DROP POLICY "referral_web_sender" ON card_holder
"""
NOT_ROUNDED = """
SELECT (SELECT count(*) FROM card WHERE used_at <> '2026-02-26T00:00:00+05:30' AND number <> 'N9')
    + (SELECT count(*) FROM card_holder WHERE arrived_on <> handed_out_on)
"""
VERSION_OF_EACH = "SELECT number, xmin::text FROM card ORDER BY number"


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("referral")


@pytest.fixture
def database(urls: Urls) -> Iterator[psycopg.Connection[Any]]:
    """With six cards as 0.1.0 noted their use, two of a use that is rounded already, and one unused."""
    with psycopg.connect(urls.superuser, autocommit=True) as database:
        database.execute("SET session_replication_role = replica")  # as without the triggers
        database.execute(CARDS)
        database.execute(HOLDERS)
        database.execute("SET session_replication_role = origin")
        yield database


def number(database: psycopg.Connection[Any], query: str) -> int:
    row = database.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def run(urls: Urls, module: ModuleType) -> None:
    url = make_url(urls.owner).set(drivername="postgresql+psycopg")
    engine = create_engine(url, poolclass=pool.NullPool, connect_args={"options": "-c lock_timeout=500"})
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            module.upgrade()


def test_what_is_there_is_rounded_in_parts_while_somebody_sends(
    urls: Urls, database: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = import_module(f"{VERSIONS}.0037_rounded_in_parts")
    monkeypatch.setattr(migration, "AT_ONCE", 2)
    before = dict(database.execute(VERSION_OF_EACH).fetchall())

    with psycopg.connect(urls.superuser) as sending:
        sending.execute(A_SENDING)  # and its transaction goes on
        run(urls, migration)

    after = dict(database.execute(VERSION_OF_EACH).fetchall())
    assert number(database, NOT_ROUNDED) == 0
    assert {one for one in before if before[one] != after[one]} == {f"N{n}" for n in range(1, 7)} | {"N9"}
    assert len({after[f"N{n}"] for n in range(1, 7)}) == 3, "each part is a transaction of its own"
    assert number(database, "SELECT count(*) FROM survivor_change") == 1, "the use that was sent meanwhile"


def test_the_triggers_come_without_a_row_being_written(urls: Urls, database: psycopg.Connection[Any]) -> None:
    database.execute(BEFORE_0031.encode())
    before = database.execute(VERSION_OF_EACH).fetchall()

    run(urls, import_module(f"{VERSIONS}.0031_cards_tell_no_hour"))

    assert database.execute(VERSION_OF_EACH).fetchall() == before


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ("used_at = used_at", 0),
        ("used_at = used_at - interval '1 hour'", 0),
        ("used_at = used_at - interval '1 day'", 1),
        ("used_at = NULL", 1),
        ("code_mac = 'another'", 1),
    ],
)
def test_the_survivor_log_is_told_of_what_a_restore_has_to_know(
    database: psycopg.Connection[Any], change: str, lines: int
) -> None:
    database.execute(f"UPDATE card SET {change} WHERE number = 'N1'".encode())  # noqa: S608  # our own words

    assert number(database, "SELECT count(*) FROM survivor_change") == lines


def test_a_card_that_is_printed_used_or_deleted_is_told_each_time(database: psycopg.Connection[Any]) -> None:
    database.execute("INSERT INTO card (number, organization_id, code_mac) VALUES ('A', gen_random_uuid(), 'a')")
    database.execute("UPDATE card SET used_at = now() WHERE number = 'A'")
    database.execute("DELETE FROM card WHERE number = 'A'")

    assert number(database, "SELECT count(*) FROM survivor_change WHERE row_id = 'A'") == 3
