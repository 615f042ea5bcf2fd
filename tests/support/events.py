"""Builders for tests of the event machinery: an event, and a table in which its effects can be counted."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from support.fresh_databases import Urls

CHANGED = "directory.service.changed.v1"
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_ids = SystemIds()
_WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""


def an_event(subject: str = "one", version: int = 1, *, kind: str = CHANGED, **more: object) -> Event:
    """A whole-snapshot event."""
    return Event(type=kind, subject=subject, data={"version": version, **more}, id=_ids.uuid(), time=MOMENT)


def with_effects(urls: Urls) -> Urls:
    """Add the table `effect` (what handlers did, in order) and `aggregate` (the version that each subject has)."""
    with Database(urls.owner).transaction() as session:
        session.execute(text("CREATE TABLE effect (n bigserial, event uuid, subject text, version int, trace text)"))
        session.execute(text("CREATE TABLE aggregate (subject text PRIMARY KEY, version int NOT NULL)"))
    return urls


def apply_effect(session: Session, event: Event) -> None:
    """A handler: write the effect down."""
    session.execute(
        text("INSERT INTO effect (event, subject, version, trace) VALUES (:event, :subject, :version, :trace)"),
        {
            "event": event.id,
            "subject": event.subject,
            "version": event.data["version"],
            "trace": event.correlation_id,
        },
    )
    session.execute(
        text(
            "INSERT INTO aggregate VALUES (:subject, :version) ON CONFLICT (subject) DO UPDATE"
            " SET version = excluded.version WHERE aggregate.version < excluded.version"
        ),
        {"subject": event.subject, "version": event.data["version"]},
    )


def effects(database: Database) -> list[tuple[str, int]]:
    """(subject, version) of every effect, in order."""
    with database.transaction() as session:
        rows = session.execute(text("SELECT subject, version FROM effect ORDER BY n"))
        return [(row.subject, row.version) for row in rows]


def effect_ids(database: Database) -> list[UUID]:
    """The event of every effect, in order."""
    with database.transaction() as session:
        return list(session.scalars(text("SELECT event FROM effect ORDER BY n")))


def emit(database: Database, *events: Event) -> None:
    """One transaction that adds the events to the outbox."""
    with database.transaction() as session:
        for event in events:
            outbox.add(session, event)


def scalar(database: Database, query: str) -> object:
    """One value."""
    with database.transaction() as session:
        return session.scalar(text(query))


def number(database: Database, query: str) -> int:
    """One number, 0 where there is none."""
    return int(str(scalar(database, query) or 0))


def waiting_for_locks(database: Database) -> int:
    """How many sessions of this database wait for a lock just now; others of the server are other tests'."""
    return number(database, _WAITING)


def eventually(condition: Callable[[], bool], *, seconds: float = 60, longest_pause: float = 0.25) -> None:
    """Wait for work in other threads or processes; fails when it takes too long.

    Between two looks a tenth of what has been waited passes, 20 ms at least, `longest_pause` seconds at most: a look
    takes processor time from what is waited for. The last look begins after the time is over, so that a test which was
    itself held up does not fail for it.
    """
    began, is_over = time.monotonic(), False
    pause = threading.Event()
    while not condition():
        assert not is_over, "it did not happen in time"
        waited = time.monotonic() - began
        pause.wait(max(0.02, min(longest_pause, waited / 10)))
        is_over = time.monotonic() - began >= seconds


def seconds_until(condition: Callable[[], bool]) -> float:
    """How long it took. What waits for a sweep takes long each time, a busy machine now and then: ask several times."""
    began = time.monotonic()
    eventually(condition, longest_pause=0.02)
    return time.monotonic() - began
