"""Queries of units: those of a district, those of a state, and one that is locked. Organisations are public facts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.listings.store.tables import Service
from directory_service.organizations.domain.standing import ACTIVE, CLOSING
from directory_service.organizations.domain.unit_kinds import UNIT_KINDS, WITH_PEOPLE, code_of
from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.agreements import ENDED
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.registry.domain.units import Unit, is_kept_by
from service_kit.identity import Principal


def units_of_districts(session: Session, districts: Collection[int]) -> list[Unit]:
    """Every organisation of the districts that is in the directory, in whatever standing."""
    return _units(session, Organization.district_code.in_(districts))


def peopled_units(session: Session, district: int) -> list[Unit]:
    """The active police units, prisons and courts of a district, in that order, by name."""
    found = units_of_districts(session, [district])
    theirs = [unit for unit in found if unit.standing == ACTIVE and unit.kind.kind in WITH_PEOPLE]
    return sorted(theirs, key=lambda unit: (WITH_PEOPLE.index(unit.kind.kind), unit.name.casefold()))


def units_without_people(session: Session, districts: Collection[int]) -> list[Unit]:
    """Units of the districts that nothing hangs below and that have no member yet, by code; those with a code."""
    below = select(Organization.parent_id).where(Organization.parent_id.is_not(None), Organization.deleted_at.is_(None))
    peopled = select(Membership.organization_id).where(Membership.ended_at.is_(None))
    theirs = Organization.district_code.in_(districts), Organization.code.is_not(None)
    found = _units(session, and_(*theirs, Organization.id.not_in(below), Organization.id.not_in(peopled)))
    return sorted(found, key=lambda unit: unit.code)


def units_of_states(session: Session, districts: Collection[int]) -> list[Unit]:
    """Every organisation of the states in which the districts lie."""
    states = select(District.state_code).where(District.code.in_(districts))
    return _units(session, Organization.district_code.in_(select(District.code).where(District.state_code.in_(states))))


def units_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, Unit]:
    """These units, wherever they are."""
    return {unit.id: unit for unit in _units(session, Organization.id.in_(ids))}


def lock_unit(session: Session, unit: UUID, who: Principal) -> Organization | None:
    """The row, locked for this transaction; None where there is none in the districts that this person may touch.

    What only points at it goes on beside it: whoever names a focal point, and is waited for by whoever closes the unit.
    """
    found = select(Organization).where(Organization.id == unit, Organization.deleted_at.is_(None))
    row = session.scalar(found.where(Organization.district_code.in_(who.districts)).with_for_update(key_share=True))
    return row if row is not None and is_kept_by(unit_of(row), own_unit(session, who)) else None


def own_unit(session: Session, who: Principal) -> Unit:
    """The body for which somebody coordinates."""
    return unit_of(session.get_one(Organization, who.organization))


def unit_of(row: Organization) -> Unit:
    """The row as rules see it."""
    kind = UNIT_KINDS[code_of(row.kind, row.level)]
    whole_state = bool(row.record.get("whole_state"))
    return Unit(
        row.id,
        kind,
        row.code or "",
        row.name,
        row.district_code,
        row.parent_id,
        row.opened_on,
        row.status,
        whole_state,
    )


def count_members(session: Session, unit: UUID) -> int:
    """Active memberships, as far as this transaction may see: those of the own districts."""
    held = select(func.count()).where(Membership.organization_id == unit, Membership.ended_at.is_(None))
    return session.scalar(held) or 0


def count_services(session: Session, unit: UUID) -> int:
    """Services in the listing."""
    kept = select(func.count()).where(Service.organization_id == unit, Service.deleted_at.is_(None))
    return session.scalar(kept) or 0


def agreements_with(session: Session, unit: UUID) -> Sequence[Agreement]:
    """Agreements of the unit or provider that did not end, as far as this transaction may see: of the own districts."""
    theirs = or_(Agreement.unit_id == unit, Agreement.provider_id == unit)
    wanted = select(Agreement).where(theirs, Agreement.state != ENDED).order_by(Agreement.id)
    return session.scalars(wanted).all()


def ids_below(session: Session, unit: UUID) -> Sequence[UUID]:
    """The units that hang directly below it."""
    below = select(Organization.id).where(Organization.parent_id == unit, Organization.deleted_at.is_(None))
    return session.scalars(below.order_by(Organization.id)).all()


def date_undated_closings(session: Session, now: datetime) -> None:
    """Count the month of those whose closing a process of an older release began from now (aware)."""
    undated = Organization.status == CLOSING, Organization.closing_since.is_(None)
    session.execute(update(Organization).where(*undated).values(closing_since=now))


def _units(session: Session, condition: ColumnElement[bool]) -> list[Unit]:
    wanted = select(Organization).where(condition, Organization.deleted_at.is_(None)).order_by(Organization.id)
    return [unit_of(row) for row in session.scalars(wanted)]
