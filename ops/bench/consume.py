"""Consume: events taken in once and applied to a read model, beside raw consuming and acknowledging.

The bare thing is a `BlockingConnection` that acknowledges each message and does nothing with it. Ours
enters each event into the inbox and, under a savepoint, writes its row if it is newer, as the referral service does
with the directory's snapshots: neighbours of a batch in one round trip.
"""

import time
from collections.abc import Iterable, Sequence
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.figures import Figure, at_least, interleaved, sized
from bench.plumbing import (
    QUEUE,
    TYPE,
    Plumbing,
    an_event,
    in_threads,
    plumbing,
    publish,
    raw_consume_rate,
    scalar,
    until,
)
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.messaging.consumer import Consumer

COUNT = sized(5_000, 200)
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
    applied: list[str] = []

    def apply_and_count(session: Session, events: Sequence[Event]) -> None:
        apply(session, events)
        applied.extend(event.subject for event in events)

    alone = {TYPE: lambda session, event: apply_and_count(session, [event])}
    consumer = Consumer(database, place.referral, "referral_service", alone, together={TYPE: apply_and_count})
    began = time.perf_counter()
    with in_threads(consumer.run):
        until(lambda: len(applied) >= COUNT)
        until(lambda: scalar(database, "SELECT count(*) FROM inbox") == before + COUNT)
        return COUNT / (time.perf_counter() - began)


def _bare(place: Plumbing) -> float:
    _fill(place)
    return raw_consume_rate(place.referral, QUEUE, COUNT)


def _fill(place: Plumbing) -> None:
    publish(place.directory, "directory.events", [an_event(number) for number in range(COUNT)])
