"""The relay between a real outbox and a real broker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from service_kit.backoff import Backoff
from service_kit.db import outbox
from service_kit.db.engine import Database
from service_kit.envelope import Event
from service_kit.logs import correlation_id
from service_kit.messaging.rabbitmq import BrokerError, Publisher, Subscription
from service_kit.messaging.relay import Relay
from support.events import (
    an_event,
    emit,
    eventually,
    number,
    scalar,
    seconds_until,
)
from support.fresh_brokers import Broker
from support.fresh_databases import Urls

LEADS = (
    "FROM pg_locks WHERE locktype = 'advisory'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("kit")


@contextmanager
def a_relay(urls: Urls, broker: Broker) -> Iterator[None]:
    relay = Relay(Database(urls.worker), broker.url_for("directory"), refused=Backoff(first=0.05, most=0.05))
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)


def after_nodes_that_are_away(address: str) -> str:
    """A cluster's addresses, of which all but this one answer nobody."""
    return ",".join([*(f"amqp://nobody:none@127.0.0.1:{port}/" for port in (1, 2, 3)), address])


def arrived(broker: Broker, count: int, service: str = "referral") -> list[Event]:
    found: list[Event] = []
    with Subscription(broker.url_for(service), [f"{service}_service.inbox"], prefetch=200) as subscription:

        def all_there() -> bool:
            if deliveries := subscription.take(50, timeout=0.1):
                found.extend(Event.from_bytes(delivery.body) for delivery in deliveries)
                subscription.ack(deliveries[-1])
            return len(found) >= count

        eventually(all_there)
    return found


def test_events_arrive_in_the_order_of_their_subject_and_are_marked(urls: Urls, broker: Broker) -> None:
    web = Database(urls.web)
    events = [an_event(subject, version) for version in (1, 2, 3) for subject in ("a", "b")]

    with a_relay(urls, broker):
        emit(web, *events)
        found = arrived(broker, len(events))
        eventually(lambda: scalar(Database(urls.worker), UNPUBLISHED) == 0)

    for subject in ("a", "b"):
        assert [event.data["version"] for event in found if event.subject == subject] == [1, 2, 3]


def test_a_commit_wakes_the_relay_before_its_sweep(urls: Urls, broker: Broker) -> None:
    with a_relay(urls, broker):
        emit(Database(urls.web), an_event("first"))
        arrived(broker, 1)

        def seconds_to_publish(subject: str) -> float:
            emit(Database(urls.web), an_event(subject))
            return seconds_until(lambda: scalar(Database(urls.worker), UNPUBLISHED) == 0)

        assert any(seconds_to_publish(subject) < 1 for subject in "abcde")  # the sweep takes two


def test_an_event_whose_transaction_commits_late_is_not_passed_over(urls: Urls, broker: Broker) -> None:
    with a_relay(urls, broker):
        with Database(urls.web).transaction() as session:
            outbox.add(session, an_event("slow"))  # has the lower number and cannot be seen yet
            emit(Database(urls.web), an_event("quick"))
            first = arrived(broker, 1)
        second = arrived(broker, 1)

    assert [event.subject for event in first + second] == ["quick", "slow"]


def test_the_correlation_id_of_the_work_goes_with_the_event(urls: Urls, broker: Broker) -> None:
    correlation_id.set("0af7651916cd43dd8448eb211c80319c")

    with a_relay(urls, broker):
        emit(Database(urls.web), an_event())
        found = arrived(broker, 1)

    assert found[0].correlation_id == "0af7651916cd43dd8448eb211c80319c"


def test_an_event_that_nobody_wants_is_kept_and_holds_back_only_its_own_subject(urls: Urls, broker: Broker) -> None:
    unwanted = an_event("held", 1, kind="directory.nobody.wants.v1")

    with a_relay(urls, broker):
        emit(Database(urls.web), unwanted, an_event("held", 2), an_event("free", 1))
        found = arrived(broker, 1)
        eventually(lambda: number(Database(urls.worker), "SELECT max(refusals) FROM outbox") > 1)

    assert [event.subject for event in found] == ["free"]
    assert scalar(Database(urls.worker), UNPUBLISHED) == 2
    assert scalar(Database(urls.worker), "SELECT refused_because FROM outbox WHERE refusals > 0") == "returned"


def test_a_refused_event_and_those_behind_it_go_out_once_it_is_wanted(urls: Urls, broker: Broker) -> None:
    worker = Database(urls.worker)
    late = an_event("held", 1, kind="directory.later.wanted.v1")
    with a_relay(urls, broker):
        emit(Database(urls.web), late, an_event("held", 2))
        eventually(lambda: number(worker, "SELECT max(refusals) FROM outbox") > 0)

        path = f"/api/bindings/{broker.vhost}/e/directory.events/q/referral_service.inbox"
        broker.management.call("POST", path, {"routing_key": late.type})
        found = arrived(broker, 2)

    broker.management.call("DELETE", f"{path}/{late.type}")
    assert [event.data["version"] for event in found] == [1, 2]


def test_a_lost_broker_connection_is_made_anew_and_nothing_is_lost(urls: Urls, broker: Broker) -> None:
    with a_relay(urls, broker):
        emit(Database(urls.web), an_event("before"))
        arrived(broker, 1)

        broker.drop_connections("directory")
        emit(Database(urls.web), an_event("after"))
        found = arrived(broker, 1)

    assert "after" in [event.subject for event in found]


def test_only_one_relay_leads_and_another_takes_over_when_its_connection_ends(urls: Urls, broker: Broker) -> None:
    superuser = Database(urls.superuser)
    with a_relay(urls, broker), a_relay(urls, broker):
        eventually(lambda: scalar(superuser, f"SELECT count(*) {LEADS}") == 1)
        emit(Database(urls.web), *[an_event(str(number)) for number in range(20)])
        first = arrived(broker, 20)
        # An event that has gone out but is not yet marked as sent may go out once more (at least once).
        eventually(lambda: scalar(Database(urls.worker), UNPUBLISHED) == 0)

        scalar(superuser, f"SELECT pg_terminate_backend(pid) {LEADS}")
        emit(Database(urls.web), an_event("after"))
        second = arrived(broker, 1)

    assert len({event.id for event in first}) == len(first) == 20
    assert [event.subject for event in second] == ["after"]


def test_of_a_brokers_nodes_whichever_answers_is_used(urls: Urls, broker: Broker) -> None:
    relay = Relay(Database(urls.worker), after_nodes_that_are_away(broker.url_for("directory")))
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    emit(Database(urls.web), an_event())

    with Subscription(
        after_nodes_that_are_away(broker.url_for("referral")), ["referral_service.inbox"], prefetch=1
    ) as subscription:
        deliveries = subscription.take(1, timeout=60)
        subscription.ack(deliveries[-1])
    stop.set()
    thread.join(60)

    assert len(deliveries) == 1


def test_a_broker_whose_nodes_are_all_away_is_a_broker_error() -> None:
    nobody = "amqp://nobody:none@127.0.0.1:1/,amqp://nobody:none@127.0.0.1:2/"

    with pytest.raises(BrokerError):
        Publisher(nobody, content_type="text/plain")
    with pytest.raises(BrokerError):
        Subscription(nobody, ["referral_service.inbox"], prefetch=1)
