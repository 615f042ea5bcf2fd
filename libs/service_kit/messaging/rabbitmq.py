"""RabbitMQ client over pika; no other module imports pika.

One connection a thread, opened where it is used and never before a fork. On any AMQP error the channel
*and* the connection are dropped: a channel that saw an error cannot be trusted, and pika's own recovery
hides what was lost. Everything pika raises comes out as `BrokerError`.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, Self

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.adapters.select_connection import IOLoop
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, ChannelError, ReentrancyError

from service_kit import failpoints

_WINDOW = 50
_ERRORS = (AMQPError, AMQPConnectorException, ChannelError, ReentrancyError, OSError)  # the second is no AMQPError


class BrokerError(Exception):
    """The broker cannot be reached or refused; the connection is gone. Connect again after a pause."""


@contextmanager
def _as_broker_error() -> Iterator[None]:
    try:
        yield
    except _ERRORS as error:
        raise BrokerError(f"{type(error).__name__}: {error}" if str(error) else repr(error)) from error


def try_connection(url: str) -> None:
    """Connect to the broker and leave again. Raises BrokerError with the cause in its words."""
    with _as_broker_error():
        pika.BlockingConnection(addresses(url)).close()


def addresses(url: str) -> list[pika.URLParameters]:
    """Connection parameters of each node of the broker, in random order, with every timeout set (seconds).

    `url`: one address, or those of a cluster's nodes with commas between them. Whoever connects takes the first that
    answers; by chance, so that clients spread over the nodes.
    """
    nodes = [_parameters(each) for each in url.split(",")]
    random.shuffle(nodes)
    return nodes


def _parameters(url: str) -> pika.URLParameters:
    found = pika.URLParameters(url)
    found.heartbeat = 10
    found.blocked_connection_timeout = 30
    found.socket_timeout = 5
    found.stack_timeout = 10
    found.connection_attempts = 1
    found.tcp_options = {"TCP_USER_TIMEOUT": 5000}  # milliseconds: a node that vanished without a word
    return found


def declare(url: str, exchanges: Sequence[str], queues: Mapping[str, Any], bindings: Sequence[tuple[str, ...]]) -> None:
    """Declare topic exchanges, queues (name → arguments) and bindings (exchange, queue, key) as an administrator."""
    with _as_broker_error(), pika.BlockingConnection(addresses(url)) as connection:
        channel = connection.channel()
        for exchange in exchanges:
            channel.exchange_declare(exchange, exchange_type="topic", durable=True)
        for queue, arguments in queues.items():
            channel.queue_declare(queue, durable=True, arguments=arguments)
        for exchange, queue, key in bindings:
            channel.queue_bind(queue, exchange, key)


@dataclass(frozen=True)
class Outgoing:
    """A message to publish, persistent and mandatory. `id` is unique in its batch."""

    id: str
    exchange: str
    routing_key: str
    body: bytes


class Outcome(Enum):
    """What the broker said to a message."""

    CONFIRMED = "confirmed"  # every queue it is routed to has it on disk
    RETURNED = "returned"  # no queue wants it
    REJECTED = "rejected"  # a queue is full


class Publisher:
    """Publishes batches with pipelined confirms: all go out, then all answers are awaited.

    `BlockingConnection` waits for each confirm before the next message, a tenth of the speed; so this steps
    the loop of a `SelectConnection` by hand, in the caller's thread. `on_blocked` is told in the broker's words why it
    takes no messages now, such as "low on memory", and "" when it takes them again.
    """

    def __init__(
        self, url: str, *, content_type: str, timeout: float = 30, on_blocked: Callable[[str], None] = lambda _: None
    ) -> None:
        self._loop = IOLoop()
        self._loop.activate_poller()
        self._error: BaseException | None = None
        self._channel: Any = None
        self._open = False
        self._tag = 0
        self._waiting: dict[int, str] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._timeout = timeout
        self._on_blocked = on_blocked
        self._properties = partial(pika.BasicProperties, content_type=content_type, delivery_mode=2)
        self._connection: Any = None
        with _as_broker_error():
            pika.SelectConnection.create_connection(addresses(url), self._on_connection, custom_ioloop=self._loop)
        try:
            self._step_until(lambda: self._open)
        except BrokerError:
            self.close()
            raise

    def publish(self, messages: Sequence[Outgoing]) -> dict[str, Outcome]:
        """Message id → what became of it, for all of them. Raises BrokerError: then nothing is known of any."""
        self._outcomes = {}
        with self._or_lost():
            for message in messages:
                self._tag += 1
                self._waiting[self._tag] = message.id
                self._channel.basic_publish(
                    message.exchange,
                    message.routing_key,
                    message.body,
                    self._properties(message_id=message.id),
                    mandatory=True,
                )
                if self._tag % _WINDOW == 0:
                    self._step(0)  # let the broker work while the rest is being encoded
        self._step(0)
        failpoints.reach(failpoints.PUBLISHED_NOT_CONFIRMED)
        self._step_until(lambda: not self._waiting)
        return self._outcomes

    def process_heartbeats(self) -> None:
        """Answer heartbeats and notice a lost connection; call at least every few seconds. Raises BrokerError."""
        self._step(0)

    def close(self) -> None:
        """Say goodbye, as far as that is possible."""
        try:
            if self._connection is not None and self._connection.is_open:
                self._connection.close()
                self._step_until(lambda: self._connection.is_closed, timeout=2)
        except (BrokerError, *_ERRORS):
            pass  # gone is what was wanted
        finally:
            self._loop.deactivate_poller()
            self._loop.close()

    def _on_connection(self, result: Any) -> None:
        """`result`: the connection, or the exception by which the last of the addresses was given up."""
        if isinstance(result, BaseException):
            self._error = result
            return
        self._connection = result
        result.add_on_close_callback(self._on_lost)
        result.add_on_connection_blocked_callback(lambda _, frame: self._on_blocked(str(frame.method.reason)))
        result.add_on_connection_unblocked_callback(lambda _, __: self._on_blocked(""))
        result.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(self._on_lost)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_ready)

    def _on_ready(self, _frame: Any) -> None:
        self._open = True

    def _on_lost(self, _who: Any, reason: Any) -> None:
        self._error = reason if isinstance(reason, BaseException) else ConnectionError(str(reason))

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        # comes before the confirm: the broker confirms an unroutable message too
        self._outcomes[properties.message_id] = Outcome.RETURNED

    def _on_confirm(self, frame: Any) -> None:
        outcome = Outcome.CONFIRMED if frame.method.NAME == "Basic.Ack" else Outcome.REJECTED
        last = frame.method.delivery_tag
        for tag in [tag for tag in self._waiting if tag <= last] if frame.method.multiple else [last]:
            self._outcomes.setdefault(self._waiting.pop(tag), outcome)

    def _step_until(self, done: Callable[[], bool], timeout: float | None = None) -> None:
        deadline = time.monotonic() + (timeout or self._timeout)
        while not done():
            if time.monotonic() > deadline:
                raise BrokerError("the broker did not answer in time")
            self._step(0.5)

    def _step(self, seconds: float) -> None:
        with self._or_lost():
            timer = self._loop.call_later(seconds, lambda: None)
            self._loop.poll()
            self._loop.process_timeouts()
            self._loop.remove_timeout(timer)

    @contextmanager
    def _or_lost(self) -> Iterator[None]:
        with _as_broker_error():
            yield
        if self._error is not None:
            raise BrokerError(f"{type(self._error).__name__}: {self._error}") from self._error


@dataclass(frozen=True)
class Delivery:
    """A message that the broker handed over. `deliveries` counts earlier attempts that ended without an ack.

    `exchange`: where it was published, which the broker says and no publisher can: "" for straight into the queue.
    """

    queue: str
    exchange: str
    body: bytes
    deliveries: int
    tag: int


class Subscription:
    """Takes batches from queues that exist already, in order of delivery."""

    def __init__(self, url: str, queues: Sequence[str], *, prefetch: int) -> None:
        self._arrived: deque[Delivery] = deque()
        with _as_broker_error():
            self._connection = pika.BlockingConnection(addresses(url))
            self._channel: BlockingChannel = self._connection.channel()
            self._channel.basic_qos(prefetch_count=prefetch)
            for queue in queues:
                self._channel.queue_declare(queue, passive=True)
                self._channel.basic_consume(queue, partial(self._on_message, queue))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*_ERRORS):  # gone is what was wanted
            self._connection.close()

    def take(self, limit: int, *, timeout: float) -> list[Delivery]:
        """Up to `limit` messages; waits up to `timeout` seconds for the first, not at all for the others."""
        if not self._arrived:
            self.process_heartbeats(timeout)
        elif len(self._arrived) < limit:
            self.process_heartbeats(0)
        return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]

    def ack(self, last: Delivery) -> None:
        """Acknowledge everything taken up to and with this one."""
        with _as_broker_error():
            self._channel.basic_ack(last.tag, multiple=True)

    def process_heartbeats(self, seconds: float) -> None:
        """Answer heartbeats for a while, or until a message arrives. Raises BrokerError."""
        with _as_broker_error():
            self._connection.process_data_events(time_limit=seconds)
            if not self._channel.is_open:  # a closed channel delivers nothing and says nothing
                raise BrokerError("the channel was closed")

    def _on_message(self, queue: str, _channel: Any, method: Any, properties: Any, body: bytes) -> None:
        headers = properties.headers or {}
        self._arrived.append(
            Delivery(queue, method.exchange, body, int(headers.get("x-delivery-count", 0)), method.delivery_tag)
        )
