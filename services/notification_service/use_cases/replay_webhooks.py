"""Send webhooks once more: one, or those since a moment; or a test that says nothing. All are in the audit log.

A message keeps its id however often it is sent, so that whoever has it already can tell.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.webhooks import TEST
from notification_service.store import webhook_endpoints, webhook_log
from notification_service.store.webhook_tables import EndpointRow, WebhookRow
from notification_service.store.webhooks import FINAL
from notification_service.use_cases.plan_webhooks import plan_test
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal

FAILED = ("failed",)


class CannotSendError(Exception):
    """The endpoint is off, or the message (or a test) still under way, unsubscribed, or of an ended referral."""


def find_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID, message: UUID) -> WebhookRow:
    """Return one message; raises NotFound where it does not exist for the caller."""
    with dependencies.db.transaction(who.scope) as session:
        row = webhook_log.one(session, who, endpoint, message)
    if row is None:
        raise NotFound
    return row


def resend_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID, message: UUID) -> None:
    """Put one message that has ended back in the queue. Raises NotFound, CannotSendError."""
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        types = (*_require_enabled(session, who, endpoint).types, TEST)
        if webhook_log.one(session, who, endpoint, message, lock=True) is None:
            raise NotFound
        if not webhook_log.send_again(session, who, endpoint, now=now, types=types, states=FINAL, only=message):
            raise CannotSendError
        audit.record(session, "webhook.resend", ("webhook", str(message)), who, now)


def replay_webhooks(
    dependencies: ServiceContext,
    who: Principal,
    endpoint: UUID,
    *,
    since: datetime,
    until: datetime | None = None,
    taken_too: bool = False,
) -> int:
    """Put what failed between two moments back in the queue, if asked also what was taken; return how many.

    Of the types that it subscribes to now, without tests, up to `webhook_log.MOST_AT_ONCE`. Raises as the others do.
    """
    now = dependencies.clock.now()
    states = FINAL if taken_too else FAILED
    with dependencies.db.transaction(who.scope) as session:
        types = _require_enabled(session, who, endpoint).types
        count = webhook_log.send_again(
            session, who, endpoint, now=now, types=types, states=states, since=since, until=until
        )
        detail = {"count": str(count)}
        audit.record(session, "webhook.replay", ("webhook_endpoint", str(endpoint)), who, now, detail=detail)
    return count


def send_test_webhook(dependencies: ServiceContext, who: Principal, endpoint: UUID) -> UUID:
    """Put a test in the queue and return its message's id; one at a time. Raises NotFound, CannotSendError."""
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        row = _require_enabled(session, who, endpoint, lock=True)
        if webhook_log.has_test_under_way(session, endpoint):
            raise CannotSendError
        message = plan_test(session, row, dependencies.ids.uuid(), now)
        audit.record(session, "webhook.test", ("webhook_endpoint", str(endpoint)), who, now)
    return message


def _require_enabled(session: Session, who: Principal, endpoint: UUID, *, lock: bool = False) -> EndpointRow:
    row = webhook_endpoints.one(session, who, endpoint, lock=lock)
    if row is None:
        raise NotFound
    if row.state != "enabled":
        raise CannotSendError
    return row
