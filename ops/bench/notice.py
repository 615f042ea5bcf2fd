"""Notice: from the commit in the referral service to the notice that is planned in the other service.

Latency at 100 events a second, through outbox, relay, broker, inbox and routing, with two case workers told of each,
relay and consumer in processes of their own, beside raw publish → consume over the same quorum queue; and the rate at
which a full queue is planned, beside raw consuming and acknowledging.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from uuid import UUID

import pika
import psycopg
from sqlalchemy.orm import Session

from bench.databases import service_database
from bench.figures import Figure, at_least, at_most, interleaved, percentile, sized
from bench.plumbing import Plumbing, in_threads, plumbing, publish, raw_consume_rate, scalar, until
from notification_service.consumers import batch_handlers, handlers
from notification_service.domain.notices import Channel
from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from service_kit.clock import SystemClock
from service_kit.db import outbox, provision
from service_kit.db.engine import Database
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.ids import SystemIds
from service_kit.keyring import Keyring
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from service_kit.messaging.relay import Relay

A_SECOND = 100
WARM_UP = 10  # events that are not measured
COUNT_PACED, COUNT = sized(1_000, 50), sized(5_000, 200)
ROUNDS = 3
TYPE = "referral.submitted.v1"
QUEUE = "notification_service.inbox"
NGO = UUID(int=1)
_DONE = "SELECT count(*) FROM inbox WHERE state = 'done'"
_ids = SystemIds()


def measure() -> Iterable[Figure]:
    """Milliseconds from commit to commit, and events a second."""
    with plumbing() as place, notification_database() as urls:
        bare, ours = _bare_latencies(place), _latencies(place, urls)
        for percent, limit in ((50, 15), (99, 100)):
            yield Figure(f"raw publish → consume, p{percent} at 100/s", percentile(bare, percent), "ms")
            yield at_most(f"commit → notice planned, p{percent} at 100/s", percentile(ours, percent), "ms", limit=limit)
        our_rate, bare_rate = interleaved(ROUNDS, partial(_planning_rate, place, urls), partial(_raw_rate, place))
    yield at_least("plan: inbox, two notices, two mails", our_rate, "events/s", baseline=bare_rate, ratio=0.1)


def _latencies(place: Plumbing, urls: Mapping[str, str]) -> list[float]:
    source = Database(place.web)
    planned: dict[UUID, float] = {}
    committed: dict[UUID, float] = {}
    with in_processes(partial(run_relay, place), partial(run_consumer, place, urls)), _planned(urls, planned):
        for number in range(WARM_UP):  # opens every connection and prepares every statement
            commit(source)
            until(lambda: len(planned) > number)  # noqa: B023 - called before the loop goes on
        for _ in paced(COUNT_PACED):
            committed[commit(source)] = time.perf_counter()
        until(lambda: committed.keys() <= planned.keys())
    return [1000 * (planned[event_id] - at) for event_id, at in committed.items()]


def commit(source: Database) -> UUID:
    """Commit one event as the referral service does, and give its id."""
    event = an_event()
    with source.transaction() as session:
        outbox.add(session, event)
    return event.id


def _bare_latencies(place: Plumbing) -> list[float]:
    taken: list[float] = []

    def consume(stop: threading.Event) -> None:
        with pika.BlockingConnection(pika.URLParameters(place.administrator)) as connection:
            channel = connection.channel()
            for method, _properties, body in channel.consume(QUEUE, inactivity_timeout=0.2):
                if method is not None:
                    taken.append(1000 * (time.perf_counter() - float(body)))
                    channel.basic_ack(method.delivery_tag)
                if stop.is_set():
                    break

    publisher = Publisher(place.referral, content_type=CONTENT_TYPE)
    with in_threads(consume):
        for number in paced(COUNT_PACED):
            body = repr(time.perf_counter()).encode()
            publisher.publish([Outgoing(str(number), "referral.events", TYPE, body)])
        until(lambda: len(taken) == COUNT_PACED)
    publisher.close()
    return taken


def paced(count: int, a_second: int = A_SECOND) -> Iterator[int]:
    """Count at so many a second."""
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / a_second - time.monotonic()))
        yield number


def run_relay(place: Plumbing) -> None:
    """The referral service's relay."""
    Relay(Database(place.worker), place.referral).run(threading.Event())


