"""A consumer at work on a real broker while a test goes on, and what a service publishes with its own password."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from service_kit.backoff import Backoff
from service_kit.db.engine import Database
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.consumer import Consumer, Handler
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from support.events import CHANGED, apply_effect
from support.fresh_brokers import Broker

SERVICE = "referral_service"


@contextmanager
def running(consumer: Consumer) -> Iterator[None]:
    """Consume until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


def publish_as(broker: Broker, service: str, exchange: str, key: str, event: Event) -> None:
    """Publish with the service's user, whatever the event says that it is."""
    publisher = Publisher(broker.url_for(service), content_type=CONTENT_TYPE)
    publisher.publish([Outgoing(str(event.id), exchange, key, event.to_bytes())])
    publisher.close()


def a_consumer(
    database: Database, broker: Broker, handlers: Mapping[str, Handler] | None = None, *, attempts: int = 3
) -> Consumer:
    """One that tries again after milliseconds."""
    soon = Backoff(first=0.01, most=0.01)
    return Consumer(
        database,
        broker.url_for(SERVICE),
        SERVICE,
        handlers or {CHANGED: apply_effect},
        attempts=attempts,
        backoff=soon,
        lost=soon,
    )


def send(broker: Broker, *bodies: Event | bytes, exchange: str = "directory.events", key: str = CHANGED) -> None:
    """Publish as an administrator."""
    publisher = Publisher(broker.admin_url, content_type=CONTENT_TYPE)
    publisher.publish([Outgoing(str(number), exchange, key, as_bytes(body)) for number, body in enumerate(bodies)])
    publisher.close()


def as_bytes(body: Event | bytes) -> bytes:
    """Also of an event that holds a lone surrogate: as JSON can hold it, by an escape."""
    if isinstance(body, bytes):
        return body
    try:
        return body.to_bytes()
    except UnicodeEncodeError as error:
        return str(error.object).replace("\ud800", "\\ud800").encode()
