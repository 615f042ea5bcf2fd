"""Queue of messages: added when notices are planned, stopped once their matter is over, deleted when they have expired.

Who takes one in hand is `claims.py`, how a try ended `attempts.py`; the log is read by `delivery_log.py`.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from notification_service.domain.notices import PlannedNotice
from notification_service.domain.settling import Settled
from notification_service.domain.trial import TRIAL
from notification_service.store.bulk_insert import insert_all
from notification_service.store.delivery_ends import SUPPRESSED
from notification_service.store.settled_rows import is_settled
from notification_service.store.tables import DeliveryRow

FINAL = ("sent", "delivered", "failed", "stopped", SUPPRESSED, TRIAL)


def add(session: Session, notices: Sequence[PlannedNotice]) -> None:
    """Insert a batch's deliveries in one statement; one that is there already stays as it is."""
    rows = [
        {
            "id": notice.delivery_id(channel),
            "event_id": notice.event_id,
            "account_id": notice.account,
            "organization_id": notice.organization,
            "recipient_role": notice.recipient_role,
            "channel": channel.value,
            "kind": notice.kind,
            "place": notice.place.value,
            "referral_id": notice.referral_id,
            "reference": notice.reference,
            "district": notice.district,
            "urgent": notice.urgent,
            "due_at": notice.due_at,
            "language": notice.language,
            "created_at": notice.created_at,
            "expires_at": notice.expires_at,
            "stoppable": notice.stoppable,
            "worth_until": notice.worth_until,
            "correlation_id": notice.correlation_id,
            "matter": notice.matter,
            "state": "waiting",
            "version": 1,
            "attempts": 0,
            "retry_from": 0,
            "next_attempt_at": moment,
        }
        for notice in notices
        for channel, moment in notice.sends.items()
    ]
    insert_all(session, DeliveryRow, rows, "ON CONFLICT DO NOTHING")


def stop(session: Session, referrals: Collection[UUID], now: datetime, kinds: Collection[str] | None = None) -> None:
    """Stop what is still to be said to the team about these referrals, or of it these kinds only.

    A referrer's message is never stopped.
    """
    if referrals:
        of_kinds = true() if kinds is None else DeliveryRow.kind.in_(kinds)
        _stop(session, and_(DeliveryRow.referral_id.in_(referrals), DeliveryRow.stoppable, of_kinds), now)


def stop_settled(session: Session, settled: Sequence[Settled], now: datetime) -> None:
    """Stop what is still to be said about what is settled, a meeting that is off or a visit that is answered."""
    if settled:
        _stop(session, is_settled(DeliveryRow, settled), now)


def _stop(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Stop these, in one statement.

    A message that is being sent keeps its lease: if that try succeeds it counts as sent, else it ends here. What has
    ended already keeps its end, but is not worth sending any more, so that nobody sends it again.
    """
    unfinished = DeliveryRow.state.in_(("waiting", "sending"))
    chosen = (
        select(DeliveryRow.id)
        .where(which, or_(unfinished, DeliveryRow.worth_until > now))
        .order_by(DeliveryRow.id)  # as `delivery_ends.lock_together` does, or the two could wait for each other
        .with_for_update()
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id.in_(chosen))
        .values(
            state=case((unfinished, "stopped"), else_=DeliveryRow.state),
            finished_at=case((unfinished, now), else_=DeliveryRow.finished_at),
            worth_until=func.least(DeliveryRow.worth_until, now),
            version=DeliveryRow.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def delete_expired(session: Session, now: datetime) -> int:
    """Delete finished deliveries (with their tries) whose notice has expired; unfinished ones wait."""
    gone = delete(DeliveryRow).where(DeliveryRow.expires_at <= now, DeliveryRow.state.in_(FINAL))
    return len(session.execute(gone.returning(DeliveryRow.id)).all())
