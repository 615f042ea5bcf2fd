"""Queries of an endpoint's messages for its owner, and of those to send once more."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true, tuple_, update
from sqlalchemy.orm import Session

from notification_service.domain.retention import WEBHOOKS_KEPT
from notification_service.domain.trial import TRIAL
from notification_service.domain.webhook_types import REFERRAL_TYPES, TEST
from notification_service.store.tables_webhooks import EndpointRow, WebhookAttemptRow, WebhookRow
from notification_service.store.webhooks import UNFINISHED
from service_kit.cursor import Cursor
from service_kit.identity import KEY_ROLE, Principal

MOST_AT_ONCE = 1000
"""So many are sent again by one request; asked again, it takes the next."""
STATES = ("waiting", "sending", "taken", "failed")


def _of(who: Principal, endpoint: UUID) -> ColumnElement[bool]:
    own = (WebhookRow.endpoint_id == endpoint) & (WebhookRow.organization_id == who.organization)
    return own & (WebhookRow.type.not_in(REFERRAL_TYPES) if who.role == KEY_ROLE else true())


def page(
    session: Session,
    who: Principal,
    endpoint: UUID,
    *,
    states: Sequence[str] = (),
    limit: int,
    after: Cursor | None = None,
) -> tuple[Sequence[WebhookRow], bool]:
    """Return up to `limit` messages, newest first, and whether older ones follow."""
    rows = select(WebhookRow).where(_of(who, endpoint), WebhookRow.state.in_(states) if states else true())
    if after is not None:
        rows = rows.where(tuple_(WebhookRow.created_at, WebhookRow.id) < after)
    newest_first = rows.order_by(WebhookRow.created_at.desc(), WebhookRow.id.desc()).limit(limit + 1)
    found = session.scalars(newest_first).all()
    return found[:limit], len(found) > limit


def counts(session: Session, who: Principal, endpoint: UUID) -> dict[str, int]:
    """Count an endpoint's messages by state, zeros included."""
    counted = select(WebhookRow.state, func.count()).where(_of(who, endpoint)).group_by(WebhookRow.state)
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in session.execute(counted)}


def one(session: Session, who: Principal, endpoint: UUID, message: UUID, *, lock: bool = False) -> WebhookRow | None:
    """Return one message, None where it does not exist for this reader; locked if asked."""
    wanted = select(WebhookRow).where(_of(who, endpoint), WebhookRow.id == message)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def attempts_of(session: Session, message: UUID) -> Sequence[WebhookAttemptRow]:
    """Return the attempts of a message, the first first."""
    own = select(WebhookAttemptRow).where(WebhookAttemptRow.message_id == message)
    return session.scalars(own.order_by(WebhookAttemptRow.number)).all()


def unfinished_test(session: Session, endpoint: UUID) -> WebhookRow | None:
    """Return the test of this endpoint that has not ended yet."""
    unfinished = (WebhookRow.type == TEST, WebhookRow.state.in_(UNFINISHED))
    return session.scalars(select(WebhookRow).where(WebhookRow.endpoint_id == endpoint, *unfinished)).first()


def count_unfinished(
    session: Session,
    who: Principal,
    endpoint: UUID,
    *,
    types: Collection[str],
    since: datetime,
    until: datetime | None,
) -> int:
    """Count what is in the queue already, of these types and written between two moments."""
    chosen = [_of(who, endpoint), WebhookRow.state.in_(UNFINISHED), WebhookRow.type.in_(types)]
    chosen += _written(since, until)
    return session.scalar(select(func.count()).select_from(WebhookRow).where(*chosen)) or 0


def is_due(endpoint: EndpointRow, message: WebhookRow, now: datetime) -> bool:
    """Whether a message that waits is tried next without anything more: its time has come, and no pause holds it."""
    return message.next_attempt_at <= now and (endpoint.paused_until is None or endpoint.paused_until <= now)


def bring_forward(session: Session, endpoint: EndpointRow, message: WebhookRow, now: datetime) -> None:
    """Make a message that waits due now; both rows are locked.

    The try comes besides those of the schedule, which goes on where it was, so that `retry_from` moves with it. A
    pause is lifted unless it is the lease of another message.
    """
    if message.next_attempt_at > now:
        message.retry_from = min(message.retry_from + 1, message.attempts)
        message.next_attempt_at, message.version = now, message.version + 1
    under_way = (WebhookRow.state == "sending", WebhookRow.lease_until > now)
    if session.scalars(select(WebhookRow.id).where(WebhookRow.endpoint_id == endpoint.id, *under_way)).first() is None:
        endpoint.paused_until = None


def _written(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    after = [WebhookRow.created_at >= since] if since else []
    return [*after, WebhookRow.created_at <= until] if until else after


def send_again(
    session: Session,
    who: Principal,
    endpoint: UUID,
    *,
    now: datetime,
    types: Collection[str],
    states: Sequence[str],
    since: datetime | None = None,
    until: datetime | None = None,
    only: UUID | None = None,
    most: int = MOST_AT_ONCE,
) -> int:
    """Put finished messages of these states and types back in the queue, due now, under their ids; return how many.

    At most `most`, those that ended longest ago first. Not what was stopped: it may ask for contact with who said no;
    nor what was held in a trial, whose people are made up.
    """
    chosen = [_of(who, endpoint), WebhookRow.state.in_(states), WebhookRow.type.in_(types), ~WebhookRow.stopped]
    chosen += [WebhookRow.error.is_distinct_from(TRIAL)]
    chosen += _written(since, until)
    chosen += [WebhookRow.id == only] if only else []
    oldest_first = select(WebhookRow.id).where(*chosen).order_by(WebhookRow.finished_at, WebhookRow.id)
    # A CTE, which is read once: a subquery may be read again by the plan, and then locks the next that are not locked.
    locked = oldest_first.limit(most).with_for_update().cte("locked")
    again = (
        update(WebhookRow)
        .where(WebhookRow.id.in_(select(locked.c.id)))
        .values(
            state="waiting",
            error=None,
            retry_from=WebhookRow.attempts,
            next_attempt_at=now,
            finished_at=None,
            expires_at=now + WEBHOOKS_KEPT,
            version=WebhookRow.version + 1,
        )
        .returning(WebhookRow.id)
    )
    return len(session.scalars(again, execution_options={"synchronize_session": False}).all())
