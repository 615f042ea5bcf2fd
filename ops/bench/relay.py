"""Relay: outbox rows published and marked, beside raw pipelined confirms of the same bodies.

The bare thing is a `SelectConnection` that sends everything, persistent and mandatory, and waits for the
confirms; it reads no database and marks nothing.
"""

import time
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from typing import Any

import pika
from sqlalchemy import insert

from bench.figures import Figure, at_least, interleaved, sized
from bench.plumbing import QUEUE, TYPE, Plumbing, an_event, plumbing
from service_kit.db.engine import Database
from service_kit.db.tables import outbox
from service_kit.envelope import CONTENT_TYPE
from service_kit.messaging.rabbitmq import Publisher
from service_kit.messaging.relay import Relay

COUNT = sized(10_000, 200)
ROUNDS = 5


def measure() -> Iterable[Figure]:
    """Events a second."""
    with plumbing() as place:
        relay, bare = interleaved(ROUNDS, partial(_relay, place), partial(_bare, place))
    yield at_least("relay: published, confirmed, marked", relay, "events/s", baseline=bare, ratio=0.25)


def _relay(place: Plumbing) -> float:
    database = Database(place.worker)
    events = [an_event(number) for number in range(COUNT)]
    with database.transaction() as session:
        rows = [{"id": e.id, "type": e.type, "subject": e.subject, "body": e.to_bytes().decode()} for e in events]
        session.execute(insert(outbox), rows)
    relay = Relay(database, place.directory)
    with closing(Publisher(place.directory, content_type=CONTENT_TYPE)) as publisher, database.dedicated() as lead:
        began, published = time.perf_counter(), 0
        while published < COUNT:
            published += relay.publish_batch(lead, publisher)
        rate = COUNT / (time.perf_counter() - began)
    _empty(place)
    return rate


def _bare(place: Plumbing) -> float:
    bodies = [an_event(number).to_bytes() for number in range(COUNT)]
    rate = _RawConfirms(place.directory, bodies).run()
    _empty(place)
    return rate


def _empty(place: Plumbing) -> None:
    with pika.BlockingConnection(pika.URLParameters(place.administrator)) as connection:
        for queue in (QUEUE, "notification_service.inbox"):
            connection.channel().queue_purge(queue)


class _RawConfirms:
    def __init__(self, url: str, bodies: list[bytes]) -> None:
        self._bodies = bodies
        self._left = len(bodies)
        self._last = 0
        self._began = self._ended = 0.0
        self._connection = pika.SelectConnection(pika.URLParameters(url), on_open_callback=self._on_open)

    def run(self) -> float:
        self._connection.ioloop.start()
        return len(self._bodies) / (self._ended - self._began)

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        channel.confirm_delivery(self._on_confirm, callback=partial(self._publish, channel))

    def _publish(self, channel: Any, _frame: Any) -> None:
        self._began = time.perf_counter()
        for body in self._bodies:
            properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2)
            channel.basic_publish("directory.events", TYPE, body, properties, mandatory=True)

    def _on_confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        self._left -= tag - self._last if frame.method.multiple else 1
        self._last = max(tag, self._last)
        if self._left <= 0:
            self._ended = time.perf_counter()
            self._connection.close()
            self._connection.ioloop.stop()