def run_consumer(place: Plumbing, urls: Mapping[str, str]) -> None:
    """The notification service's consumer."""
    _consumer(place, urls).run(threading.Event())


@contextmanager
def in_processes(*loops: Callable[[], None]) -> Iterator[None]:
    """Run loops in processes, as the workers do, until the block ends."""
    processes = [get_context("spawn").Process(target=loop, daemon=True) for loop in loops]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _planning_rate(place: Plumbing, urls: Mapping[str, str]) -> float:
    database = Database(urls["worker"])
    before = scalar(database, _DONE)
    publish(place.referral, "referral.events", [an_event() for _ in range(COUNT)])
    began = time.perf_counter()
    with in_threads(_consumer(place, urls).run):
        while scalar(database, _DONE) < before + COUNT:
            time.sleep(0.05)  # counting more often would be a load of its own
        return COUNT / (time.perf_counter() - began)


def _raw_rate(place: Plumbing) -> float:
    publish(place.referral, "referral.events", [an_event() for _ in range(COUNT)])
    return raw_consume_rate(place.administrator, QUEUE, COUNT)


def an_event() -> Event:
    """A submitted referral that the two case workers are told of."""
    referral, now = _ids.uuid(), datetime.now(UTC)
    data = {
        "referral_id": str(referral),
        "reference": "R-7KQ2-9XTC",
        "district": 315,
        "priority": "routine",
        "status": "requested",
        "due_at": (now + timedelta(hours=9)).isoformat(),
        "version": 1,
        "receivers": [str(NGO)],
    }
    return Event(type=TYPE, subject=str(referral), data=data, id=_ids.uuid(), time=now)


def _consumer(place: Plumbing, urls: Mapping[str, str]) -> Consumer:
    heard, together = handlers(SystemClock(), KEYRING, "", ONLY_MAIL), batch_handlers(SystemClock(), ONLY_MAIL)
    return Consumer(Database(urls["worker"]), place.administrator, "notification_service", heard, together=together)


ONLY_MAIL = frozenset({Channel.MAIL})
KEYRING = Keyring({"bench": bytes(32)})


@contextmanager
def _planned(urls: Mapping[str, str], planned: dict[UUID, float]) -> Iterator[None]:
    """Note when each event's first notice is committed: a trigger notifies, at the commit."""
    with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
        owner.execute(_TELL)

    def listen(stop: threading.Event) -> None:
        with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
            owner.execute("LISTEN planned")
            while not stop.is_set():
                for told in owner.notifies(timeout=0.2):
                    planned.setdefault(UUID(told.payload), time.perf_counter())

    with in_threads(listen):
        yield
    with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
        owner.execute("DROP TRIGGER tell ON notice")


_TELL = """
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('planned', NEW.event_id::text); RETURN NULL; END $$;
CREATE TRIGGER tell AFTER INSERT ON notice FOR EACH ROW EXECUTE FUNCTION tell();
"""


@contextmanager
def notification_database() -> Iterator[Mapping[str, str]]:
    """The service's own schema, with two case workers to be told; removed afterwards."""
    with service_database("notification") as urls:
        with Database(urls["worker"]).transaction() as session:
            for number in (1, 2):
                _add_case_worker(session, number)
        yield urls


def _add_case_worker(session: Session, number: int) -> None:
    snapshot = MembershipSnapshot(
        id=UUID(int=100 + number),
        account_id=UUID(int=number),
        organization_id=NGO,
        role="case_worker",
        districts=[315],
        active=True,
        language="en",
        version=1,
    )
    apply_snapshot(session, snapshot, Contact(mail=f"worker{number}@ngo.example"), KEYRING)
