"""What the consumer cannot apply is parked alone: nothing behind it waits, and an operator may replay it."""

from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.db import inbox
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.messaging.rabbitmq import Subscription
from service_kit.messaging.topology import dead_queue, inbox_queue
from support.events import (
    CHANGED,
    an_event,
    apply_effect,
    effects,
    eventually,
    scalar,
)
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.consuming import SERVICE, a_consumer, running, send


@pytest.fixture
def database(urls_with_effects: Urls) -> Database:
    return Database(urls_with_effects.worker)


def test_after_the_last_attempt_an_event_is_parked_and_the_ones_behind_it_go_on(
    database: Database, broker: Broker
) -> None:
    poison = an_event("poison", 1)

    def refuse(session: Session, event: Event) -> None:
        apply_effect(session, event)
        if event.id == poison.id:
            raise RuntimeError("not now")

    send(broker, poison, an_event("poison", 2), an_event("well", 1))
    with running(a_consumer(database, broker, {CHANGED: refuse}, attempts=3)):
        eventually(lambda: len(effects(database)) == 2)

    with database.transaction() as session:
        parked = inbox.parked(session)
    assert [row.id for row in parked] == [poison.id]
    assert parked[0].attempts == 3
    assert parked[0].error is not None
    assert parked[0].error.startswith("RuntimeError at test_parked_events.py")
    assert "not now" not in parked[0].error  # an error's text may quote data
    assert effects(database) == [("well", 1), ("poison", 2)]


POISON: list[tuple[bytes | Event, str]] = [
    (b"\xff\xfe not json", "cannot be decoded: not JSON"),
    (b"[" * 100_000, "cannot be decoded: not JSON"),
    (b'{"specversion": "1.0"}', "cannot be decoded: no type"),
    (an_event("\ud800"), "cannot be decoded: text that cannot be stored"),
    (an_event(said="\ud800"), "cannot be decoded: text that cannot be stored"),
    (an_event(said=["\x00"]), "cannot be decoded: text that cannot be stored"),
    (an_event(kind="directory.unheard.of.v9"), "nobody handles directory.unheard.of.v9"),
]


def are_effects(database: Database, count: int) -> bool:
    return len(effects(database)) == count


def test_poison_is_parked_alone(database: Database, broker: Broker) -> None:
    expected: list[str] = []
    with running(a_consumer(database, broker)):
        for count, (body, why) in enumerate(POISON, 1):
            send(broker, an_event(f"before {count}"), body, body, an_event(f"after {count}"))
            eventually(partial(are_effects, database, 2 * count))

            expected.append(why)
            with database.transaction() as session:
                parked = inbox.parked(session)
            assert sorted(str(row.error) for row in parked) == sorted(expected), count


def test_a_parked_event_is_handled_when_it_is_replayed(database: Database, broker: Broker) -> None:
    event = an_event("late", 7)
    send(broker, event)
    with running(a_consumer(database, broker, {"directory.other.v1": apply_effect})):
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)

    with running(a_consumer(database, broker)):
        with database.transaction() as session:
            inbox.replay(session, event.id)
        eventually(lambda: effects(database) == [("late", 7)])


def test_a_parked_event_can_be_edited_and_its_edited_form_counts_as_seen(database: Database, broker: Broker) -> None:
    mended = an_event("mended", 1)
    with running(a_consumer(database, broker)):
        send(broker, b"{broken")
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)
        with database.transaction() as session:
            inbox.replay(session, inbox.parked(session)[0].id, mended.to_bytes())
        eventually(lambda: effects(database) == [("mended", 1)])

        send(broker, mended, an_event("last", 1))
        eventually(lambda: ("last", 1) in effects(database))

    assert effects(database) == [("mended", 1), ("last", 1)]


def test_what_the_broker_gave_up_is_parked(database: Database, broker: Broker) -> None:
    event = an_event("given up")
    with running(a_consumer(database, broker)):
        send(broker, event, exchange="", key=dead_queue(SERVICE))
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)

    assert effects(database) == []


def test_what_the_broker_gave_up_is_never_dropped_however_often_it_is_delivered(broker: Broker) -> None:
    send(broker, an_event("given up"), exchange="", key=dead_queue(SERVICE))

    for _ in range(25):  # more often than RabbitMQ delivers unless told otherwise
        with Subscription(broker.url_for(SERVICE), [dead_queue(SERVICE)], prefetch=1) as subscription:
            assert len(subscription.take(1, timeout=60)) == 1


def test_an_event_counts_only_from_its_owners_exchange(database: Database, broker: Broker) -> None:
    broker.management.call(
        "POST", f"/api/bindings/{broker.vhost}/e/referral.events/q/{inbox_queue(SERVICE)}", {"routing_key": CHANGED}
    )
    forged, last = an_event("forged"), an_event("last")

    with running(a_consumer(database, broker)):
        send(broker, forged, exchange="referral.events")
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)
        send(broker, last, forged)  # the same id, from the owner
        eventually(lambda: len(effects(database)) == 2)

        assert effects(database) == [("last", 1), ("forged", 1)]
        with database.transaction() as session:
            parked = inbox.parked(session)
            assert [row.error for row in parked] == ["came by referral.events, not by directory.events"]
            inbox.replay(session, parked[0].id)  # an operator may decide otherwise
        eventually(lambda: len(effects(database)) == 3)


def test_what_nobody_foresaw_is_parked_alone_and_the_batch_goes_on(
    urls_with_effects: Urls, database: Database, broker: Broker
) -> None:
    with Database(urls_with_effects.owner).transaction() as session:
        session.execute(text("ALTER TABLE inbox ADD CONSTRAINT no_such CHECK (subject <> 'impossible')"))

    send(broker, an_event("one"), an_event("impossible"), an_event("two"))
    with running(a_consumer(database, broker)):
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)
        eventually(lambda: len(effects(database)) == 2)

    with database.transaction() as session:
        [parked] = inbox.parked(session)
    assert str(parked.error).startswith("cannot be taken in: ")
    assert b"impossible" in parked.body


def test_an_event_that_only_the_commit_refuses_is_parked_alone(
    urls_with_effects: Urls, database: Database, broker: Broker
) -> None:
    with Database(urls_with_effects.owner).transaction() as session:
        session.execute(text("CREATE TABLE strict_key (n int PRIMARY KEY)"))
        session.execute(text("CREATE TABLE strict (n int REFERENCES strict_key DEFERRABLE INITIALLY DEFERRED)"))

    def strict(session: Session, event: Event) -> None:
        apply_effect(session, event)
        if event.subject == "dangling":
            session.execute(text("INSERT INTO strict VALUES (1)"))

    send(broker, an_event("one"), an_event("dangling"), an_event("two"))
    with running(a_consumer(database, broker, {CHANGED: strict})):
        eventually(lambda: scalar(database, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1)
        eventually(lambda: len(effects(database)) == 2)

    assert sorted(effects(database)) == [("one", 1), ("two", 1)]
