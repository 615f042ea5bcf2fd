"""Outbox relay: publishes to the broker at least once, in order within a subject, soon after the commit.

One relay a service leads, the one whose dedicated connection holds an advisory lock: if that connection
dies, so does the lead. NOTIFY wakes it; a sweep every two seconds backs that up. It selects what has no
`published_at`, never from a cursor. A batch goes out in waves, the first event of each subject in the
first, so that an event the broker refuses holds back its own subject and nothing else. Rows are marked
after the confirm. A refused event stays, is counted, alarms, and is tried again.
"""

import logging
import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg.rows import class_row

from service_kit import failpoints, metrics
from service_kit.backoff import Backoff, should_log
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database
from service_kit.db.listening import listen, wait_for_notice
from service_kit.db.migration_helpers import OUTBOX_CHANNEL
from service_kit.envelope import CONTENT_TYPE, exchange_of
from service_kit.logs import place_of
from service_kit.messaging.rabbitmq import BrokerError, Outcome, Outgoing, Publisher

_log = logging.getLogger(__name__)
_LEAD = 0x5E70_0004
_SWEEP = 2.0  # seconds
_CORRELATION = re.compile(r'"correlationid":\s?"([^"]+)"')  # the first in an envelope: `data` comes after it

_published = metrics.counter("outbox_published", "Events confirmed by the broker", ["type"])
_refused = metrics.counter("outbox_refusals", "Events returned or rejected by the broker", ["type", "outcome"])
_waiting = metrics.gauge("outbox_refused_waiting", "Events that the broker refused and that are kept")
_broker_up = metrics.gauge("relay_broker_up", "1 while the relay is connected to the broker")
_blocked = metrics.gauge("relay_broker_blocked", "1 while the broker takes no events for want of it", ["resource"])


@dataclass(frozen=True)
class OutboxRow:
    """An event to publish; within a subject `position` is the order."""

    position: int
    id: str
    type: str
    subject: str
    body: str
    refusals: int


class Relay:
    """Publishes one service's outbox. `amqp_url` is that service's own broker user."""

    def __init__(
        self,
        db: Database,
        amqp_url: str,
        *,
        clock: Clock | None = None,
        batch: int = 500,
        refused: Backoff = Backoff(first=5, most=300),
        lost: Backoff = Backoff(first=0.1, most=0.8),
    ) -> None:
        self._db = db
        self._amqp_url = amqp_url
        self._clock = clock or SystemClock()
        self._batch = batch
        self._refused = refused
        self._lost = lost

    def run(self, stop: threading.Event) -> None:
        """Lead when nobody else does, until `stop` is set. A lost database is waited for."""
        failures = 0
        while not stop.is_set():
            try:
                with closing(self._db.dedicated()) as lead:
                    failures = 0
                    if _takes_lead(lead):
                        self._lead(lead, stop)
                    else:
                        stop.wait(_SWEEP)
            except psycopg.Error as error:
                failures += 1
                if should_log(failures):
                    _log.warning("the relay lost its database", extra={"error": place_of(error), "failures": failures})
                stop.wait(self._lost.seconds(failures))

    def _lead(self, lead: psycopg.Connection, stop: threading.Event) -> None:
        listen(lead, OUTBOX_CHANNEL)
        # losing a mark in a crash means publishing once more, which is allowed: no need to wait for the disk
        lead.execute("SET synchronous_commit = off")
        failures = 0
        while not stop.is_set():
            try:
                with self._publisher() as publisher:
                    failures = 0
                    self._publish_until(publisher, lead, stop)
            except BrokerError as error:
                failures += 1
                if should_log(failures):
                    _log.warning("the relay lost the broker", extra={"error": str(error), "failures": failures})
                lead.execute("SELECT 1")
                stop.wait(self._lost.seconds(failures))

    @contextmanager
    def _publisher(self) -> Iterator[Publisher]:
        publisher = Publisher(self._amqp_url, content_type=CONTENT_TYPE, on_blocked=_note_blocked)
        _broker_up.set(1)
        try:
            yield publisher
        finally:
            _broker_up.set(0)
            publisher.close()

    def _publish_until(self, publisher: Publisher, lead: psycopg.Connection, stop: threading.Event) -> None:
        while not stop.is_set():
            if self.publish_batch(lead, publisher) < self._batch:
                _rest(publisher, lead, stop)

    def publish_batch(self, lead: psycopg.Connection, publisher: Publisher) -> int:
        """Publish up to a batch of what is due; how many rows were looked at.

        Reads and marks on the connection that holds the lead: without it neither is possible.
        """
        now = self._clock.now()
        with lead.cursor(row_factory=class_row(OutboxRow)) as cursor:
            rows = cursor.execute(_DUE, {"now": now, "batch": self._batch}).fetchall()
        if not rows:
            return 0
        failpoints.reach(failpoints.COMMITTED_NOT_PUBLISHED)
        outcomes = _publish_in_waves(publisher, rows)
        _note_blocked("")  # also where the alarm ended between two connections
        failpoints.reach(failpoints.CONFIRMED_NOT_MARKED)
        self._mark(lead, [row for row in rows if outcomes.get(row.id) is Outcome.CONFIRMED])
        _tell(rows)
        for row in rows:
            if (outcome := outcomes.get(row.id, Outcome.CONFIRMED)) is not Outcome.CONFIRMED:
                self._keep(lead, row, outcome, now)
        return len(rows)

    def _mark(self, lead: psycopg.Connection, rows: Sequence[OutboxRow]) -> None:
        lead.execute(_MARK, {"positions": [row.position for row in rows], "now": self._clock.now()})
        for row in rows:
            _published.labels(row.type).inc()

    def _keep(self, lead: psycopg.Connection, row: OutboxRow, outcome: Outcome, now: datetime) -> None:
        retry_at = now + timedelta(seconds=self._refused.seconds(row.refusals + 1))
        lead.execute(_REFUSE, {"position": row.position, "retry_at": retry_at, "why": outcome.value})
        _refused.labels(row.type, outcome.value).inc()
        _log.error("the broker refused an event", extra={"type": row.type, "outcome": outcome.value})


