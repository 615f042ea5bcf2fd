"""Triage of a batch of deliveries before any handler runs: what to handle, what to defer, what to park."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from service_kit.db.inbox import Arrival
from service_kit.envelope import Event, Undecodable, exchange_of
from service_kit.messaging.rabbitmq import Delivery
from service_kit.messaging.topology import dead_queue

STRAIGHT = ""  # RabbitMQ's default exchange: from a dead-letter queue or an administrator's hand; no service may
_SUSPICIOUS = 2  # deliveries without an ack after which an event is handled apart


@dataclass(frozen=True)
class Item:
    """One delivery: how it enters the inbox, and the event if it can be read."""

    arrival: Arrival
    event: Event | None


def read(delivery: Delivery, service: str, types: Collection[str]) -> Item:
    """Sort one delivery: `done` (to be handled now), `waiting`, or `parked` with the reason."""
    try:
        event = Event.from_bytes(delivery.body)
    except Undecodable as error:
        return park(delivery.body, f"cannot be decoded: {error}")
    if delivery.exchange not in {STRAIGHT, exchange_of(event.type)}:
        return park(delivery.body, f"came by {delivery.exchange}, not by {exchange_of(event.type)}")
    arrival = Arrival(event.id, event.type, event.subject, delivery.body)
    if delivery.queue == dead_queue(service):
        arrival = replace(arrival, state="parked", error="the broker gave up delivering it")
    elif event.type not in types:
        arrival = replace(arrival, state="parked", error=f"nobody handles {event.type}")
    elif delivery.deliveries >= _SUSPICIOUS:
        arrival = replace(arrival, state="waiting")
    return Item(arrival, event)


def park(body: bytes, error: str) -> Item:
    """What cannot be taken in as the event that it says it is, under a number of its own.

    Its id stays free for the event that comes from its owner, and its subject holds nothing back.
    """
    number = UUID(bytes=hashlib.sha256(body).digest()[:16], version=5)
    return Item(Arrival(number, "", "", body, "parked", error), None)


def deduplicate(items: Sequence[Item]) -> list[Item]:
    """Each event once, where it came first: a batch may hold it several times."""
    return list({item.arrival.id: item for item in items}.values())


def defer(item: Item) -> Item:
    """The same, to be handled in a transaction of its own."""
    if item.arrival.state != "done":
        return item
    return replace(item, arrival=replace(item.arrival, state="waiting"))


def hold_back(items: Sequence[Item], waiting: Collection[str]) -> list[Item]:
    """The batch, with what must wait behind an earlier event of its subject entered as waiting."""
    held = set(waiting)
    entering = []
    for item in items:
        entering.append(defer(item) if item.arrival.subject in held else item)
        if entering[-1].arrival.state == "waiting":
            held.add(item.arrival.subject)
    return entering
