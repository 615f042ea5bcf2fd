"""Inbox table: each event that arrived, once, in the transaction of its effects.

A row is `done`; or `waiting` for another attempt (or behind an earlier event of its subject that waits); or
`parked` after the last attempt, or because nobody can read or handle it. Parked rows are the one place to
look at, edit and replay what failed. Ids of done rows are kept for 30 days against late duplicates.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CursorResult, delete, func, select, text, update
from sqlalchemy.orm import Session

from service_kit.db.tables import inbox
from service_kit.envelope import Event

KEEP_DONE = timedelta(days=30)
State = Literal["done", "waiting", "parked"]


@dataclass(frozen=True)
class Arrival:
    """An event as it enters the inbox. What cannot be decoded has no type and no subject."""

    id: UUID
    type: str
    subject: str
    body: bytes
    state: State = "done"
    error: str | None = None


@dataclass(frozen=True)
class Row:
    """An event that waits or is parked."""

    id: UUID
    type: str
    subject: str
    state: str
    attempts: int
    error: str | None
    body: bytes
    received_at: datetime


def receive(session: Session, arrivals: Sequence[Arrival]) -> set[UUID]:
    """Enter a batch in one statement; the ids that had not been seen before."""
    found = session.execute(
        text(_RECEIVE),
        {
            "ids": [arrival.id for arrival in arrivals],
            "types": [arrival.type for arrival in arrivals],
            "subjects": [arrival.subject for arrival in arrivals],
            "states": [arrival.state for arrival in arrivals],
            "errors": [arrival.error for arrival in arrivals],
            "bodies": [None if arrival.state == "done" else arrival.body for arrival in arrivals],
        },
    )
    return {row.id for row in found}


def waiting_subjects(session: Session, subjects: Collection[str]) -> set[str]:
    """Those of the subjects that have an event waiting."""
    waiting = select(inbox.c.subject).where(inbox.c.state == "waiting", inbox.c.subject.in_(subjects))
    return set(session.scalars(waiting))


def let_wait(
    session: Session, arrival: Arrival, *, attempts: int = 0, retry_at: datetime | None = None, error: str | None = None
) -> None:
    """Put an event that was entered as done among those that wait; without `retry_at` it is merely behind another."""
    _set(session, arrival.id, state="waiting", attempts=attempts, retry_at=retry_at, error=error, body=arrival.body)


def due(session: Session, now: datetime) -> Row | None:
    """The first event whose time has come and that has no earlier one of its subject before it; locked."""
    row = session.execute(text(_DUE), {"now": now}).mappings().first()
    return Row(**row) if row else None


def lock(session: Session, event_id: UUID) -> Row | None:
    """The row, locked, if it still waits."""
    columns = [inbox.c[name] for name in Row.__dataclass_fields__]
    row = session.execute(
        select(*columns).where(inbox.c.id == event_id, inbox.c.state == "waiting").with_for_update()
    ).mappings()
    found = row.first()
    return Row(**found) if found else None


def start_attempt(session: Session, event_id: UUID, *, retry_at: datetime) -> None:
    """Count an attempt before it is made, so that one that kills the process counts too."""
    session.execute(
        update(inbox).where(inbox.c.id == event_id).values(attempts=inbox.c.attempts + 1, retry_at=retry_at)
    )


def done(session: Session, event_id: UUID, now: datetime) -> None:
    """It took effect; its body is forgotten."""
    _set(session, event_id, state="done", body=None, retry_at=None, error=None, handled_at=now)


def failed(session: Session, event_id: UUID, error: str) -> None:
    """Remember why the attempt failed."""
    _set(session, event_id, error=error)


def park(session: Session, event_id: UUID, error: str) -> None:
    """Give up until somebody looks."""
    _set(session, event_id, state="parked", retry_at=None, error=error)


def parked(session: Session, *, limit: int = 100) -> list[Row]:
    """Parked events, the oldest first."""
    columns = [inbox.c[name] for name in Row.__dataclass_fields__]
    query = select(*columns).where(inbox.c.state == "parked").order_by(inbox.c.position).limit(limit)
    return [Row(**row) for row in session.execute(query).mappings()]


class CannotReplay(Exception):
    """No such parked event, or its edited form was handled already."""


def replay(session: Session, event_id: UUID, body: bytes | None = None) -> None:
    """Let a parked event be handled again, perhaps in an edited form. Raises CannotReplay, Undecodable."""
    values: dict[str, Any] = {"state": "waiting", "attempts": 0, "retry_at": None}
    if body is not None:
        event = Event.from_bytes(body)
        if event.id != event_id and session.scalar(select(inbox.c.id).where(inbox.c.id == event.id)):
            raise CannotReplay(f"the event {event.id} arrived already")
        values |= {"id": event.id, "type": event.type, "subject": event.subject, "body": body}
    _parked_only(session, event_id, values)


def discard(session: Session, event_id: UUID, now: datetime) -> None:
    """Settle a parked event without handling it. Raises CannotReplay."""
    _parked_only(session, event_id, {"state": "done", "body": None, "handled_at": now})


def counts(session: Session) -> dict[str, int]:
    """How many wait and how many are parked."""
    query = select(inbox.c.state, func.count()).where(inbox.c.state.in_(["waiting", "parked"])).group_by(inbox.c.state)
    return {"waiting": 0, "parked": 0} | dict(session.execute(query).all())


def prune(session: Session, now: datetime) -> None:
    """Forget what was done more than 30 days ago."""
    session.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.handled_at < now - KEEP_DONE))


_RECEIVE = """
INSERT INTO inbox (id, type, subject, state, error, body, handled_at)
SELECT arrival.*, CASE WHEN arrival.state = 'done' THEN now() END
FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:subjects AS text[]),
            CAST(:states AS text[]), CAST(:errors AS text[]), CAST(:bodies AS bytea[]))
     AS arrival(id, type, subject, state, error, body)
ON CONFLICT (id) DO NOTHING
RETURNING id
"""

_DUE = """
SELECT id, type, subject, state, attempts, error, body, received_at FROM inbox
WHERE state = 'waiting' AND (retry_at IS NULL OR retry_at <= :now)
  AND NOT EXISTS (SELECT 1 FROM inbox earlier WHERE earlier.state = 'waiting'
                  AND earlier.subject = inbox.subject AND earlier.position < inbox.position)
ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def _set(session: Session, event_id: UUID, **values: Any) -> None:
    session.execute(update(inbox).where(inbox.c.id == event_id).values(**values))


def _parked_only(session: Session, event_id: UUID, values: dict[str, Any]) -> None:
    result = session.execute(update(inbox).where(inbox.c.id == event_id, inbox.c.state == "parked").values(**values))
    if not isinstance(result, CursorResult) or result.rowcount != 1:
        raise CannotReplay(f"no parked event has the id {event_id}")
