"""Queries about handovers of focal points: those that wait for a successor, and their end.

Row-level security answers beside them; nothing is decided here.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.domain.agreements import ENDED
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover


def handover_is_open() -> ColumnElement[bool]:
    """Whether a handover waits for its successor: nobody took it, nor has it ended."""
    return and_(Handover.taken_at.is_(None), Handover.ended_at.is_(None))


def open_handovers(session: Session, agreements: Collection[UUID]) -> Sequence[Handover]:
    """Handovers that nobody took yet, and that can be taken."""
    wanted = select(Handover).where(Handover.agreement_id.in_(agreements), handover_is_open())
    return session.scalars(wanted.order_by(Handover.due_on, Handover.id)).all()


def find_handover(session: Session, handover: UUID) -> Handover | None:
    """A handover that the reader may see."""
    return session.get(Handover, handover)


def handovers_to(session: Session, membership: UUID) -> Sequence[tuple[Handover, FocalPoint]]:
    """What somebody is named to take, with the focal point that is handed over."""
    wanted = (
        select(Handover, FocalPoint)
        .join(FocalPoint, FocalPoint.id == Handover.focal_point_id)
        .where(Handover.successor_membership == membership, handover_is_open())
    )
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Handover.due_on, Handover.id))]


def taken_handover(session: Session, handover: UUID, membership: UUID) -> tuple[Handover, FocalPoint] | None:
    """What somebody took over, with the focal point that was handed over; None where it is not theirs."""
    wanted = select(Handover, FocalPoint).join(FocalPoint, FocalPoint.id == Handover.focal_point_id)
    mine = (Handover.id == handover, Handover.successor_membership == membership, Handover.taken_at.is_not(None))
    row = session.execute(wanted.where(*mine)).one_or_none()
    return (row[0], row[1]) if row is not None else None


def end_handovers_of_ended(session: Session, now: datetime, *, of: UUID | None = None) -> None:
    """End the handovers that were open when their agreement ended; `of`: those of this agreement alone."""
    ended = select(Agreement.id).where(Agreement.state == ENDED)
    which = Handover.agreement_id.in_(ended) if of is None else Handover.agreement_id == of
    session.execute(update(Handover).where(which, handover_is_open()).values(ended_at=now))


def end_handovers_to_gone(session: Session, now: datetime) -> None:
    """End the open handovers whose successor has left. Needs the worker's role, which sees everybody's memberships."""
    gone = select(Membership.id).where(Membership.ended_at.is_not(None))
    theirs = Handover.successor_membership.in_(gone)
    session.execute(update(Handover).where(handover_is_open(), theirs).values(ended_at=now))


def end_handover_of_point(session: Session, point: UUID, now: datetime) -> bool:
    """End the handover of a focal point that its side takes back; whether one was open."""
    of_point = update(Handover).where(Handover.focal_point_id == point, handover_is_open())
    return session.scalar(of_point.values(ended_at=now).returning(Handover.id)) is not None


def end_handover_of_vacant_post(
    session: Session, agreement: UUID, organization: UUID, account: UUID, now: datetime
) -> None:
    """End the handover to somebody of a post of this side that fell vacant, where one is open."""
    vacant = select(FocalPoint.id).where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None))
    theirs = (Handover.organization_id == organization, Handover.successor_account == account)
    ended = update(Handover).where(*theirs, Handover.focal_point_id.in_(vacant), handover_is_open())
    session.execute(ended.values(ended_at=now))
