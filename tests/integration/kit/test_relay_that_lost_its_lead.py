"""A relay that stood still while another took the lead, and then goes on with what it had read."""

from collections.abc import Callable, Sequence
from contextlib import closing

import psycopg
import pytest

from service_kit.db.engine import Database
from service_kit.envelope import CONTENT_TYPE
from service_kit.messaging.rabbitmq import Outcome, Outgoing, Publisher
from service_kit.messaging.relay import Relay
from support.events import an_event, effects, emit, eventually
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.consuming import a_consumer, running

END_ITS_SESSION = "SELECT pg_terminate_backend(%s)"


class PublisherThatStoodStill(Publisher):
    """Publishes only after `meanwhile` has happened, once."""

    meanwhile: Callable[[], None]

    def publish(self, messages: Sequence[Outgoing]) -> dict[str, Outcome]:
        happened, self.meanwhile = self.meanwhile, lambda: None
        happened()
        return super().publish(messages)


def test_what_a_relay_publishes_after_it_lost_its_lead_takes_no_effect_and_changes_no_order(
    urls_with_effects: Urls, broker: Broker
) -> None:
    worker, address = Database(urls_with_effects.worker), broker.url_for("directory")
    relay = Relay(worker, address)
    emit(Database(urls_with_effects.web), an_event("one", 1), an_event("one", 2))

    with (
        closing(PublisherThatStoodStill(address, content_type=CONTENT_TYPE)) as late,
        closing(worker.dedicated()) as lead,
    ):

        def another_takes_over() -> None:
            with psycopg.connect(urls_with_effects.superuser, autocommit=True) as administrator:
                administrator.execute(END_ITS_SESSION, [lead.info.backend_pid])
            emit(Database(urls_with_effects.web), an_event("one", 3))
            with (
                closing(Publisher(address, content_type=CONTENT_TYPE)) as publisher,
                closing(worker.dedicated()) as its_lead,
            ):
                assert relay.publish_batch(its_lead, publisher) == 3

        late.meanwhile = another_takes_over
        with pytest.raises(psycopg.OperationalError):  # it cannot mark what it published, and so ends its lead
            relay.publish_batch(lead, late)

    with running(a_consumer(worker, broker)):
        emit(Database(urls_with_effects.web), an_event("one", 4))
        with closing(Publisher(address, content_type=CONTENT_TYPE)) as publisher, closing(worker.dedicated()) as lead:
            relay.publish_batch(lead, publisher)
        eventually(lambda: ("one", 4) in effects(worker))
    assert effects(worker) == [("one", 1), ("one", 2), ("one", 3), ("one", 4)]
