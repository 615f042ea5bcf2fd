"""Move a unit to another district: the one district's coordinator offers it, the other's takes it or refuses.

Promises: members stay, and sign in again so that their sessions know the new district; cards go along; the referrals
keep the district in which they were sent, since each carries its own; agreements follow by a clock
(`partnership/use_cases/move_agreements.py`). Who coordinates both districts does it in one.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_member
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from directory_service.accounts.use_cases.sessions import end_sessions_in
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.domain.standing import MOVABLE
from directory_service.organizations.store.tables import District, Organization
from directory_service.registry.store.moves import waiting_move_of
from directory_service.registry.store.tables import OrganizationMove
from directory_service.registry.store.units import lock_unit
from directory_service.registry.use_cases.change_standing import ActRefused
from directory_service.registry.use_cases.count_effects import count_effects
from directory_service.registry.use_cases.end_members import active_members
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal


def offer_move(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    unit: UUID,
    to_district: int,
    now: datetime,
    *,
    seen: str,
) -> bool:
    """Offer it; True where it moved at once, because the own districts hold both ends.

    Raises NotFound, Stale, and `ActRefused` with `standing`, `own`, `waiting` or `district`.
    """
    row = lock_unit(session, unit, who)
    if row is None:
        raise NotFound
    if row.status not in MOVABLE:
        raise ActRefused("standing")
    if row.id == who.organization:
        raise ActRefused("own")
    if waiting_move_of(session, unit) is not None:
        raise ActRefused("waiting")
    if to_district == row.district_code or session.get(District, to_district) is None:
        raise ActRefused("district")
    if count_effects(session, row.id, row.status).tag != seen:
        raise Stale
    move = OrganizationMove(
        id=dependencies.ids.uuid(),
        organization_id=row.id,
        from_district=row.district_code,
        to_district=to_district,
        asked_by=who.account,
        asked_at=now,
    )
    session.add(move)
    detail = {"to": str(to_district)}
    audit.record(session, "organization.move_offered", ("organization", row.id), who, now, detail=detail)
    session.flush()
    if to_district not in who.districts:
        return False
    _move(session, dependencies, who, row, move, now)
    return True


def take_move(session: Session, dependencies: Dependencies, who: Principal, unit: UUID, now: datetime) -> None:
    """The other district's coordinator agrees. Raises NotFound where none waits for the own districts."""
    move = _offered_to(session, who, unit)
    row = session.get_one(Organization, unit, with_for_update=True, populate_existing=True)
    if row.status not in MOVABLE or row.district_code != move.from_district:
        raise NotFound
    _move(session, dependencies, who, row, move, now)


def refuse_move(session: Session, who: Principal, unit: UUID, now: datetime) -> None:
    """The unit stays where it is. Raises NotFound."""
    move = _offered_to(session, who, unit)
    move.decision, move.decided_at, move.decided_by = "refused", now, who.account
    audit.record(session, "organization.move_refused", ("organization", unit), who, now)


def _offered_to(session: Session, who: Principal, unit: UUID) -> OrganizationMove:
    move = waiting_move_of(session, unit, lock=True)
    if move is None or move.to_district not in who.districts:
        raise NotFound
    return move


def _move(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    row: Organization,
    move: OrganizationMove,
    now: datetime,
) -> None:
    row.district_code, row.record = move.to_district, {**row.record, "district": move.to_district}
    session.flush()  # memberships follow by their key; while the offer waits, the row may be written
    move.decision, move.decided_at, move.decided_by = "agreed", now, who.account
    publish_listing(session, row, now)
    for membership, account in active_members(session, row.id):
        session.refresh(membership)
        end_sessions_in(session, dependencies, membership, now)
        publish_member(session, dependencies, membership, account, now)
    publish_staffing(session, [row.id], now)
    detail = {"from": str(move.from_district), "to": str(move.to_district)}
    audit.record(session, "organization.move", ("organization", row.id), who, now, detail=detail)
