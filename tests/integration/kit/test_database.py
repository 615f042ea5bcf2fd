"""The kit's tables and transactions on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from threading import Barrier
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import func, literal, make_url, select, text, true
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service_kit.db.engine import Database, is_away
from service_kit.db.row_security import (
    DISTRICTS,
    ORGANIZATION,
    ROLE,
    enable_rls,
    unprotected_tables,
)
from service_kit.identity import Scope
from support.fresh_databases import FreshDatabases, Urls
from support.kit.refused_statements import not_refused

OURS, THEIRS = UUID(int=1), UUID(int=2)
DISCONNECT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kit_web' AND datname = current_database()"
)

FORBIDDEN = (
    "SELECT body FROM outbox",
    "DELETE FROM outbox",
    "SELECT * FROM inbox",
    "SELECT * FROM audit_entry",
    "UPDATE audit_entry SET action = 'x'",
    "SELECT * FROM audit_checkpoint",
    "DELETE FROM throttle",
    "DELETE FROM session_activity",
    "DELETE FROM revoked_session",
    "UPDATE revoked_session SET expires_at = now()",
    "UPDATE session_heartbeat SET as_of = now()",
    "DELETE FROM session_heartbeat",
    "CREATE TABLE mine (id int)",
)


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("kit")


def test_the_scope_lives_and_dies_with_its_transaction(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)

    with database.transaction(Scope(role="officer", districts=(261, 272))) as session:
        inside = session.scalar(text("SELECT current_setting('setu.districts', true)"))
    with database.transaction() as session:
        after = session.scalar(text("SELECT NULLIF(current_setting('setu.districts', true), '')"))

    assert inside == "261,272"
    assert after is None


def test_every_kit_table_has_a_policy_or_says_why_not(urls: Urls) -> None:
    with Database(urls.owner).transaction() as session:
        assert unprotected_tables(session) == []
        session.execute(text("CREATE TABLE forgotten (id int)"))
        assert unprotected_tables(session) == ["forgotten"]
        session.rollback()


def test_no_statement_of_a_web_process_or_a_worker_is_compiled(urls: Urls) -> None:
    for url in (urls.web, urls.worker):
        with Database(url).transaction() as session:
            assert session.scalar(text("SHOW jit")) == "off"


def test_the_web_role_is_refused(urls: Urls) -> None:
    assert not_refused(Database(urls.web).transaction, FORBIDDEN, "permission denied") == []


def test_a_pooled_connection_that_died_is_replaced_unnoticed(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)
    assert database.ping()
    with Database(urls.superuser).transaction() as session:
        session.execute(text(DISCONNECT))

    with database.transaction(Scope(role="officer")) as session:
        role = session.scalar(text("SELECT current_setting('setu.role', true)"))

    assert role == "officer"


def test_a_committed_fetch_after_the_server_was_restarted_is_made_again(urls: Urls) -> None:
    database = Database(urls.web, pool_size=2)
    query = select(literal(41) + 1, func.current_setting("setu.role", true()))
    before = database.fetch_committed(query)
    with Database(urls.superuser).transaction() as session:
        session.execute(text(DISCONNECT))

    assert database.fetch_committed(query) == before
    assert before[0][0] == 42


def test_a_committed_fetch_has_no_scope_and_keeps_no_connection(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)

    with database.transaction(Scope(role="officer")):
        pass
    [(role,)] = database.fetch_committed(select(func.nullif(func.current_setting("setu.role", true()), "")))

    assert role is None
    assert database.engine.pool.status().endswith("Current Checked out connections: 0")


def test_requests_that_all_look_something_up_within_their_transaction_do_not_lock_each_other_out(urls: Urls) -> None:
    database = Database(urls.web, pool_size=3)
    together = Barrier(database.most_requests)

    def look_up_within(_number: int) -> bool:
        with database.transaction() as session:
            session.execute(text("SELECT 1"))
            together.wait(timeout=60)
            [(found,)] = database.fetch_committed(select(true()))
            return bool(found)

    with ThreadPoolExecutor(database.most_requests) as threads:
        assert list(threads.map(look_up_within, range(database.most_requests))) == [True] * database.most_requests


def test_a_connection_that_died_before_its_commit_is_told_as_away_and_replaced(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)

    with (
        pytest.raises(OperationalError) as caught,
        database.transaction(),
        Database(urls.superuser).transaction() as by,
    ):
        by.execute(text(DISCONNECT.replace("(pid)", "(pid, 5000)")))

    assert is_away(caught.value)
    assert database.ping()


def test_a_pool_that_gives_no_connection_in_time_is_told_as_a_database_that_is_away(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1, pool_timeout=0.01)

    with database.transaction(), pytest.raises(PoolTimeout) as caught, database.transaction():
        pass

    assert is_away(caught.value)
    with database.transaction():
        assert not database.ping()


def test_a_primary_that_takes_no_writes_any_more_is_told_as_away_and_left(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)
    write = text("INSERT INTO throttle VALUES ('some', '', now(), 1)")
    with database.transaction() as session:
        session.execute(text("SET SESSION default_transaction_read_only = on"))

    with pytest.raises(InternalError) as caught, database.transaction() as session:
        session.execute(write)
    with database.transaction() as session:
        session.execute(write)

    assert is_away(caught.value)


def test_of_several_hosts_the_one_that_takes_writes_is_used(urls: Urls) -> None:
    one = make_url(urls.web)
    several = one.set(host=None, port=None).update_query_dict(
        {"host": ("127.0.0.1:1", f"{one.host}:{one.port}"), "target_session_attrs": "read-write"}
    )

    database = Database(several.render_as_string(hide_password=False), pool_size=1)

    assert database.ping()
    with closing(database.dedicated()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_transaction_that_failed_and_was_caught_commits_nothing(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)

    with database.transaction() as session, suppress(ProgrammingError):
        session.execute(text("SELECT nothing"))

    assert database.ping()


def test_a_statement_that_fails_tells_no_value(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)
    query = text("SELECT body FROM outbox WHERE subject = :subject")

    with pytest.raises(ProgrammingError, match="permission denied") as caught, database.transaction() as session:
        session.execute(query, {"subject": "a secret"})

    assert "a secret" not in str(caught.value)
    assert database.ping()


def test_what_was_done_under_a_savepoint_is_undone_with_it(urls: Urls) -> None:
    add = text("INSERT INTO throttle (bucket, key_digest, window_end, count) VALUES (:bucket, 'x', now(), 1)")

    with Database(urls.web).transaction() as session:
        session.execute(add, {"bucket": "kept"})
        with suppress(ZeroDivisionError), session.begin_nested():
            session.execute(add, {"bucket": "undone"})
            raise ZeroDivisionError

    with Database(urls.web).transaction() as session:
        assert session.scalars(text("SELECT bucket FROM throttle")).all() == ["kept"]


@pytest.fixture(scope="module")
def closed(fresh_databases: FreshDatabases) -> Iterator[Urls]:
    """A table with rows of two organisations in two districts, closed in the way that migrations do it.

    The tests change nothing there.
    """
    with fresh_databases.clone("kit") as urls:
        close(urls)
        yield urls


def close(urls: Urls) -> None:
    with Database(urls.owner).transaction() as session:
        session.execute(text("CREATE TABLE paper (organization uuid, district int)"))
        op = Operations(MigrationContext.configure(session.connection()))
        enable_rls(
            op,
            "paper",
            {
                "web select": f"organization = {ORGANIZATION} OR district = ANY ({DISTRICTS})",
                "web insert": f"organization = {ORGANIZATION} AND {ROLE} = 'officer'",
            },
        )
        session.execute(text(f"INSERT INTO paper VALUES ('{OURS}', 1), ('{THEIRS}', 2)"))  # noqa: S608 (constants)


def test_the_scope_decides_which_rows_the_web_role_sees(closed: Urls) -> None:
    web = Database(closed.web)
    for scope, seen in (
        (None, 0),
        (Scope(role="officer"), 0),
        (Scope(organization=OURS), 1),
        (Scope(districts=(1, 2)), 2),
        (Scope(districts=(3,)), 0),
    ):
        with web.transaction(scope) as session:
            assert session.scalar(text("SELECT count(*) FROM paper")) == seen, scope


def test_the_worker_sees_all_without_a_scope(closed: Urls) -> None:
    with Database(closed.worker).transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM paper")) == 2


def test_a_row_that_the_policy_does_not_allow_cannot_be_written(closed: Urls) -> None:
    web, a_row = Database(closed.web), f"INSERT INTO paper VALUES ('{OURS}', 1)"  # noqa: S608  # our own words
    for scope in (None, Scope(organization=OURS), Scope(organization=THEIRS, role="officer"), Scope(role="officer")):
        assert not_refused(partial(web.transaction, scope), [a_row], "row-level security") == [], scope


def test_without_an_update_policy_nothing_is_changed(closed: Urls) -> None:
    with Database(closed.web).transaction(Scope(organization=OURS, role="officer")) as session:
        assert session.execute(text("UPDATE paper SET district = 9 RETURNING 1")).all() == []
