"""Notice: from the commit in the referral service to the notice that is planned in the other service.

Latency at 100 events a second, through outbox, relay, broker, inbox and routing, with two case workers to be told of
each; and the rate at which a full queue is planned, beside raw consuming and acknowledging.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pika
import psycopg
from sqlalchemy.orm import Session

from bench.databases import service_database
from bench.figures import Figure, at_least, at_most, interleaved, percentile
from bench.plumbing import Plumbing, plumbing, scalar, until
from notification_service.consumers import batch_handlers, handlers
from notification_service.store import members
from notification_service.store.members import Contact
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
SECONDS = 10
COUNT = 5_000
ROUNDS = 3
TYPE = "referral.submitted.v1"
QUEUE = "notification_service.inbox"
NGO = UUID(int=1)
_DONE = "SELECT count(*) FROM inbox WHERE state = 'done'"
_ids = SystemIds()


def measure() -> Iterable[Figure]:
    """Milliseconds from commit to commit, and events a second."""
    with plumbing() as place, _notification_database() as urls:
        waits = _latencies(place, urls)
        yield at_most("commit → notice planned, p50 at 100/s", percentile(waits, 50), "ms", limit=15)
        yield at_most("commit → notice planned, p99 at 100/s", percentile(waits, 99), "ms", limit=100)
        ours, bare = interleaved(ROUNDS, partial(_ours, place, urls), partial(_bare, place))
    yield at_least("consume and plan: inbox, two notices, two mails", ours, "events/s", baseline=bare, ratio=0.2)


def _latencies(place: Plumbing, urls: dict[str, str]) -> list[float]:
    source, planned = Database(place.web), {}
    committed: dict[UUID, float] = {}
    with (
        _running(_consumer(place, urls).run, Relay(Database(place.worker), place.referral).run),
        _planned(urls, planned),
    ):
        for number in range(A_SECOND * SECONDS + A_SECOND):
            event = _an_event()
            with source.transaction() as session:
                outbox.add(session, event)
            if number >= A_SECOND:  # the first second warms up
                committed[event.id] = time.perf_counter()
            time.sleep(1 / A_SECOND)
        until(lambda: committed.keys() <= planned.keys())
    return [1000 * (planned[event_id] - at) for event_id, at in committed.items()]


def _ours(place: Plumbing, urls: dict[str, str]) -> float:
    database = Database(urls["worker"])
    before = scalar(database, _DONE)
    _fill(place)
    began = time.perf_counter()
    with _running(_consumer(place, urls).run):
        while scalar(database, _DONE) < before + COUNT:
            time.sleep(0.05)  # counting more often would be a load of its own
        return COUNT / (time.perf_counter() - began)


def _bare(place: Plumbing) -> float:
    _fill(place)
    began = time.perf_counter()
    with pika.BlockingConnection(pika.URLParameters(place.administrator)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        for seen, (method, _properties, _body) in enumerate(channel.consume(QUEUE), 1):
            channel.basic_ack(method.delivery_tag)
            if seen == COUNT:
                break
    return COUNT / (time.perf_counter() - began)


def _fill(place: Plumbing) -> None:
    publisher = Publisher(place.referral, content_type=CONTENT_TYPE)
    events = [_an_event() for _ in range(COUNT)]
    publisher.publish([Outgoing(str(event.id), "referral.events", TYPE, event.to_bytes()) for event in events])
    publisher.close()


def _an_event() -> Event:
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


def _consumer(place: Plumbing, urls: dict[str, str]) -> Consumer:
    heard, together = handlers(SystemClock(), _KEYRING, ""), batch_handlers(SystemClock())
    return Consumer(Database(urls["worker"]), place.administrator, "notification_service", heard, together=together)


_KEYRING = Keyring({"bench": bytes(32)})


@contextmanager
def _running(*loops: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@contextmanager
def _planned(urls: dict[str, str], planned: dict[UUID, float]) -> Iterator[None]:
    """Note when each event's first notice is committed: a trigger tells, at the commit."""
    with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
        owner.execute(_TELL)

    def listen(stop: threading.Event) -> None:
        with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
            owner.execute("LISTEN planned")
            while not stop.is_set():
                for told in owner.notifies(timeout=0.2):
                    planned.setdefault(UUID(told.payload), time.perf_counter())

    with _running(listen):
        yield
    with psycopg.connect(provision.libpq(urls["owner"]), autocommit=True) as owner:
        owner.execute("DROP TRIGGER tell ON notice")


_TELL = """
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('planned', NEW.event_id::text); RETURN NULL; END $$;
CREATE TRIGGER tell AFTER INSERT ON notice FOR EACH ROW EXECUTE FUNCTION tell();
"""


@contextmanager
def _notification_database() -> Iterator[Mapping[str, str]]:
    """The service's own schema, with two case workers to be told; removed afterwards."""
    with service_database("notification") as urls:
        with Database(urls["worker"]).transaction() as session:
            for number in (1, 2):
                _add_case_worker(session, number)
        yield urls


def _add_case_worker(session: Session, number: int) -> None:
    values = {
        "id": UUID(int=100 + number),
        "account_id": UUID(int=number),
        "organization_id": NGO,
        "organization_kind": "provider",
        "role": "case_worker",
        "districts": [315],
        "active": True,
        "language": "en",
        "version": 1,
    }
    members.apply_snapshot(session, values, Contact(mail=f"worker{number}@ngo.example"), _KEYRING)
