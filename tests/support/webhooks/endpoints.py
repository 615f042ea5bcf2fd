"""Builders of webhook endpoints, and a carrier that reaches sinks on loopback."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.domain.webhook_signatures import secret_text
from notification_service.domain.webhook_types import DIRECTORY_TYPES, REFERRAL_TYPES
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.outside.webhooks import HttpWebhooks
from notification_service.store.tables_webhooks import EndpointRow, WebhookAttemptRow, WebhookRow
from notification_service.use_cases.deliver_webhook import WebhookDependencies, deliver_next_webhook
from notification_service.use_cases.poll_lock import PollLock
from notification_service.use_cases.webhook_secrets import secret_of
from service_kit.ids import SeededIds
from service_kit.keyring import MacKey
from support.notification import NGO, Scene
from support.webhooks.sinks import Sink

LINKS = Links("http://referral.test", "http://directory.test", "http://notification.test")
EVERY_TYPE = (*DIRECTORY_TYPES, *REFERRAL_TYPES)
MAC = MacKey(b"m" * 32)


def an_endpoint(scene: Scene, sink: Sink | str, *, organization: UUID = NGO, **more: object) -> UUID:
    url = sink if isinstance(sink, str) else sink.url
    values: dict[str, object] = {
        "id": uuid4(),
        "organization_id": organization,
        "organization_kind": "provider",
        "url": url,
        "description": "",
        "types": list(EVERY_TYPE),
        "state": "enabled",
        "generation": 1,
        "version": 1,
        "created_at": scene.clock.now(),
        **more,
    }
    with scene.db.transaction() as session:
        session.add(EndpointRow(**values))
    return UUID(str(values["id"]))


def carrier(*, seconds: float = 2.0) -> HttpWebhooks:
    return HttpWebhooks(WebhookAddresses({"http://127.0.0.1:*"}), total_seconds=seconds)


def dependencies(scene: Scene, *, seconds: float = 2.0) -> WebhookDependencies:
    ids, channels = SeededIds("webhooks"), tuple(Channel)
    return WebhookDependencies(
        scene.db, scene.clock, scene.believable, ids, MAC, carrier(seconds=seconds), LINKS, channels
    )


def deliver_webhook_once(sending: WebhookDependencies) -> bool:
    """Send the webhook that is due first, as the only sender of its process."""
    return deliver_next_webhook(sending, poll_lock=PollLock(), stop=threading.Event())


def deliver_all(scene: Scene, sending: WebhookDependencies, *, steps: int = 30) -> None:
    """Send whatever is due, then move the clock to what is due next, until nothing waits any more."""
    for _ in range(steps):
        while deliver_webhook_once(sending):
            pass
        waiting = [row.next_attempt_at for row in messages(scene) if row.state == "waiting"]
        paused = [row.paused_until for row in endpoints(scene) if row.paused_until and row.state == "enabled"]
        if not waiting:
            return
        scene.clock.set(max(min([*waiting, *paused]), scene.clock.now() + timedelta(seconds=1)))


def messages(scene: Scene) -> Sequence[WebhookRow]:
    with scene.db.transaction() as session:
        return session.scalars(select(WebhookRow).order_by(WebhookRow.created_at, WebhookRow.id)).all()


def endpoints(scene: Scene) -> Sequence[EndpointRow]:
    with scene.db.transaction() as session:
        return session.scalars(select(EndpointRow).order_by(EndpointRow.created_at)).all()


def attempts(scene: Scene) -> list[tuple[int | None, str | None]]:
    with scene.db.transaction() as session:
        rows = session.scalars(select(WebhookAttemptRow).order_by(WebhookAttemptRow.at, WebhookAttemptRow.number))
        return [(row.status, row.error) for row in rows]


def secret(endpoint: UUID, generation: int = 1) -> str:
    return secret_text(secret_of(MAC, endpoint, generation))
