"""Change a webhook endpoint: what it is, whether it is on, its secret; or remove it. Each act is in the audit log.

`check` may refuse the version that the caller saw. The row is locked before its version is looked at, so that the one
which was checked is the one that changes. All raise NotFound where the caller has no such endpoint.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.webhook_types import REFERRAL_TYPES
from notification_service.store import webhook_endpoints, webhooks
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.use_cases.check_endpoint_wish import EndpointWish
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal

Check = Callable[[int], None]


def any_version(_version: int) -> None:
    """Refuse none: a person's form acts on what is there now."""


def find_webhook_endpoint(dependencies: ServiceContext, who: Principal, endpoint: UUID) -> EndpointRow:
    """Return one of the caller's endpoints."""
    with dependencies.db.transaction(who.scope) as session:
        row = webhook_endpoints.one(session, who, endpoint)
    if row is None:
        raise NotFound
    return row


def edit_webhook_endpoint(
    dependencies: ServiceContext, who: Principal, endpoint: UUID, wish: EndpointWish, check: Check = any_version
) -> EndpointRow:
    """Store what was wished and checked (`check_endpoint_wish.py`); what waits of other types goes nowhere any more.

    Referrals that are added are signed by a new secret, which no program knows that the endpoint had before.
    """

    def edit(session: Session, row: EndpointRow, now: datetime) -> None:
        if set(wish.types) & set(REFERRAL_TYPES) - set(row.types):
            row.generation, row.rotated_at = row.generation + 1, now
        webhooks.give_up_unsubscribed(session, row.id, wish.types, now)
        row.url, row.description, row.types = wish.url, wish.description, sorted(set(wish.types))

    return _change(dependencies, who, endpoint, "webhook.change", edit, check)


def enable_webhook_endpoint(
    dependencies: ServiceContext, who: Principal, endpoint: UUID, check: Check = any_version
) -> EndpointRow:
    """Send to it from now on; what it missed can be replayed. The count of its days of failure begins anew."""

    def enable(_session: Session, row: EndpointRow, _now: datetime) -> None:
        row.state, row.reason, row.failing_since, row.paused_until = "enabled", None, None, None

    return _change(dependencies, who, endpoint, "webhook.enable", enable, check)


def disable_webhook_endpoint(
    dependencies: ServiceContext, who: Principal, endpoint: UUID, check: Check = any_version
) -> EndpointRow:
    """Send nothing to it from now on; what waits is given up, and can be replayed."""

    def disable(session: Session, row: EndpointRow, now: datetime) -> None:
        if row.state == "enabled":
            row.state, row.reason = "disabled", "by_hand"
            webhooks.give_up_unfinished(session, row.id, now)

    return _change(dependencies, who, endpoint, "webhook.disable", disable, check)


def rotate_webhook_secret(
    dependencies: ServiceContext, who: Principal, endpoint: UUID, check: Check = any_version
) -> EndpointRow:
    """Sign with a new secret, and for 24 hours with the one before as well."""

    def rotate(_session: Session, row: EndpointRow, now: datetime) -> None:
        row.generation, row.rotated_at = row.generation + 1, now

    return _change(dependencies, who, endpoint, "webhook.rotate", rotate, check)


def remove_webhook_endpoint(
    dependencies: ServiceContext, who: Principal, endpoint: UUID, check: Check = any_version
) -> None:
    """Send nothing to it ever again; it is gone from every list, and after 30 days altogether."""

    def remove(session: Session, row: EndpointRow, now: datetime) -> None:
        webhooks.give_up_unfinished(session, row.id, now)
        row.state, row.reason, row.removed_at = "disabled", "by_hand", now

    _change(dependencies, who, endpoint, "webhook.remove", remove, check)


def _change(
    dependencies: ServiceContext,
    who: Principal,
    endpoint: UUID,
    action: str,
    change: Callable[[Session, EndpointRow, datetime], None],
    check: Check,
) -> EndpointRow:
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        row = webhook_endpoints.one(session, who, endpoint, lock=True)
        if row is None:
            raise NotFound
        check(row.version)
        change(session, row, now)
        row.version += 1
        audit.record(session, action, ("webhook_endpoint", str(endpoint)), who, now)
    return row
