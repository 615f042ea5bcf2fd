"""What a service's own broker user may do, asked of a real broker."""

import pytest

from service_kit.envelope import CONTENT_TYPE
from service_kit.messaging import rabbitmq
from service_kit.messaging.rabbitmq import BrokerError, Outcome, Outgoing, Publisher, Subscription
from support.fresh_brokers import Broker

SERVICES = ["directory", "referral", "notification"]


def publish(broker: Broker, service: str, exchange: str, key: str) -> Outcome:
    publisher = Publisher(broker.url_for(service), content_type=CONTENT_TYPE)
    try:
        return publisher.publish([Outgoing("1", exchange, key, b"{}")])["1"]
    finally:
        publisher.close()


def test_the_owner_of_an_exchange_publishes_to_it(broker: Broker) -> None:
    assert publish(broker, "directory", "directory.events", "directory.service.changed.v1") is Outcome.CONFIRMED
    assert publish(broker, "directory", "directory.events", "directory.unwanted.v1") is Outcome.RETURNED


@pytest.mark.parametrize(
    ("service", "exchange", "key"),
    [
        ("referral", "directory.events", "directory.service.changed.v1"),
        ("notification", "referral.events", "referral.submitted.v1"),
        ("directory", "", "referral_service.inbox"),
        ("notification", "", "notification_service.dead"),
    ],
)
def test_nobody_else_does_nor_past_the_exchange(broker: Broker, service: str, exchange: str, key: str) -> None:
    with pytest.raises(BrokerError, match="ACCESS_REFUSED"):
        publish(broker, service, exchange, key)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_only(broker: Broker, service: str) -> None:
    own = [f"{service}_service.inbox", f"{service}_service.dead"]
    Subscription(broker.url_for(service), own, prefetch=1).__exit__()

    for other in SERVICES:
        if other != service:
            with pytest.raises(BrokerError, match="ACCESS_REFUSED"):
                Subscription(broker.url_for(service), [f"{other}_service.inbox"], prefetch=1)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_declares_nothing(broker: Broker, service: str) -> None:
    with pytest.raises(BrokerError, match="ACCESS_REFUSED"):
        rabbitmq.declare(broker.url_for(service), [], {"mine": {"x-queue-type": "quorum"}}, [])
    with pytest.raises(BrokerError, match="ACCESS_REFUSED"):
        rabbitmq.declare(broker.url_for(service), ["mine"], {}, [])


def test_a_full_queue_rejects_and_the_relay_is_told(broker: Broker) -> None:
    arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
    rabbitmq.declare(broker.admin_url, [], {"small": arguments}, [])
    publisher = Publisher(broker.admin_url, content_type=CONTENT_TYPE)

    answers = [publisher.publish([Outgoing(str(number), "", "small", b"{}")])[str(number)] for number in range(6)]
    publisher.close()

    assert answers[0] is Outcome.CONFIRMED
    assert answers[-1] is Outcome.REJECTED


def test_an_absent_broker_is_a_broker_error() -> None:
    with pytest.raises(BrokerError):
        Publisher("amqp://nobody:nothing@127.0.0.1:1/", content_type=CONTENT_TYPE)
    with pytest.raises(BrokerError):
        Subscription("amqp://nobody:nothing@127.0.0.1:1/", ["x"], prefetch=1)
