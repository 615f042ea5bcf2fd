"""Retries of events that wait in the inbox, one event a transaction.

An attempt is counted and committed before it is made: an event that kills the process is parked after the
last attempt like one that raises, and takes no other with it.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service_kit import metrics
from service_kit.backoff import Backoff
from service_kit.clock import Clock
from service_kit.db import inbox
from service_kit.db.engine import Database, is_away
from service_kit.envelope import Event, Undecodable
from service_kit.logs import place_of

_log = logging.getLogger(__name__)
MOST_ATTEMPTS = 10
"""Of an event that fails, after which it is parked."""
_PASS = 50  # attempts before new deliveries get their turn
_LOOK = 1.0  # seconds between looks while nothing is known to wait (a replay, another process)
_SOON = 0.1  # seconds between looks while something waits

_rows = metrics.gauge("inbox_rows", "Events that wait or are parked", ["state"])


class Retries:
    """Runs what is due, through `handle`."""

    def __init__(
        self,
        db: Database,
        handle: Callable[[Session, Event], None],
        *,
        clock: Clock,
        attempts: int,
        backoff: Backoff,
    ) -> None:
        self._db = db
        self._handle = handle
        self._clock = clock
        self._attempts = attempts
        self._backoff = backoff
        self._some_wait = True
        self._next_look = 0.0

    def pause(self, idle: float) -> float:
        """How long (seconds) the caller may wait for new deliveries before the next look."""
        return min(idle, max(0.0, self._next_look - time.monotonic())) if self._some_wait else idle

    def schedule_check(self, *, waits: bool) -> None:
        """Say that something waits, so that the next look comes soon."""
        if waits and not self._some_wait:
            self._some_wait = True
            self._next_look = 0.0

    def run_due(self) -> None:
        """Attempt what is due, if it is time to look. Raises DBAPIError if the database is away."""
        if time.monotonic() < self._next_look:
            return
        for _ in range(_PASS):
            if not self._run_one():
                break
        with self._db.transaction() as session:
            counts = inbox.counts(session)
        for state, count in counts.items():
            _rows.labels(state).set(count)
        self._some_wait = counts["waiting"] > 0
        self._next_look = time.monotonic() + (_SOON if self._some_wait else _LOOK)

    def _run_one(self) -> bool:
        claimed = self._claim()
        if claimed is None:
            return False
        row, allowed = claimed
        if allowed:
            self._attempt(row.id, row.attempts + 1)
        return True

    def _claim(self) -> tuple[inbox.Row, bool] | None:
        with self._db.transaction() as session:
            row = inbox.due(session, now := self._clock.now())
            if row is None:
                return None
            allowed = row.attempts < self._attempts
            if allowed:
                pause = timedelta(seconds=self._backoff.seconds(row.attempts + 1))
                inbox.start_attempt(session, row.id, retry_at=now + pause)
            else:
                _park(session, row.id, row.error or "the process died in every attempt")
            return row, allowed

    def _attempt(self, event_id: UUID, number: int) -> None:
        with self._db.transaction() as session:
            row = inbox.lock(session, event_id)
            if row is None:
                return
            try:
                event = Event.from_bytes(row.body)
                with session.begin_nested():
                    self._handle(session, event)
            except Exception as error:
                if is_away(error):
                    raise
                self._failed(session, event_id, number, error)
            else:
                inbox.done(session, event_id, self._clock.now())
                about = {"event": str(event_id), "attempt": number, "correlation_id": event.correlation_id}
                _log.info("an event that waited is done", extra=about)

    def _failed(self, session: Session, event_id: UUID, number: int, error: Exception) -> None:
        _log.exception("an attempt failed", extra={"event": str(event_id), "attempt": number})
        if number >= self._attempts or isinstance(error, Undecodable):
            _park(session, event_id, place_of(error))
        else:
            inbox.failed(session, event_id, place_of(error))


def _park(session: Session, event_id: UUID, error: str) -> None:
    inbox.park(session, event_id, error)
    _log.error("an event was parked", extra={"event": str(event_id), "error": error})
