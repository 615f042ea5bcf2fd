"""Queue of messages: claimed with a lease, sent with no transaction open, then recorded.

A claim is an UPDATE over rows taken with SKIP LOCKED, so workers never wait for each other; a worker that dies
leaves a lease that runs out, and the message is claimed again. Whoever records a result must still hold the lease.
Not for reading the log: that is `delivery_log.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel, PlannedNotice
from notification_service.domain.retry_schedule import LEASE
from notification_service.store.bulk_insert import insert_all
from notification_service.store.tables import AttemptRow, DeliveryRow, table_of

FINAL = ("sent", "delivered", "failed", "stopped", "suppressed")


@dataclass(frozen=True, slots=True)
class Result:
    """How one try ended. `next_at` is set when it is to be tried again; `milliseconds` is how long it took.

    `digest` is that of the address.
    """

    outcome: str
    at: datetime
    milliseconds: int
    error: str | None = None
    code: int | None = None
    next_at: datetime | None = None
    digest: str | None = None

    @property
    def state(self) -> str:
        """The delivery's state after this try."""
        if self.outcome == "sent":
            return "sent"
        return "failed" if self.next_at is None else "waiting"


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

    A message that is being sent keeps its lease: if that try succeeds it counts as sent, else it ends here. What has
    ended already keeps its end, but is not worth sending any more, so that nobody sends it again.
    """
    if not referrals:
        return
    unfinished = DeliveryRow.state.in_(("waiting", "sending"))
    chosen = (
        select(DeliveryRow.id)
        .where(DeliveryRow.referral_id.in_(referrals), DeliveryRow.stoppable)
        .where(or_(unfinished, DeliveryRow.worth_until > now))
        .where(true() if kinds is None else DeliveryRow.kind.in_(kinds))
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


def claim(
    session: Session, *, now: datetime, lease: UUID, channels: Collection[Channel] = tuple(Channel)
) -> DeliveryRow | None:
    """Take the most pressing message that is due on these channels, for the length of a lease; None when none is.

    One at a time: a lease then covers one call to a provider, however slow the calls before it were.
    """
    due = (
        select(DeliveryRow.id)
        .where(DeliveryRow.state.in_(("waiting", "sending")), DeliveryRow.next_attempt_at <= now)
        .where(or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now))
        .where(true() if set(channels) >= set(Channel) else DeliveryRow.channel.in_([one.value for one in channels]))
        .order_by(DeliveryRow.urgent.desc(), DeliveryRow.next_attempt_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(DeliveryRow)
        .where(DeliveryRow.id == due.scalar_subquery())
        .values(
            state="sending",
            lease=lease,
            lease_until=now + LEASE,
            attempts=DeliveryRow.attempts + 1,
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow)
    )
    return session.scalars(taken, execution_options={"synchronize_session": False}).first()


def give_back(session: Session, delivery: UUID, *, until: datetime) -> None:
    """Let a message that was claimed wait until a moment, as if it had not been claimed; one that stopped stays so."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery, DeliveryRow.state == "sending")
        .values(
            state="waiting",
            lease=None,
            lease_until=None,
            attempts=DeliveryRow.attempts - 1,
            next_attempt_at=until,
        )
    )


def record(session: Session, delivery: UUID, *, lease: UUID, number: int, result: Result) -> bool:
    """Write a try and what follows from it; False when the lease was lost, and then only the try is written."""
    attempt = (
        insert(table_of(AttemptRow))
        .values(
            delivery_id=delivery,
            number=number,
            at=result.at,
            outcome=result.outcome,
            error=result.error,
            code=result.code,
            milliseconds=result.milliseconds,
        )
        .on_conflict_do_nothing()
        .cte("attempt")
    )
    stopped_meanwhile = (DeliveryRow.state == "stopped") & (result.outcome != "sent")
    finished_at = None if result.state == "waiting" else result.at
    written = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery, DeliveryRow.lease == lease)
        .values(
            state=case((stopped_meanwhile, "stopped"), else_=result.state),
            lease=None,
            lease_until=None,
            error=result.error,
            address_digest=result.digest,
            next_attempt_at=result.next_at or DeliveryRow.next_attempt_at,
            finished_at=case((stopped_meanwhile, DeliveryRow.finished_at), else_=finished_at),
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow.id)
        .add_cte(attempt),
        execution_options={"synchronize_session": False},
    )
    return written.first() is not None


def delete_expired(session: Session, now: datetime) -> int:
    """Delete finished deliveries (with their tries) whose notice has expired; unfinished ones wait."""
    gone = delete(DeliveryRow).where(DeliveryRow.expires_at <= now, DeliveryRow.state.in_(FINAL))
    return len(session.execute(gone.returning(DeliveryRow.id)).all())
