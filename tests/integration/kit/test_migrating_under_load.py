"""A migration gives way to who is at work: it is the one that begins again, and nobody waits behind it for long."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Connection, create_engine, make_url, pool, text
from sqlalchemy.exc import OperationalError

from service_kit.db.migrate import give_way
from support.fresh_databases import Urls

WIDENS = "ALTER TABLE throttle ADD COLUMN noted text"


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("kit")


def test_who_reads_a_table_is_not_kept_waiting_by_a_migration_that_waits_for_it(urls: Urls) -> None:
    tried = threading.Semaphore(0)

    def migrate(connection: Connection) -> None:
        tried.release()
        connection.execute(text(WIDENS))
        connection.commit()

    with psycopg.connect(urls.superuser) as at_work, ThreadPoolExecutor(1) as pool_of_one:
        at_work.execute("SELECT FROM throttle")  # and its transaction goes on
        done = pool_of_one.submit(run, urls, migrate)
        for _ in range(3):  # it gives way, and begins again
            assert tried.acquire(timeout=30)
        with psycopg.connect(urls.superuser) as another:
            another.execute("SET statement_timeout = '20s'")
            another.execute("SELECT FROM throttle")
        assert not done.done()
        at_work.commit()
        done.result(30)
    with psycopg.connect(urls.superuser) as look:
        look.execute("SELECT noted FROM throttle")


def test_in_a_deadlock_the_migration_is_the_one_that_begins_again(urls: Urls) -> None:
    holding, began = threading.Event(), threading.Semaphore(0)

    def migrate(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE revoked_session ADD COLUMN IF NOT EXISTS noted text"))
        holding.set()
        began.release()
        connection.execute(text(WIDENS))
        connection.commit()

    with psycopg.connect(urls.superuser) as at_work, ThreadPoolExecutor(1) as pool_of_one:
        at_work.execute("SET deadlock_timeout = '60s'")  # or on a busy machine it would be the one that is ended
        at_work.execute("SELECT FROM throttle")
        done = pool_of_one.submit(run, urls, migrate)
        assert holding.wait(30)
        at_work.execute("SELECT FROM revoked_session")  # waits for the migration, which waits for us
        at_work.commit()
        done.result(30)
    for _ in range(2):
        assert began.acquire(timeout=30)


def test_another_error_of_a_migration_is_raised_at_once(urls: Urls) -> None:
    calls = []

    def migrate(connection: Connection) -> None:
        calls.append(1)
        connection.execute(text("SET statement_timeout = 1"))
        connection.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(OperationalError, match="statement timeout"):
        run(urls, migrate)
    assert calls == [1]


def run(urls: Urls, work: Callable[[Connection], None]) -> None:
    engine = create_engine(make_url(urls.superuser).set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        give_way(connection, lambda: work(connection), pause=0.05)
