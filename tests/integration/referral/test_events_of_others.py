"""An event counts only from its owner's exchange, also where a binding lets another's through."""

from datetime import timedelta

from referral_service.consumers import HANDLERS
from service_kit.envelope import Event
from service_kit.messaging.consumer import Consumer
from support.events import (
    eventually,
    scalar,
)
from support.fresh_brokers import Broker
from support.kit.consuming import (
    publish_as,
    running,
)
from support.referral import OFFICER, ReferralService

REVOKED = "directory.session.revoked.v1"
PARKED = "SELECT error FROM inbox WHERE state = 'parked'"


def test_a_session_is_ended_by_the_directory_and_by_nobody_else(setu: ReferralService, broker: Broker) -> None:
    binding = f"/api/bindings/{broker.vhost}/e/referral.events/q/referral_service.inbox"
    broker.management.call("POST", binding, {"routing_key": REVOKED})
    ends = setu.clock.now() + timedelta(hours=8)
    data = {"session_id": str(OFFICER.session), "expires_at": ends.isoformat(), "version": 1}
    revoked = Event(REVOKED, str(OFFICER.session), data, setu.ids.uuid(), setu.clock.now())

    with running(Consumer(setu.worker_db, broker.url_for("referral"), "referral_service", HANDLERS, clock=setu.clock)):
        publish_as(broker, "referral", "referral.events", REVOKED, revoked)
        eventually(lambda: scalar(setu.worker_db, PARKED) == "came by referral.events, not by directory.events")
        assert setu.get(OFFICER, "/api/referrals").status_code == 200

        publish_as(broker, "directory", "directory.events", REVOKED, revoked)
        eventually(lambda: scalar(setu.worker_db, "SELECT count(*) FROM inbox WHERE state = 'done'") == 1)

    assert setu.get(OFFICER, "/api/referrals").status_code == 401
