"""The append-only log: a sound one verifies, and each kind of tampering is found."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from service_kit.db import audit, audit_chain
from service_kit.db.audit_verification import LogKeys, begin, verify, verify_next
from service_kit.db.engine import Database
from service_kit.identity import Scope
from support.events import (
    MOMENT,
    number,
)
from support.fresh_databases import Urls
from support.kit.refused_statements import not_refused

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
NOTHING_DONE = "UPDATE audit_entry SET outcome = outcome"
WORKER = "kit_worker"  # the role that verifies a log
FORGED_ENTRY = (
    "INSERT INTO audit_entry (at, action, object_type, object_id, outcome, sequence, hash)"
    " VALUES (now(), 'x', 'x', 'x', 'x', 6, sha256('x'))"
)


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("kit")


@contextmanager
def connected(url: str) -> Iterator[Database]:
    """A database over one connection, which ends with the block: they are hundreds, and ending what is left is slow."""
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        database.dispose()


def note(urls: Urls, *objects: str) -> None:
    with connected(urls.web) as database:
        note_over(database, *objects)


def note_over(database: Database, *objects: str) -> None:
    with database.transaction() as session:
        for object_id in objects:
            audit.record(
                session,
                "identity.opened",
                ("referral", object_id),
                Scope(account=uuid4(), organization=uuid4()),
                MOMENT,
                outcome="allowed",
                detail={"screen": "referral"},
            )


def chain(urls: Urls, log: str = "referral") -> int:
    with connected(urls.worker) as database:
        return chain_over(database, log)


def chain_over(database: Database, log: str = "referral") -> int:
    with database.transaction() as session:
        return audit_chain.chain_and_sign(session, private_key=KEY.private_bytes_raw(), log=log, now=MOMENT)


def findings(urls: Urls, *, public: bytes = PUBLIC) -> list[str]:
    with connected(urls.worker) as database, database.transaction() as session:
        return [
            str(each) for each in verify(session, LogKeys("referral", {audit_chain.key_id(public): public}), MOMENT)
        ]


def tamper(urls: Urls, *statements: str) -> None:
    """As somebody who owns the server, with the guards off."""
    with connected(urls.superuser) as database, database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


@pytest.fixture
def chained(urls: Urls) -> Urls:
    note(urls, "a", "b")
    chain(urls)
    note(urls, "c", "d", "e")
    chain(urls)
    return urls


def test_a_log_that_nobody_touched_is_sound(chained: Urls) -> None:
    assert findings(chained) == []
    assert number(Database(chained.worker), "SELECT count(*) FROM audit_checkpoint") == 2


def test_chaining_twice_adds_nothing(chained: Urls) -> None:
    assert chain(chained) == 0


def test_tampering_is_found(chained: Urls) -> None:
    keys, unnoticed = LogKeys("referral", {audit_chain.key_id(PUBLIC): PUBLIC}), []
    with connected(chained.superuser) as database:
        for statement in (
            NOTHING_DONE,
            "UPDATE audit_entry SET outcome = 'denied' WHERE object_id = 'a'",
            "UPDATE audit_entry SET detail = '{}' WHERE object_id = 'c'",
            "UPDATE audit_entry SET at = at + interval '1 second' WHERE object_id = 'e'",
            "UPDATE audit_entry SET actor = organization WHERE object_id = 'b'",
            "UPDATE audit_entry SET hash = sha256('x') WHERE object_id = 'd'",
            "DELETE FROM audit_entry WHERE object_id = 'b'",
            "DELETE FROM audit_entry WHERE object_id IN ('d', 'e')",
            "UPDATE audit_entry SET sequence = CASE sequence WHEN 1 THEN 20 ELSE 1 END WHERE sequence IN (1, 2)",
            FORGED_ENTRY,
            "UPDATE audit_checkpoint SET signature = sha512('x')",
            "UPDATE audit_checkpoint SET signed_at = signed_at + interval '1 second'",
            "DELETE FROM audit_checkpoint WHERE sequence = 5",
        ):
            with database.transaction() as session:
                session.execute(text("SET LOCAL session_replication_role = replica"))
                session.execute(text(statement))
                session.execute(text(f"SET LOCAL ROLE {WORKER}"))
                if not list(verify(session, keys, MOMENT)):
                    unnoticed.append(statement)
                session.rollback()
    assert (unnoticed, findings(chained)) == ([NOTHING_DONE], []), "each was undone before the next"


def test_a_chain_made_anew_after_a_change_does_not_fit_its_signatures(chained: Urls) -> None:
    tamper(chained, "UPDATE audit_entry SET outcome = 'denied', sequence = NULL, hash = NULL")
    tamper(chained, "CREATE TABLE kept AS SELECT * FROM audit_checkpoint", "DELETE FROM audit_checkpoint")
    chain(chained)
    tamper(chained, "DELETE FROM audit_checkpoint", "INSERT INTO audit_checkpoint SELECT * FROM kept")

    assert any("does not fit" in finding for finding in findings(chained))


def test_a_log_that_grows_while_it_is_walked_in_steps_is_sound(chained: Urls) -> None:
    keys = LogKeys("referral", {audit_chain.key_id(PUBLIC): PUBLIC})
    with Database(chained.worker, pool_size=1).transaction() as session:
        progress = begin(session)
        note(chained, "f")
        chain(chained)
        steps = 0
        while not progress.is_done:
            progress, steps = verify_next(session, progress, keys, most=2), steps + 1

    assert (progress.until, progress.checked, steps, list(progress.findings)) == (5, 5, 3, [])


def test_each_step_finds_what_is_wrong_in_its_part_and_the_next_goes_on_from_there(chained: Urls) -> None:
    tamper(chained, "UPDATE audit_entry SET outcome = 'denied' WHERE sequence IN (2, 4)")
    with Database(chained.worker, pool_size=1).transaction() as session:
        progress = begin(session)
        while not progress.is_done:
            progress = verify_next(session, progress, LogKeys("referral", {audit_chain.key_id(PUBLIC): PUBLIC}), most=1)

    assert [each.values["number"] for each in progress.findings if each.code == "changed"] == ["2", "4"]


def test_two_writers_and_two_workers_at_once_make_one_chain(urls: Urls) -> None:
    both = threading.Barrier(4)

    def write(name: str) -> None:
        with connected(urls.web) as database:
            both.wait()
            for number_ in range(40):
                note_over(database, f"{name}-{number_}")

    def work() -> int:
        with connected(urls.worker) as database:
            both.wait()
            return sum(chain_over(database) for _ in range(40))

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, name) for name in ("a", "b")]
        working = [pool.submit(work) for _ in range(2)]
        chained = sum(each.result() for each in working)
        assert all(each.result() is None for each in writing)
    chained += chain(urls)

    assert chained == 80
    assert findings(urls) == []
    assert number(Database(urls.worker), "SELECT count(DISTINCT sequence) FROM audit_entry WHERE sequence <= 80") == 80


def test_a_log_signed_by_somebody_else_or_for_another_service_is_not_ours(urls: Urls) -> None:
    note(urls, "a")
    chain(urls, log="directory")

    assert findings(urls) == ["Checkpoint 1 does not fit the entries before it."]
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "unknown key" in findings(urls, public=other)[0]


def test_entries_that_wait_too_long_are_reported(urls: Urls) -> None:
    note(urls, "a")

    with Database(urls.worker).transaction() as session:
        late = verify(session, LogKeys("referral", {}), MOMENT + timedelta(minutes=6))

    assert [str(each) for each in late] == [
        "1 entries wait unchained for more than five minutes: is the worker running?"
    ]


@pytest.mark.parametrize("role", ["worker", "owner", "superuser"])
def test_no_role_changes_what_is_written(chained: Urls, role: str) -> None:
    with connected(getattr(chained, role)) as database:
        statements = (
            "UPDATE audit_entry SET outcome = 'denied'",
            "UPDATE audit_entry SET sequence = sequence + 10, hash = hash",
            "DELETE FROM audit_entry",
            "TRUNCATE audit_entry",
            "DELETE FROM audit_checkpoint",
            "UPDATE audit_checkpoint SET hash = hash",
        )
        assert not_refused(database.transaction, statements, "append-only|permission denied") == []


def test_an_entry_cannot_be_inserted_as_if_it_were_chained(urls: Urls) -> None:
    with Database(urls.owner).transaction() as session:
        session.execute(text(FORGED_ENTRY))

    assert number(Database(urls.owner), "SELECT count(*) FROM audit_entry WHERE sequence IS NOT NULL") == 0


def test_an_entry_goes_with_the_transaction_that_it_tells_about(urls: Urls) -> None:
    with Database(urls.web).transaction() as session:
        audit.record(session, "x", ("x", "x"), Scope(), MOMENT)
        session.rollback()

    assert number(Database(urls.worker), "SELECT count(*) FROM audit_entry") == 0
