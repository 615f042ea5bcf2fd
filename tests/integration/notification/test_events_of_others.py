"""An event counts only from its owner's exchange: another service's password is not enough to forge it."""

from notification_service.consumers import handlers
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
from support.notification import (
    NOON,
    ONLY_MAIL,
    WORKER,
    Scene,
    a_principal,
    an_event,
)

REVOKED = "directory.session.revoked.v1"
PARKED = "SELECT error FROM inbox WHERE state = 'parked'"


def test_a_session_is_ended_by_the_directory_and_by_nobody_else(scene: Scene, broker: Broker) -> None:
    who = a_principal(WORKER, NOON)
    headers = {"Authorization": f"Bearer {scene.tokens.mint(who)}"}
    revoked = an_event(
        REVOKED, {"session_id": str(who.session), "expires_at": who.expires_at.isoformat(), "version": 1}
    )
    heard = handlers(scene.clock, scene.keyring, scene.environment["SETU_MEMBER_BOX_PRIVATE_KEY"], ONLY_MAIL)

    with running(Consumer(scene.db, broker.url_for("notification"), "notification_service", heard, clock=scene.clock)):
        publish_as(broker, "referral", "referral.events", "referral.submitted.v1", revoked)
        eventually(lambda: scalar(scene.db, PARKED) == "came by referral.events, not by directory.events")
        assert scene.client.get("/api/notices", headers=headers).status_code == 200

        publish_as(broker, "directory", "directory.events", REVOKED, revoked)
        eventually(lambda: scalar(scene.db, "SELECT count(*) FROM inbox WHERE state = 'done'") == 1)

    assert scene.client.get("/api/notices", headers=headers).status_code == 401
    assert scalar(scene.db, "SELECT count(*) FROM inbox") == 2
