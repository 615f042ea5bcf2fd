"""Queries about focal points: who is named in an agreement, and the lock under which somebody is.

Row-level security answers beside them; nothing is decided here but who counts as named.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.domain.agreements import ENDED
from directory_service.partnership.store.handovers import handover_is_open
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover


def focal_points_of(session: Session, agreements: Collection[UUID]) -> Sequence[FocalPoint]:
    """Those that are named and not ended."""
    wanted = select(FocalPoint).where(FocalPoint.agreement_id.in_(agreements), FocalPoint.ended_at.is_(None))
    return session.scalars(wanted.order_by(FocalPoint.side.desc(), FocalPoint.named_at, FocalPoint.id)).all()


def vacant_points_of(session: Session, agreement: UUID) -> Sequence[FocalPoint]:
    """Those that fell vacant while a successor was named, who has not taken them yet."""
    follows = exists().where(Handover.focal_point_id == FocalPoint.id, handover_is_open())
    vacant = (FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None), follows)
    return session.scalars(select(FocalPoint).where(*vacant).order_by(FocalPoint.named_at, FocalPoint.id)).all()


def holds_by(session: Session, membership: UUID, handover: UUID) -> bool:
    """Whether what this membership took by a handover is its post still, whatever became of the agreement."""
    by_it = (FocalPoint.handover_id == handover, FocalPoint.membership_id == membership, FocalPoint.ended_at.is_(None))
    return session.scalar(select(FocalPoint.id).where(*by_it)) is not None


def locked_focal_point(session: Session, point: UUID, *, or_vacant: bool = False) -> FocalPoint | None:
    """A focal point, locked; not one that ended, unless `or_vacant`. Who may change it: `domain/agreements.py`."""
    held = select(FocalPoint).where(FocalPoint.id == point)
    if not or_vacant:
        held = held.where(FocalPoint.ended_at.is_(None))
    return session.scalar(held.with_for_update())


def lock_focal_points(session: Session, agreement: UUID) -> None:
    """Let one transaction at a time name focal points of this agreement, or end it; it ends with the transaction.

    Not a lock of the agreement's row: row-level security lets neither its sides nor a successor lock that.
    """
    session.execute(select(func.pg_advisory_xact_lock(_focal_points_key(agreement))))


def lock_focal_points_of_renewal(session: Session, agreement: UUID) -> None:
    """The same of the version that renews this one, where there is one; before any row is locked."""
    renewal = session.scalar(select(Agreement.id).where(Agreement.renews == agreement, Agreement.state != ENDED))
    if renewal is not None:
        lock_focal_points(session, renewal)


def may_lock_focal_points(session: Session, agreement: UUID) -> bool:
    """The same lock where nobody holds it, for whoever holds rows already and must not wait: False otherwise."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_focal_points_key(agreement)))))


def _focal_points_key(agreement: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"focal points {agreement}", 0)


def is_named_in(session: Session, agreement: UUID, account: UUID, *, but: UUID | None = None) -> bool:
    """Whether somebody is a focal point of the agreement already, or named to follow one, in whatever role.

    `but`: a handover that does not count. Ask it with `lock_focal_points`.
    """
    held = select(FocalPoint.id).join(Membership, Membership.id == FocalPoint.membership_id)
    is_point = held.where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_(None))
    follows = select(Handover.id).where(Handover.agreement_id == agreement, handover_is_open())
    follows = follows if but is None else follows.where(Handover.id != but)
    named = or_(
        is_point.where(Membership.account_id == account).exists(),
        follows.where(Handover.successor_account == account).exists(),
    )
    return bool(session.scalar(select(named)))


def accounts_named_in(session: Session, agreement: UUID, *, vacant_too: bool) -> set[UUID]:
    """Whoever `is_named_in` says is named; `vacant_too`: also who follows in a post that fell vacant, or not these."""
    points = select(Membership.account_id).join(FocalPoint, FocalPoint.membership_id == Membership.id)
    held = points.where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_(None))
    follow = select(Handover.successor_account).where(Handover.agreement_id == agreement, handover_is_open())
    if not vacant_too:
        vacant = select(FocalPoint.id).where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None))
        follow = follow.where(Handover.focal_point_id.not_in(vacant))
    return {*session.scalars(held), *session.scalars(follow)}


def duty_phone_of(session: Session, agreement: UUID, point: UUID) -> str | None:
    """The duty phone (E.164) that a focal point of an agreement has, or had; None where there is no such one."""
    return session.scalar(
        select(FocalPoint.duty_phone).where(FocalPoint.id == point, FocalPoint.agreement_id == agreement)
    )