def waves(rows: Iterable[OutboxRow]) -> list[list[OutboxRow]]:
    """Rows in order, cut so that no wave has two of one subject: the n-th wave has the n-th of each."""
    found: list[list[OutboxRow]] = []
    seen: dict[str, int] = defaultdict(int)
    for row in rows:
        number = seen[row.subject]
        seen[row.subject] += 1
        if number == len(found):
            found.append([])
        found[number].append(row)
    return found


def _publish_in_waves(publisher: Publisher, rows: Sequence[OutboxRow]) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    held: set[str] = set()
    for wave in waves(rows):
        free = [row for row in wave if row.subject not in held]
        outcomes |= publisher.publish([_outgoing(row) for row in free])
        held |= {row.subject for row in free if outcomes[row.id] is not Outcome.CONFIRMED}
    return outcomes


_DUE = """
SELECT position, CAST(id AS text) AS id, type, subject, body, refusals FROM outbox
WHERE published_at IS NULL
  AND subject <> ALL (ARRAY(SELECT subject FROM outbox WHERE published_at IS NULL AND retry_at > %(now)s))
ORDER BY position LIMIT %(batch)s
"""
_MARK = """
UPDATE outbox SET published_at = %(now)s, retry_at = NULL WHERE position = ANY(CAST(%(positions)s AS bigint[]))
"""
_REFUSE = """
UPDATE outbox SET refusals = refusals + 1, retry_at = %(retry_at)s, refused_because = %(why)s
WHERE position = %(position)s
"""
_REFUSED_COUNT = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND retry_at IS NOT NULL"


def _tell(rows: Sequence[OutboxRow]) -> None:
    """One line a batch: a search for a correlation id finds it, and a line an event would cost more than publishing."""
    found = {match[1] for row in rows if (match := _CORRELATION.search(row.body))}
    _log.info("events went out", extra={"count": len(rows), "correlation_ids": sorted(found)})


def _note_blocked(because: str) -> None:
    """`because`: "low on memory", "low on disk" or both."""
    for resource in ("memory", "disk"):
        _blocked.labels(resource).set(resource in because)


def _takes_lead(lead: psycopg.Connection) -> bool:
    row: Any = lead.execute("SELECT pg_try_advisory_lock(%s)", [_LEAD]).fetchone()
    return bool(row[0])


def _outgoing(row: OutboxRow) -> Outgoing:
    return Outgoing(row.id, exchange_of(row.type), row.type, row.body.encode())


def _rest(publisher: Publisher, lead: psycopg.Connection, stop: threading.Event) -> None:
    """Until a NOTIFY, the next sweep, or the stop signal; heartbeats go on."""
    if wait_for_notice(lead, stop, _SWEEP, publisher.process_heartbeats):
        return
    row = lead.execute(_REFUSED_COUNT).fetchone()
    _waiting.set(row[0] if row else 0)
