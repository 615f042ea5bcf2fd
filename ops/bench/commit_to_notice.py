"""Commit → row in the other service's database, at 100 events a second, beside raw publish → consume.

Two services' databases, relay and consumer in processes of their own as the workers are. The clock starts when
the publishing transaction has committed and ends when the consuming one writes its row (one
machine, one clock). The bare thing publishes over the same quorum queue and looks at the clock on arrival.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

import pika
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.figures import Figure, at_most, percentile
from bench.plumbing import QUEUE, TYPE, Plumbing, an_event, plumbing, scalar, until
from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from service_kit.messaging.relay import Relay

RATE = 100  # a second
COUNT = 1_000


def measure() -> Iterable[Figure]:
    """Milliseconds."""
    with plumbing() as source, plumbing() as sink:
        bare = _bare(source)
        ours = _ours(source, sink)
    yield Figure("bare: publish → consume, p50", percentile(bare, 50), "ms")
    yield Figure("bare: publish → consume, p99", percentile(bare, 99), "ms")
    yield at_most("commit → planned, p50", percentile(ours, 50), "ms", limit=15)
    yield at_most("commit → planned, p99", percentile(ours, 99), "ms", limit=100)


def plan(session: Session, event: Event) -> None:
    """A notice's row, with the moment at which it was written."""
    session.execute(
        text("INSERT INTO read_model VALUES (:id, 1, jsonb_build_object('at', extract(epoch FROM clock_timestamp())))"),
        {"id": event.subject},
    )


def _ours(source: Plumbing, sink: Plumbing) -> list[float]:
    web, planned = Database(source.web), Database(sink.worker)
    committed: dict[str, float] = {}
    with _in_processes(partial(_relay, source), partial(_consume, source, sink)):
        _settle(web, planned)
        for number in _paced(COUNT):
            event = an_event(number)
            with web.transaction() as session:
                outbox.add(session, event)
            committed[event.subject] = time.time()
        until(lambda: scalar(planned, "SELECT count(*) FROM read_model") == COUNT)
    with planned.transaction() as session:
        rows = session.execute(text("SELECT id, CAST(document ->> 'at' AS float) FROM read_model"))
        return [1000 * (at - committed[subject]) for subject, at in rows]


def _relay(source: Plumbing) -> None:
    Relay(Database(source.worker), source.directory).run(threading.Event())


def _consume(source: Plumbing, sink: Plumbing) -> None:
    Consumer(Database(sink.worker), source.referral, "referral_service", {TYPE: plan}).run(threading.Event())


def _settle(web: Database, planned: Database) -> None:
    """One event through, so that every connection is open and every statement prepared; then forget it."""
    for number in range(10):
        with web.transaction() as session:
            outbox.add(session, an_event(-1 - number))
        until(lambda: scalar(planned, "SELECT count(*) FROM read_model") == number + 1)  # noqa: B023
    with planned.transaction() as session:
        session.execute(text("DELETE FROM read_model"))


def _bare(place: Plumbing) -> list[float]:
    taken: list[float] = []

    def consume(stop: threading.Event) -> None:
        with pika.BlockingConnection(pika.URLParameters(place.referral)) as connection:
            channel = connection.channel()
            channel.basic_consume(QUEUE, partial(_on_message, taken))
            while not stop.is_set():
                connection.process_data_events(time_limit=0.1)

    publisher = Publisher(place.directory, content_type=CONTENT_TYPE)
    with _in_threads(consume):
        for number in _paced(COUNT):
            publisher.publish([Outgoing(str(number), "directory.events", TYPE, repr(time.time()).encode())])
        until(lambda: len(taken) == COUNT)
    publisher.close()
    return taken


def _on_message(taken: list[float], channel: Any, method: Any, _properties: Any, body: bytes) -> None:
    taken.append(1000 * (time.time() - float(body)))
    channel.basic_ack(method.delivery_tag)


def _paced(count: int) -> Iterator[int]:
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        yield number


@contextmanager
def _in_processes(*loops: Any) -> Iterator[None]:
    processes = [get_context("spawn").Process(target=loop, daemon=True) for loop in loops]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


@contextmanager
def _in_threads(*loops: Any) -> Iterator[None]:
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
