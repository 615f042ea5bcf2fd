"""Claims of messages: a batch with a lease, sent with no transaction open.

Due rows are locked with SKIP LOCKED, so workers never wait for each other; a worker that dies leaves a lease that runs
out, and the messages are claimed again, one by one. Whoever records a result must still hold the lease.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from sqlalchemy import case, or_, select, true, update
from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.retry_schedule import LEASE
from notification_service.store.tables import DeliveryRow

BATCH = 20  # messages; enough that a commit costs each little, few enough that a sender that dies repeats few


@dataclass(frozen=True, slots=True)
class LockedMessages:
    """Messages that this transaction has locked, the most pressing first; `is_all`: no other was due and free."""

    messages: Sequence[DeliveryRow]
    is_all: bool


def lock_due(
    session: Session,
    *,
    now: datetime,
    channels: Collection[Channel] = tuple(Channel),
    most: int = BATCH,
    without_late: bool = False,
) -> LockedMessages:
    """Lock up to `most` of the most pressing messages that are due on these channels and no other worker holds.

    `without_late`: leave out what is no longer worth sending (UTC `worth_until`).

    One whose lease ran out comes alone: if it was what ended its process, it ends no other message's try again.
    """
    due = (
        select(DeliveryRow)
        .where(DeliveryRow.state.in_(("waiting", "sending")), DeliveryRow.next_attempt_at <= now)
        .where(DeliveryRow.worth_until > now if without_late else true())
        .where(or_(DeliveryRow.lease_until.is_(None), DeliveryRow.lease_until <= now))
        .where(true() if set(channels) >= set(Channel) else DeliveryRow.channel.in_([one.value for one in channels]))
        .order_by(DeliveryRow.urgent.desc(), DeliveryRow.next_attempt_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(due).all()
    locked = rows[:1] if rows and rows[0].lease else list(takewhile(lambda row: row.lease is None, rows))
    return LockedMessages(locked, is_all=len(locked) == len(rows) < most)


def claim(session: Session, due: Sequence[DeliveryRow], *, now: datetime, lease: UUID) -> list[DeliveryRow]:
    """Take messages that this transaction has locked, for the length of a lease; return them in the same order."""
    if not due:
        return []
    taken = (
        update(DeliveryRow)
        .where(DeliveryRow.id.in_([row.id for row in due]))
        .values(
            state="sending",
            lease=lease,
            lease_until=now + LEASE,
            attempts=DeliveryRow.attempts + 1,
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow)
    )
    fresh = {"synchronize_session": False, "populate_existing": True}
    claimed = {row.id: row for row in session.scalars(taken, execution_options=fresh)}
    return [claimed[row.id] for row in due]


def lock_in_order(session: Session, claimed: Collection[UUID]) -> None:
    """Lock messages in the order of their ids, as whoever stops them does, or the two could wait for each other."""
    session.execute(
        select(DeliveryRow.id).where(DeliveryRow.id.in_(claimed)).order_by(DeliveryRow.id).with_for_update()
    )


def postpone(session: Session, delivery: UUID, *, until: datetime) -> None:
    """Let a message that this transaction has locked wait until a moment."""
    moved = update(DeliveryRow).where(DeliveryRow.id == delivery)
    free = {"state": "waiting", "lease": None, "lease_until": None, "next_attempt_at": until}
    session.execute(moved.values(free), execution_options={"synchronize_session": False})


def give_back(session: Session, claimed: Collection[UUID], *, lease: UUID) -> None:
    """Let messages wait as if they had not been claimed; one that was stopped meanwhile stays so."""
    if not claimed:
        return
    returned = update(DeliveryRow).where(DeliveryRow.id.in_(claimed), DeliveryRow.lease == lease)
    state = case((DeliveryRow.state == "sending", "waiting"), else_=DeliveryRow.state)
    free = {"state": state, "lease": None, "lease_until": None, "attempts": DeliveryRow.attempts - 1}
    session.execute(returned.values(free), execution_options={"synchronize_session": False})
