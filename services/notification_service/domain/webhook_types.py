"""Webhook event types as data: who may subscribe to which, and the ids and secrets that derive from rows.

A webhook goes to an endpoint of an organisation, never to a person. Two rules of the wall stand here as data: what is
public may go to any organisation that holds API keys; a referral's event only to a provider, and only where its own
team is told of it. Not for what a webhook says (`use_cases/write_webhook.py`).
"""

from collections.abc import Iterable
from uuid import UUID, uuid5

from notification_service.domain.notices import NAMESPACE
from notification_service.domain.routing_table import ROUTES, Audience
from notification_service.domain.stopping import AFTER_STOP
from setu.events import REFERRAL_STEPS
from setu.roles import COORDINATING_BODY, PROVIDER

SERVICE_CHANGED = "directory.service.changed.v1"
ORGANIZATION_CHANGED = "directory.organization.changed.v1"
TEST = "webhook.test"
DIRECTORY_TYPES = (SERVICE_CHANGED, ORGANIZATION_CHANGED)
_TEAM = frozenset({Audience.CASE_WORKERS, Audience.PROVIDER_MANAGERS})


def _told_to_team() -> Iterable[tuple[str, str]]:
    for kind in REFERRAL_STEPS:
        of_team = [rule.kind for rule in ROUTES.get(kind, ()) if rule.audience in _TEAM]
        if of_team:
            yield kind, of_team[0]


KIND_OF = dict(_told_to_team())
"""Type of a referral's event → the kind of notice that the provider's team has of it."""
REFERRAL_TYPES = tuple(KIND_OF)
STOPPABLE_TYPES = frozenset(REFERRAL_TYPES) - AFTER_STOP
"""What is not sent any more once the referral has ended."""
TYPES_OF = {PROVIDER: (*DIRECTORY_TYPES, *REFERRAL_TYPES), COORDINATING_BODY: DIRECTORY_TYPES}
"""Kind of organisation that may have endpoints → the types that they may subscribe to."""
MOST_ENDPOINTS = 20
LONGEST_DESCRIPTION = 80


def types_for(organization_kind: str, *, by_key: bool) -> tuple[str, ...]:
    """Return what may be subscribed to; a key is no person, so it reaches what is public alone."""
    allowed = TYPES_OF.get(organization_kind, ())
    return tuple(kind for kind in allowed if kind in DIRECTORY_TYPES) if by_key else allowed


def is_about_referral(kind: str) -> bool:
    """Whether an event of this type is about one referral."""
    return kind in KIND_OF


def message_key(seed: str, endpoint: UUID) -> UUID:
    """Return the id of the message that an event makes for an endpoint; the same for every repetition."""
    return uuid5(NAMESPACE, f"webhook/{seed}/{endpoint}")


def webhook_id(message: UUID) -> str:
    """Return what stands in the header `webhook-id`."""
    return f"msg_{message.hex}"


def secret_name(endpoint: UUID, generation: int) -> bytes:
    """Return what an endpoint's secret is derived from, under the service's own key; each rotation counts one on."""
    return f"{endpoint}/{generation}".encode()
