"""The consumer between a real broker and a real inbox. Retries come after milliseconds here."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.messaging.consumer import Handler
from support.events import (
    CHANGED,
    an_event,
    apply_effect,
    effect_ids,
    effects,
    eventually,
    number,
    scalar,
)
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.consuming import a_consumer, running, send

DISCONNECT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'kit_worker' AND datname = current_database()"
)


WAITING = "SELECT count(*) FROM inbox WHERE state = 'waiting'"


@pytest.fixture
def database(urls_with_effects: Urls) -> Database:
    return Database(urls_with_effects.worker)


def failing(ill: set[str]) -> Handler:
    """A handler that raises for subjects that are ill at the moment, after having written something."""

    def handle(session: Session, event: Event) -> None:
        apply_effect(session, event)
        if event.subject in ill:
            raise RuntimeError("not now")

    return handle


def test_every_message_delivered_three_times_takes_effect_once(database: Database, broker: Broker) -> None:
    events = [an_event(f"s{number % 7}", number) for number in range(60)]

    with running(a_consumer(database, broker)):
        send(broker, *events, *events, *events, an_event("last"))
        eventually(lambda: ("last", 1) in effects(database))

    assert sorted(effect_ids(database)[:-1]) == sorted(event.id for event in events)


def test_what_came_while_the_pool_gives_no_connection_is_kept_in_hand(
    urls_with_effects: Urls, database: Database, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    its_own = Database(urls_with_effects.worker, pool_size=1, pool_timeout=0.01)

    with running(a_consumer(its_own, broker)):
        with its_own.transaction():
            send(broker, an_event("kept"))
            eventually(lambda: "the consumer cannot reach its database" in caplog.text)
        eventually(lambda: effects(database) == [("kept", 1)])


def test_a_failed_event_holds_back_its_subject_and_no_other(database: Database, broker: Broker) -> None:
    ill = {"held"}

    send(broker, an_event("held", 1), an_event("held", 2), an_event("free", 1), an_event("held", 3))
    with running(a_consumer(database, broker, {CHANGED: failing(ill)}, attempts=1000)):
        eventually(lambda: number(database, "SELECT max(attempts) FROM inbox") > 1)
        ill.clear()
        eventually(lambda: len(effects(database)) == 4)

    assert effects(database) == [("free", 1), ("held", 1), ("held", 2), ("held", 3)]
    assert scalar(database, WAITING) == 0


def test_a_handlers_own_events_commit_with_its_effect_and_keep_the_correlation_id(
    database: Database, broker: Broker
) -> None:
    def relaying(session: Session, event: Event) -> None:
        apply_effect(session, event)
        outbox.add(session, an_event("answer", kind="referral.closed.v1"))

    given = an_event("question")
    event = Event(given.type, given.subject, given.data, given.id, given.time, correlation_id="abc")
    with running(a_consumer(database, broker, {CHANGED: relaying})):
        send(broker, event)
        eventually(lambda: len(effects(database)) == 1)

    answer = Event.from_bytes(str(scalar(database, "SELECT body FROM outbox")).encode())
    assert (answer.subject, answer.correlation_id) == ("answer", "abc")


def test_the_database_going_away_costs_no_event_and_no_delivery(
    urls_with_effects: Urls, database: Database, broker: Broker
) -> None:
    with running(a_consumer(database, broker)):
        send(broker, an_event("before"))
        eventually(lambda: len(effects(database)) == 1)

        with Database(urls_with_effects.superuser).transaction() as session:
            session.execute(text(DISCONNECT))
        send(broker, *[an_event(f"s{number}") for number in range(120)])
        eventually(lambda: len(effects(database)) == 121)

    assert scalar(database, "SELECT count(*) FROM inbox WHERE state <> 'done'") == 0


def test_the_correlation_id_is_on_a_line_of_the_consumers_log(
    database: Database, broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    given = an_event("traced")
    traced = Event(given.type, given.subject, given.data, given.id, given.time, correlation_id="abc")

    with caplog.at_level("INFO"), running(a_consumer(database, broker)):
        send(broker, traced)
        eventually(lambda: len(effects(database)) == 1)

    told = [record for record in caplog.records if getattr(record, "correlation_id", "") == "abc"]
    assert [record.getMessage() for record in told] == ["an event arrived"]
