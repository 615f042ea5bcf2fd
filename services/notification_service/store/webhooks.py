"""Queue of webhooks: claimed with a lease, sent with no transaction open, then recorded.

The lease is that of `claims.py`; besides, an organisation has one message under way at a time, whatever waits for
its endpoints, and endpoints that work go first, so one that hangs holds up nobody else (two that claim at the same
moment may both take one of an organisation, of an endpoint never). Whoever records a result must still hold the lease.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, any_, delete, exists, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import LateralFromClause

from notification_service.domain.trial import TRIAL
from notification_service.domain.webhook_retry_schedule import LEASE, Answer
from notification_service.domain.webhook_types import TEST
from notification_service.store.tables_webhooks import EndpointRow, WebhookAttemptRow, WebhookRow

DISABLED, STOPPED, UNSUBSCRIBED = "disabled", "stopped", "unsubscribed"
UNFINISHED, FINAL = ("waiting", "sending"), ("taken", "failed")
_OTHER = aliased(WebhookRow)
_ELSEWHERE = aliased(EndpointRow)


@dataclass(frozen=True, slots=True)
class ClaimedWebhook:
    """A message that one sender has under way, its endpoint, and the lease under which it does.

    `is_more_due`: whether another organisation's may be claimed beside it.
    """

    message: WebhookRow
    endpoint: EndpointRow
    lease: UUID
    is_more_due: bool


def add(session: Session, messages: Sequence[dict[str, object]]) -> None:
    """Insert messages; one that is there already stays as it is."""
    if messages:
        session.execute(insert(WebhookRow).on_conflict_do_nothing(), list(messages))


def claim(session: Session, *, now: datetime, lease: UUID) -> ClaimedWebhook | None:
    """Take the message that is due first, for the length of a lease; None when none is due, or may leave yet.

    Looks at the first message of each endpoint, however many wait there.
    """
    first = _first_due(EndpointRow, now)
    is_others = _ELSEWHERE.organization_id != EndpointRow.organization_id
    others = (
        select(_ELSEWHERE.id).join(_first_due(_ELSEWHERE, now), true()).where(is_others, *_may_send(_ELSEWHERE, now))
    )
    found = session.execute(
        select(WebhookRow, EndpointRow, others.correlate(EndpointRow).exists())
        .select_from(EndpointRow)
        .join(first, true())
        .join(WebhookRow, WebhookRow.id == first.c.id)
        .where(*_may_send(EndpointRow, now))
        .where(WebhookRow.state.in_(UNFINISHED))  # said again of the row that is locked, which may be newer
        .order_by(EndpointRow.failing_since.is_not(None), WebhookRow.next_attempt_at, WebhookRow.happened_at)
        .limit(1)
        .with_for_update(of=(WebhookRow, EndpointRow), skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    message, endpoint, is_more_due = found
    message.state, message.lease, message.lease_until = "sending", lease, now + LEASE
    message.attempts, message.version = message.attempts + 1, message.version + 1
    endpoint.paused_until = message.lease_until
    return ClaimedWebhook(message, endpoint, lease, is_more_due)


def _may_send(endpoint: type[EndpointRow], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Whether the endpoint takes messages now, and its organisation has none under way."""
    under_way = exists().where(
        _OTHER.organization_id == endpoint.organization_id, _OTHER.state == "sending", _OTHER.lease_until > now
    )
    is_ready = or_(endpoint.paused_until.is_(None), endpoint.paused_until <= now)
    return endpoint.state == "enabled", endpoint.removed_at.is_(None), ~under_way, is_ready


def _first_due(endpoint: type[EndpointRow], now: datetime) -> LateralFromClause:
    """The message of the endpoint at hand that is due first, of the types that it subscribes to."""
    is_wanted = or_(WebhookRow.type == TEST, WebhookRow.type == any_(endpoint.types))
    return (
        select(WebhookRow.id)
        .where(WebhookRow.endpoint_id == endpoint.id, WebhookRow.state.in_(UNFINISHED), is_wanted)
        .where(WebhookRow.next_attempt_at <= now)
        .where(or_(WebhookRow.lease_until.is_(None), WebhookRow.lease_until <= now))
        .order_by(WebhookRow.next_attempt_at, WebhookRow.happened_at)
        .limit(1)
        .correlate(endpoint)
        .lateral()
    )


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


def hold(session: Session, message: WebhookRow, lease: UUID, now: datetime) -> None:
    """End what is held in a trial; it counts as no attempt, and its endpoint may take what comes next."""
    settle(session, message, lease, now=now, state="failed", error=TRIAL, attempts=message.attempts - 1)
    free = update(EndpointRow).where(EndpointRow.id == message.endpoint_id)
    session.execute(free.values(paused_until=None))


def give_up_unfinished(session: Session, endpoint: UUID, now: datetime) -> None:
    """End what still waits for an endpoint that is disabled: it can be replayed later."""
    _end(session, now, DISABLED, WebhookRow.endpoint_id == endpoint)


def give_up_unsubscribed(session: Session, endpoint: UUID, types: Collection[str], now: datetime) -> None:
    """End what waits for an endpoint that subscribes to these types alone from now on."""
    _end(session, now, UNSUBSCRIBED, WebhookRow.endpoint_id == endpoint, WebhookRow.type.not_in([*types, TEST]))


def stop(session: Session, subjects: Collection[UUID], now: datetime, types: Collection[str]) -> None:
    """Let nothing of these types about these referrals be sent any more, nor be sent again."""
    if not subjects:
        return
    about = (WebhookRow.subject_id.in_(subjects), WebhookRow.type.in_(types))
    _end(session, now, STOPPED, *about)
    session.execute(update(WebhookRow).where(*about, ~WebhookRow.stopped).values(stopped=True))


def _end(session: Session, now: datetime, error: str, *chosen: ColumnElement[bool]) -> None:
    """End what is unfinished; whoever sends it meanwhile has lost the lease."""
    ended = {"state": "failed", "error": error, "finished_at": now, "lease": None, "lease_until": None}
    unfinished = update(WebhookRow).where(WebhookRow.state.in_(UNFINISHED), *chosen)
    session.execute(unfinished.values(**ended, version=WebhookRow.version + 1))


def delete_expired(session: Session, now: datetime) -> None:
    """Delete finished messages (with their attempts) whose time has come."""
    session.execute(delete(WebhookRow).where(WebhookRow.expires_at <= now, WebhookRow.state.in_(FINAL)))
