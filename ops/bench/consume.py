"""Consume: events taken in once and applied to a read model, beside raw consuming and acknowledging.

The bare thing is a `BlockingConnection` that acknowledges each message and does nothing with it. Ours
enters each event into the inbox and, under a savepoint, writes its row if it is newer, as the referral service does
with the directory's snapshots: neighbours of a batch in one round trip.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pika
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.figures import Figure, at_least, interleaved
from bench.plumbing import QUEUE, TYPE, Plumbing, an_event, plumbing, scalar, until
from service_kit.db.engine import Database
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Outgoing, Publisher

COUNT = 5_000
ROUNDS = 5
_APPLY = text(
    "INSERT INTO read_model VALUES (:id, :version, '{}') ON CONFLICT (id) DO UPDATE"
    " SET version = excluded.version, document = excluded.document WHERE read_model.version < excluded.version"
)


def measure() -> Iterable[Figure]:
    """Events a second."""
    with plumbing() as place:
        ours, bare = interleaved(ROUNDS, partial(_ours, place), partial(_bare, place))
    yield at_least("consume: inbox, savepoint, read model, ack", ours, "events/s", baseline=bare, ratio=0.2)


def apply(session: Session, events: Sequence[Event]) -> None:
    """What a service does with snapshots."""
    session.execute(_APPLY, [{"id": event.subject, "version": event.data["version"]} for event in events])


def _ours(place: Plumbing) -> float:
    database = Database(place.worker)
    _fill(place)
    before = scalar(database, "SELECT count(*) FROM inbox")
    stop, applied = threading.Event(), list[str]()

    def apply_and_count(session: Session, events: Sequence[Event]) -> None:
        apply(session, events)
        applied.extend(event.subject for event in events)

    alone = {TYPE: lambda session, event: apply_and_count(session, [event])}
    taking_in = Consumer(database, place.referral, "referral_service", alone, together={TYPE: apply_and_count})
    consumer = threading.Thread(target=taking_in.run, args=(stop,))
    began = time.perf_counter()
    consumer.start()
    until(lambda: len(applied) >= COUNT)
    until(lambda: scalar(database, "SELECT count(*) FROM inbox") == before + COUNT)
    rate = COUNT / (time.perf_counter() - began)
    stop.set()
    consumer.join()
    return rate


def _bare(place: Plumbing) -> float:
    _fill(place)
    seen = 0

    def on_message(channel: Any, method: Any, _properties: Any, _body: bytes) -> None:
        nonlocal seen
        seen += 1
        channel.basic_ack(method.delivery_tag)
        if seen == COUNT:
            channel.stop_consuming()

    began = time.perf_counter()
    with pika.BlockingConnection(pika.URLParameters(place.referral)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        channel.basic_consume(QUEUE, on_message)
        channel.start_consuming()
        return COUNT / (time.perf_counter() - began)


def _fill(place: Plumbing) -> None:
    publisher = Publisher(place.directory, content_type=CONTENT_TYPE)
    events = [an_event(number) for number in range(COUNT)]
    publisher.publish([Outgoing(str(e.id), "directory.events", TYPE, e.to_bytes()) for e in events])
    publisher.close()
