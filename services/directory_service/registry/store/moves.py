"""Queries of moves between districts that wait for the other district's coordinator."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory_service.registry.store.tables import OrganizationMove


def waiting_move_of(session: Session, unit: UUID, *, lock: bool = False) -> OrganizationMove | None:
    """The one that waits for this unit, if either end is in the own districts."""
    waiting = select(OrganizationMove).where(
        OrganizationMove.organization_id == unit, OrganizationMove.decided_at.is_(None)
    )
    return session.scalar(waiting.with_for_update() if lock else waiting)


def waiting_moves(session: Session, districts: Collection[int]) -> Sequence[OrganizationMove]:
    """Those that wait and begin or end in the districts, the oldest first."""
    either = or_(OrganizationMove.from_district.in_(districts), OrganizationMove.to_district.in_(districts))
    waiting = select(OrganizationMove).where(OrganizationMove.decided_at.is_(None), either)
    return session.scalars(waiting.order_by(OrganizationMove.asked_at, OrganizationMove.id)).all()
