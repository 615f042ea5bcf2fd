"""Consumer: takes events from the queue into the inbox and calls the handlers; each takes effect once.

A batch is one transaction: all ids enter the inbox in one statement (seen before → nothing more happens),
then come the handlers with their own outbox rows. If any raises, the transaction is rolled back and the batch
is taken in again with a savepoint for each. A handler that raises there is rolled back and its event waits for
another attempt; later events of its subject wait behind it, other subjects go on; after the last attempt it
is parked. Commit, then ack.

What the broker delivered before without an ack may have killed the process, so it is not tried in a batch:
it goes to those that wait, where each attempt is counted before it is made. When the database is away the
batch is kept in hand and tried again; nothing is given back, for the broker would count that as a delivery.
Handlers work on the session alone: anything else (a mail, an HTTP call) would be done again with each attempt.
One that catches what a statement raised has failed all the same, unless it had set a savepoint before that.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from service_kit import failpoints, metrics
from service_kit.backoff import Backoff, should_log
from service_kit.clock import Clock, SystemClock
from service_kit.db import inbox
from service_kit.db.engine import Database, has_failed, is_away
from service_kit.db.inbox import Arrival
from service_kit.envelope import Event
from service_kit.logs import correlation_id, place_of
from service_kit.messaging import triage
from service_kit.messaging.rabbitmq import BrokerError, Delivery, Subscription
from service_kit.messaging.retries import MOST_ATTEMPTS, Retries
from service_kit.messaging.topology import dead_queue, inbox_queue
from service_kit.messaging.triage import Item

Handler = Callable[[Session, Event], None]
BatchHandler = Callable[[Session, Sequence[Event]], None]
_Handling = Callable[[Session, Sequence[tuple[Arrival, Event]]], set[UUID]]

_log = logging.getLogger(__name__)
_BATCH = 50  # savepoints in a transaction at most; PostgreSQL keeps 64 in memory
_PREFETCH = 4 * _BATCH
_IDLE = 0.5  # seconds between looks at the stop signal and at what waits

_handled = metrics.counter("events_handled", "Events by what became of them", ["type", "outcome"])
_broker_up = metrics.gauge("consumer_broker_up", "1 while the consumer is connected to the broker")


class Consumer:
    """Reads `<service>.inbox` and `<service>.dead`. `service` is the long name; `handlers` maps types to functions.

    `together` maps types that are also in `handlers` to a function that takes a run of neighbouring events at once;
    types may share one. If it raises, each event of the batch goes through its own handler.
    """

    def __init__(
        self,
        db: Database,
        amqp_url: str,
        service: str,
        handlers: Mapping[str, Handler],
        *,
        together: Mapping[str, BatchHandler] | None = None,
        clock: Clock | None = None,
        attempts: int = MOST_ATTEMPTS,
        backoff: Backoff = Backoff(),
        lost: Backoff = Backoff(first=0.1, most=0.8),
    ) -> None:
        self._db = db
        self._amqp_url = amqp_url
        self._service = service
        self._handlers = handlers
        self._together = together or {}
        self._clock = clock or SystemClock()
        self._backoff = backoff
        self._lost = lost
        self._retries = Retries(db, self.handle, clock=self._clock, attempts=attempts, backoff=backoff)

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop` is set. A lost broker or database is waited for."""
        failures = 0
        queues = [inbox_queue(self._service), dead_queue(self._service)]
        while not stop.is_set():
            try:
                with Subscription(self._amqp_url, queues, prefetch=_PREFETCH) as subscription:
                    failures = 0
                    _broker_up.set(1)
                    self._serve(subscription, stop)
            except BrokerError as error:
                failures += 1
                if should_log(failures):
                    _log.warning("the consumer lost the broker", extra={"error": str(error), "failures": failures})
                self._retry_what_waits()
                stop.wait(self._lost.seconds(failures))
            finally:
                _broker_up.set(0)

    def _serve(self, subscription: Subscription, stop: threading.Event) -> None:
        while not stop.is_set():
            deliveries = subscription.take(_BATCH, timeout=self._retries.pause(_IDLE))
            if deliveries:
                self._take_in(deliveries, subscription, stop)
            self._retry_what_waits()

    def _take_in(self, deliveries: Sequence[Delivery], subscription: Subscription, stop: threading.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                self.apply(deliveries)
                break
            except (DBAPIError, PoolTimeout) as error:
                failures += 1
                if should_log(failures):
                    _log.warning("the consumer cannot reach its database", extra={"error": place_of(error)})
                subscription.process_heartbeats(self._lost.seconds(failures))
        else:
            return  # the broker delivers them again
        failpoints.reach(failpoints.COMMITTED_NOT_ACKED)
        subscription.ack(deliveries[-1])

    def _retry_what_waits(self) -> None:
        try:
            self._retries.run_due()
        except (DBAPIError, PoolTimeout) as error:
            _log.warning("the consumer cannot reach its database", extra={"error": place_of(error)})

    def apply(self, deliveries: Sequence[Delivery]) -> None:
        """Take a batch in, in one transaction. Raises what `is_away` knows if it is: then nothing happened."""
        items = triage.deduplicate([triage.read(delivery, self._service, self._handlers) for delivery in deliveries])
        try:
            self._apply(items)
        except Exception as error:
            if is_away(error):
                raise
            # the commit itself was refused, by one of them, or something that nobody foresaw
            _log.exception("a batch was refused")
            for item in items:
                self._apply_alone(item)

    def _apply_alone(self, item: Item) -> None:
        """Let one event wait for attempts of its own; park it as it came if even that cannot be written."""
        try:
            self._apply([triage.defer(item)])
        except Exception as error:
            if is_away(error):
                raise
            _log.exception("an event cannot be taken in")
            self._apply([triage.park(item.arrival.body, f"cannot be taken in: {place_of(error)}")])

    def _apply(self, items: Sequence[Item]) -> None:
        try:
            told = self._receive(items, self._handle_all)
        except Exception as error:
            if is_away(error):
                raise
            told = self._receive(items, self._handle_each)
        for item in told:
            _tell(item)
        self._retries.schedule_check(waits=any(item.arrival.state == "waiting" for item in told))

    def _receive(self, items: Sequence[Item], handle: _Handling) -> Sequence[Item]:
        """One transaction; give what was new in it, as it was left."""
        with self._db.transaction() as session:
            waiting = inbox.waiting_subjects(session, {item.arrival.subject for item in items})
            entering = triage.hold_back(items, waiting)
            new = inbox.receive(session, [item.arrival for item in entering])
            fresh = [item for item in entering if item.arrival.id in new]
            kept = handle(
                session, [(item.arrival, item.event) for item in fresh if item.event and item.arrival.state == "done"]
            )
        return [triage.defer(item) if item.arrival.id in kept else item for item in fresh]

    def _handle_each(self, session: Session, events: Sequence[tuple[Arrival, Event]]) -> set[UUID]:
        """Under a savepoint for each, three times as slow; give the ids of those that must wait."""
        waiting: set[str] = set()
        return {arrival.id for arrival, event in events if not self._attempt(session, arrival, event, waiting)}

    def _handle_all(self, session: Session, events: Sequence[tuple[Arrival, Event]]) -> set[UUID]:
        """Without a savepoint: none waits, or all is undone by what is raised."""
        in_order = (event for _, event in events)
        for together, neighbours in groupby(in_order, key=lambda event: self._together.get(event.type)):
            if together is None:
                for event in neighbours:
                    self.handle(session, event)
            else:
                together(session, list(neighbours))
                _check_sound(session)
                failpoints.reach(failpoints.IN_A_HANDLER)
        return set()

    def _attempt(self, session: Session, arrival: Arrival, event: Event, waiting: set[str]) -> bool:
        if arrival.subject in waiting:
            inbox.let_wait(session, arrival)
            return False
        try:
            with session.begin_nested():
                self.handle(session, event)
        except Exception as error:
            if is_away(error):
                raise
            waiting.add(arrival.subject)
            retry_at = self._clock.now() + timedelta(seconds=self._backoff.seconds(1))
            inbox.let_wait(session, arrival, attempts=1, retry_at=retry_at, error=place_of(error))
            _log.exception("a handler failed", extra={"event": str(arrival.id), "type": arrival.type})
            return False
        return True

    def handle(self, session: Session, event: Event) -> None:
        """Call the type's handler with the event's correlation id set. Raises KeyError if there is none."""
        handler = self._handlers[event.type]
        token = correlation_id.set(event.correlation_id)
        try:
            handler(session, event)
            _check_sound(session)
            failpoints.reach(failpoints.IN_A_HANDLER)
        finally:
            correlation_id.reset(token)


def _check_sound(session: Session) -> None:
    """Raise RuntimeError where a handler caught what a statement raised: the commit would be none, and nobody told."""
    if has_failed(session):
        raise RuntimeError("a handler went on in a transaction in which a statement had failed")


def _tell(item: Item) -> None:
    arrival = item.arrival
    _handled.labels(arrival.type, arrival.state).inc()
    about = {"event": str(arrival.id), "type": arrival.type, "became": arrival.state}
    if arrival.state == "parked":
        _log.error("an event was parked", extra={**about, "error": arrival.error})
    elif item.event is not None:
        _log.info("an event arrived", extra={**about, "correlation_id": item.event.correlation_id})
