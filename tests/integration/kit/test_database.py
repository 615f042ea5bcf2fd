"""The kit's tables and transactions on a real PostgreSQL."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from fresh_databases import Urls
from service_kit.db.engine import Database, Scope
from service_kit.db.policies import unprotected_tables

DISCONNECT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kit_web' AND datname = current_database()"
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


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT body FROM outbox",
        "DELETE FROM outbox",
        "SELECT * FROM inbox",
        "SELECT * FROM audit_entry",
        "UPDATE audit_entry SET action = 'x'",
        "SELECT * FROM audit_checkpoint",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_web_role_is_refused(urls: Urls, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), Database(urls.web).transaction() as session:
        session.execute(text(statement))


def test_a_pooled_connection_that_died_is_replaced_unnoticed(urls: Urls) -> None:
    database = Database(urls.web, pool_size=1)
    assert database.ping()
    with Database(urls.superuser).transaction() as session:
        session.execute(text(DISCONNECT))

    with database.transaction(Scope(role="officer")) as session:
        role = session.scalar(text("SELECT current_setting('setu.role', true)"))

    assert role == "officer"
