"""Heartbeat of revocations: until when this service has been told of every session that was ended.

Why: a revocation travels by event, so while the broker, the sender's relay or this service's consumer is away, nobody
here would know that a session has ended, nor that something is missing. The service that signs people in sends a
heartbeat about once a minute on the same way; the newest one is the row of `session_heartbeat`. What the two events
are called is handed in (`SessionEvents`).
Promises: the row's instant vouches for every revocation that was committed before it. The sender skips a beat while a
revocation or a beat has not gone out; this consumer skips one while a revocation waits or is parked; an instant ahead
of this database's clock is cut down to now, and one that a leap of that clock left in the future vouches for nothing
(`clamped_times.py`) and gives way to any other. When not to use it: to learn that a process is alive; that is its
metrics.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit import metrics
from service_kit.clock import Clock
from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.db.tables import inbox, session_heartbeat
from service_kit.db.tables import outbox as outbox_table
from service_kit.envelope import Event
from service_kit.ids import Ids

EVERY, AGAIN = 60.0, 5.0  # seconds between two beats, and until the next look where one could not be sent
LATE = timedelta(seconds=150)  # two beats and a half: one may be skipped
_SUBJECT = "sessions"
_KEPT = timedelta(hours=1)  # a beat that comes twice does no harm, so its ids need not be kept for a month

_age = metrics.gauge("session_heartbeat_age_seconds", "Age of the newest heartbeat of revocations")


class SessionEvents(Protocol):
    """The types of two events on one way: a session that was ended, and the heartbeat."""

    @property
    def revoked(self) -> str:
        """A session, or all of a membership, was ended."""

    @property
    def heartbeat(self) -> str:
        """All that was ended until an instant has been told."""


def is_late(told_until: datetime | None, now: datetime) -> bool:
    """Whether a revocation may be missing here: no heartbeat came for two and a half minutes, or none ever did."""
    return told_until is None or now - told_until > LATE


def keep_sending_heartbeats(
    db: Database, ids: Ids, clock: Clock, types: SessionEvents
) -> Callable[[threading.Event], None]:
    """Return the worker's loop of the service that signs people in."""

    def loop(stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(EVERY if send_heartbeat(db, ids, clock.now(), types) else AGAIN)

    return loop


def send_heartbeat(db: Database, ids: Ids, now: datetime, types: SessionEvents) -> bool:
    """Add a beat to the outbox; False where a revocation or the beat before still waits there.

    `now` (aware) was taken before this call's transaction, so that what was committed until then is seen in it.
    """
    data: dict[str, object] = {"as_of": now.isoformat(), "version": 1}
    waits = outbox_table.c.published_at.is_(None), outbox_table.c.type.in_([types.revoked, types.heartbeat])
    with db.transaction() as session:
        if session.scalar(select(exists().where(*waits))):
            return False
        outbox.add(session, Event(types.heartbeat, _SUBJECT, data, ids.uuid(), now))
    return True


def heartbeat_handler(types: SessionEvents) -> Callable[[Session, Event], None]:
    """Return the consumer's handler of a heartbeat. Data: {"as_of" (RFC 3339), "version"}."""
    held = select(exists().where(inbox.c.type == types.revoked, inbox.c.state.in_(["waiting", "parked"])))

    def on_heartbeat(session: Session, event: Event) -> None:
        if session.scalar(held):
            return
        as_of = func.least(datetime.fromisoformat(str(event.data["as_of"])), func.clock_timestamp())
        beat = insert(session_heartbeat).values(as_of=as_of)
        newer = or_(beat.excluded.as_of > session_heartbeat.c.as_of, session_heartbeat.c.as_of > func.clock_timestamp())
        session.execute(
            beat.on_conflict_do_update(index_elements=["single"], set_={"as_of": beat.excluded.as_of}, where=newer)
        )

    return on_heartbeat


def forget_heartbeats(session: Session, now: datetime, types: SessionEvents) -> None:
    """Drop beats of more than an hour ago from outbox and inbox; for a worker's pruning."""
    session.execute(
        delete(outbox_table).where(outbox_table.c.type == types.heartbeat, outbox_table.c.published_at < now - _KEPT)
    )
    done = (inbox.c.type == types.heartbeat, inbox.c.state == "done", inbox.c.handled_at < now - _KEPT)
    session.execute(delete(inbox).where(*done))


def heartbeat_gauge(db: Database, clock: Clock) -> Callable[[], None]:
    """Return what sets the gauge to the newest beat's age; before the first one it is the time since this call."""
    started = clock.now()

    def measure() -> None:
        with db.transaction() as session:
            as_of = session.scalar(select(session_heartbeat.c.as_of))
        _age.set(abs((clock.now() - (as_of or started)).total_seconds()))

    return measure
