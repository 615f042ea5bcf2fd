"""Plan webhooks of events, in the transaction that marks the events as seen.

Promises: an endpoint gets an event once, under an id that follows from both; a referral's goes to its receivers'
endpoints alone. What comes while an endpoint is disabled is kept as failed, so that it can be replayed.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.notices import NotificationEvent
from notification_service.domain.retention import WEBHOOKS_KEPT
from notification_service.domain.webhook_types import (
    DIRECTORY_TYPES,
    REFERRAL_TYPES,
    TEST,
    is_about_referral,
    message_key,
)
from notification_service.store import webhook_endpoints, webhooks
from notification_service.store.tables_webhooks import EndpointRow
from service_kit.logs import correlation_id
from setu.roles import PROVIDER


def plan_referral_webhooks(session: Session, told: Iterable[NotificationEvent], now: datetime) -> None:
    """Plan webhooks of referral events that are told to a provider's team."""
    events = [event for event in told if is_about_referral(event.type) and event.referral_id]
    receivers = {organization for event in events for organization in event.receivers}
    if not receivers:
        return
    endpoints = webhook_endpoints.subscribed(session, REFERRAL_TYPES, receivers)
    webhooks.add(
        session,
        [
            _message(endpoint, event.type, str(event.event_id), event.referral_id, event.time, now)
            | {"reference": event.reference, "correlation_id": event.correlation_id}
            for event in events
            for endpoint in endpoints
            if endpoint.organization_id in event.receivers
            and endpoint.organization_kind == PROVIDER
            and event.type in endpoint.types
        ],
    )


def plan_public_webhooks(
    session: Session,
    kind: str,
    subject: UUID,
    *,
    version: int,
    time: datetime,
    now: datetime,
    owner: UUID | None = None,
    gone: bool = False,
) -> None:
    """Plan webhooks of a public change (`domain/public_facts.py`) for everybody who subscribes to it."""
    endpoints = webhook_endpoints.subscribed(session, DIRECTORY_TYPES)
    seed = f"{kind}/{subject}/{version}"
    messages = [
        _message(endpoint, kind, seed, subject, time, now) | {"owner_id": owner, "gone": gone}
        for endpoint in endpoints
        if kind in endpoint.types
    ]
    webhooks.add(session, messages)


def plan_test(session: Session, endpoint: EndpointRow, seed: UUID, now: datetime) -> UUID:
    """Plan a webhook that says nothing, to try an endpoint; return its message's id."""
    message = _message(endpoint, TEST, str(seed), endpoint.id, now, now)
    webhooks.add(session, [message])
    return message_key(str(seed), endpoint.id)


def _message(
    endpoint: EndpointRow, kind: str, seed: str, subject: UUID | None, happened_at: datetime, now: datetime
) -> dict[str, object]:
    enabled = endpoint.state == "enabled"
    return {
        "id": message_key(seed, endpoint.id),
        "endpoint_id": endpoint.id,
        "organization_id": endpoint.organization_id,
        "type": kind,
        "subject_id": subject,
        "owner_id": None,
        "reference": None,
        "gone": False,
        "happened_at": happened_at,
        "created_at": now,
        "expires_at": now + WEBHOOKS_KEPT,
        "correlation_id": correlation_id.get(),
        "state": "waiting" if enabled else "failed",
        "error": None if enabled else webhooks.DISABLED,
        "version": 1,
        "attempts": 0,
        "retry_from": 0,
        "next_attempt_at": now,
        "finished_at": None if enabled else now,
    }
