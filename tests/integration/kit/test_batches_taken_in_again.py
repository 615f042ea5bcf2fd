"""A batch in which a handler fails is rolled back and taken in again: nothing is lost, nothing takes effect twice."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service_kit.backoff import Backoff
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.messaging.consumer import BatchHandler, Consumer, Handler
from service_kit.messaging.rabbitmq import Delivery
from service_kit.messaging.topology import inbox_queue
from support.events import CHANGED, an_event, apply_effect, effects, with_effects
from support.fresh_databases import Urls
from support.kit.consuming import SERVICE

NOWHERE = "amqp://nobody@127.0.0.1:1/"


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return with_effects(fresh_database("kit"))


@pytest.fixture
def database(urls: Urls) -> Database:
    return Database(urls.worker)


def take_in(
    database: Database, events: Sequence[Event], handle: Handler = apply_effect, together: BatchHandler | None = None
) -> None:
    """Hand a batch to a consumer, as the broker would; what this returns after is acknowledged."""
    batches = {CHANGED: together} if together else None
    consumer = Consumer(
        database, NOWHERE, SERVICE, {CHANGED: handle}, together=batches, backoff=Backoff(first=9, most=9)
    )
    queue = inbox_queue(SERVICE)
    consumer.apply([Delivery(queue, "directory.events", event.to_bytes(), 0, tag) for tag, event in enumerate(events)])


def states(database: Database) -> dict[str, str]:
    with database.transaction() as session:
        return dict(session.execute(text("SELECT subject, state || ', tried ' || attempts FROM inbox")).all())


def go_on_after_a_statement_that_failed(session: Session, event: Event) -> None:
    apply_effect(session, event)
    if event.subject == "ill":
        try:
            session.execute(text("SELECT 1/0"))
        except DBAPIError:
            return


def all_at_once(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        go_on_after_a_statement_that_failed(session, event)


@pytest.mark.parametrize("together", [None, all_at_once], ids=["each", "together"])
def test_a_handler_that_says_nothing_of_a_statement_that_failed_costs_no_event(
    database: Database, together: BatchHandler | None
) -> None:
    events = [an_event("well"), an_event("ill")]

    take_in(database, events, go_on_after_a_statement_that_failed, together)

    assert states(database) == {"well": "done, tried 0", "ill": "waiting, tried 1"}
    assert effects(database) == [("well", 1)]


def test_a_handler_that_set_a_savepoint_before_a_statement_that_failed_goes_on(database: Database) -> None:
    def careful(session: Session, event: Event) -> None:
        apply_effect(session, event)
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text("SELECT 1/0"))

    take_in(database, [an_event("well")], careful)

    assert (states(database), effects(database)) == ({"well": "done, tried 0"}, [("well", 1)])


def test_what_another_process_took_in_between_takes_effect_once(urls: Urls, database: Database) -> None:
    events, tries = [an_event("one"), an_event("two"), an_event("three")], list[str]()

    def refuse_once(session: Session, event: Event) -> None:
        tries.append(event.subject)
        apply_effect(session, event)
        if tries == ["one", "two"]:
            session.rollback()  # as what is raised does, only earlier: the other one waits for it
            take_in(Database(urls.worker), events)
            raise RuntimeError("not now")

    take_in(database, events, refuse_once)

    assert tries == ["one", "two"]
    assert states(database) == dict.fromkeys(("one", "two", "three"), "done, tried 0")
    assert effects(database) == [("one", 1), ("two", 1), ("three", 1)]
