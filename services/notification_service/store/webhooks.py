"""Queue of webhooks: claimed with a lease, sent with no transaction open, then recorded.

The lease is that of `deliveries.py`; besides, an endpoint has one message under way at a time and endpoints that work
go first, so one that hangs holds up nobody else. Whoever records a result must still hold the lease.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.webhook_schedule import LEASE, Answer
from notification_service.store.webhook_tables import EndpointRow, WebhookAttemptRow, WebhookRow

KEPT = timedelta(days=30)
DISABLED = "disabled"
UNFINISHED, FINAL = ("waiting", "sending"), ("taken", "failed")
_due = (
    WebhookRow.state.in_(UNFINISHED),
    EndpointRow.state == "enabled",
    EndpointRow.removed_at.is_(None),
)


def add(session: Session, messages: Sequence[dict[str, object]]) -> None:
    """Insert messages; one that is there already stays as it is."""
    if messages:
        session.execute(insert(WebhookRow).on_conflict_do_nothing(), list(messages))


def claim(session: Session, *, now: datetime, lease: UUID) -> tuple[WebhookRow, EndpointRow] | None:
    """Take the message that is due first, for the length of a lease; None when none is due."""
    found = session.execute(
        select(WebhookRow, EndpointRow)
        .join(EndpointRow, EndpointRow.id == WebhookRow.endpoint_id)
        .where(*_due, WebhookRow.next_attempt_at <= now)
        .where(or_(WebhookRow.lease_until.is_(None), WebhookRow.lease_until <= now))
        .where(or_(EndpointRow.paused_until.is_(None), EndpointRow.paused_until <= now))
        .order_by(EndpointRow.failing_since.is_not(None), WebhookRow.next_attempt_at, WebhookRow.happened_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    message, endpoint = found
    message.state, message.lease, message.lease_until = "sending", lease, now + LEASE
    message.attempts, message.version = message.attempts + 1, message.version + 1
    endpoint.paused_until = message.lease_until
    return message, endpoint


def record_attempt(session: Session, message: WebhookRow, answer: Answer, *, at: datetime, milliseconds: int) -> None:
    """Write down how an attempt ended; once, whoever says it."""
    attempt = {"message_id": message.id, "number": message.attempts, "at": at, "milliseconds": milliseconds}
    ended = {"status": answer.status, "error": answer.error}
    session.execute(insert(WebhookAttemptRow).values(**attempt, **ended).on_conflict_do_nothing())


def settle(session: Session, message: WebhookRow, lease: UUID, *, now: datetime, **result: object) -> bool:
    """Write what follows from an attempt (`state`, `error`, `next_attempt_at`); False when the lease was lost."""
    finished_at = now if result["state"] in FINAL else None
    settled = session.execute(
        update(WebhookRow)
        .where(WebhookRow.id == message.id, WebhookRow.lease == lease)
        .values(lease=None, lease_until=None, finished_at=finished_at, version=WebhookRow.version + 1, **result)
        .returning(WebhookRow.id)
    )
    return settled.first() is not None


def give_up_unfinished(session: Session, endpoint: UUID, now: datetime) -> None:
    """End what still waits for an endpoint that is disabled: it can be replayed later."""
    session.execute(
        update(WebhookRow)
        .where(WebhookRow.endpoint_id == endpoint, WebhookRow.state.in_(UNFINISHED))
        .values(
            state="failed",
            error=DISABLED,
            finished_at=now,
            lease=None,
            lease_until=None,
            version=WebhookRow.version + 1,
        )
    )


def delete_expired(session: Session, now: datetime) -> None:
    """Delete finished messages (with their attempts) whose time has come."""
    session.execute(delete(WebhookRow).where(WebhookRow.expires_at <= now, WebhookRow.state.in_(FINAL)))
