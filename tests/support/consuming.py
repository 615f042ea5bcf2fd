"""A consumer at work on a real broker while a test goes on, and what a service publishes with its own password."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.messaging.consumer import Consumer
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from support.fresh_brokers import Broker


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
        thread.join(10)


def publish_as(broker: Broker, service: str, exchange: str, key: str, event: Event) -> None:
    """Publish with the service's user, whatever the event says that it is."""
    publisher = Publisher(broker.url_for(service), content_type=CONTENT_TYPE)
    publisher.publish([Outgoing(str(event.id), exchange, key, event.to_bytes())])
    publisher.close()
