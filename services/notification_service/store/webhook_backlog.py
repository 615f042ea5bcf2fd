"""Counts of webhooks for the metrics port: what waits, and endpoints that the system has disabled."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from notification_service.store.tables_webhooks import EndpointRow, WebhookRow
from notification_service.store.webhooks import UNFINISHED


@dataclass(frozen=True, slots=True)
class WebhookBacklog:
    """`written`: when the oldest one that was not taken yet was planned. `due`: since when one has waited to be tried.

    `disabled`: endpoints that are off, by reason.
    """

    written: datetime | None
    due: datetime | None
    disabled: dict[str, int]


def measure(session: Session, now: datetime) -> WebhookBacklog:
    """Return what is so now. An endpoint that fails, or asked for a pause, holds up its own messages alone."""
    unfinished = WebhookRow.state.in_(UNFINISHED)
    at_work = (EndpointRow.state == "enabled", EndpointRow.removed_at.is_(None))
    of_endpoint = EndpointRow.id == WebhookRow.endpoint_id
    written = session.scalar(
        select(func.min(WebhookRow.created_at)).join(EndpointRow, of_endpoint).where(unfinished, *at_work)
    )
    may_leave = (
        EndpointRow.failing_since.is_(None),
        or_(EndpointRow.paused_until.is_(None), EndpointRow.paused_until <= now),
    )
    due = session.scalar(
        select(func.min(WebhookRow.next_attempt_at))
        .join(EndpointRow, of_endpoint)
        .where(WebhookRow.state == "waiting", WebhookRow.next_attempt_at <= now, *at_work, *may_leave)
    )
    counted = (
        select(EndpointRow.reason, func.count())
        .where(EndpointRow.state == "disabled", EndpointRow.removed_at.is_(None))
        .group_by(EndpointRow.reason)
    )
    return WebhookBacklog(written, due, {str(reason): count for reason, count in session.execute(counted)})
