"""Queries about hosted visits. Row-level security answers beside them: a side has its own, a coordinator all.

A visit lies in the district of its provider; both sides see it wherever they are.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.service_name import ServiceName
from directory_service.partnership.domain.visits import AGREED, AHEAD, HELD
from directory_service.partnership.store.tables_visits import HostedVisit
from service_kit.identity import Principal
from setu.roles import PROVIDER_MANAGER, UNIT_SUPERVISOR


def visits_ahead(session: Session, who: Principal, district: int, today: date) -> Sequence[HostedVisit]:
    """A district's visits that are asked for or agreed, from today on, as far as the caller may see them; by day."""
    ahead = (HostedVisit.state.in_(AHEAD), HostedVisit.day >= today)
    wanted = select(HostedVisit).where(HostedVisit.district_code == district, *ahead, is_visible(who))
    return session.scalars(wanted.order_by(HostedVisit.day, HostedVisit.id)).all()


def visits_unanswered(
    session: Session, who: Principal, today: date, *, district: int | None = None
) -> Sequence[HostedVisit]:
    """Agreed visits whose day is over and of which nobody said whether they were held, the longest ago first.

    Those that the caller may see; `district`: of this one alone.
    """
    over = (HostedVisit.state == AGREED, HostedVisit.day < today, is_visible(who))
    here = [] if district is None else [HostedVisit.district_code == district]
    wanted = select(HostedVisit).where(*over, *here)
    return session.scalars(wanted.order_by(HostedVisit.day, HostedVisit.id)).all()


def last_visits_held(
    session: Session, district: int, units: Collection[UUID], providers: Collection[UUID]
) -> Mapping[tuple[UUID, UUID], date]:
    """Unit and provider → the day of the last visit that was held in the district, as far as the caller may see it."""
    parties = (HostedVisit.unit_id, HostedVisit.provider_id)
    held = select(*parties, func.max(HostedVisit.day)).where(HostedVisit.district_code == district)
    of_these = (HostedVisit.unit_id.in_(units), HostedVisit.provider_id.in_(providers))
    rows = session.execute(held.where(HostedVisit.state == HELD, *of_these).group_by(*parties))
    return {(unit, provider): day for unit, provider, day in rows}


def is_visible(who: Principal) -> ColumnElement[bool]:
    """Whether a supervisor or manager takes part in a visit; for everybody else, whether it is of the own districts."""
    if who.role == UNIT_SUPERVISOR:
        return HostedVisit.unit_id == who.organization
    if who.role == PROVIDER_MANAGER:
        return HostedVisit.provider_id == who.organization
    return HostedVisit.district_code.in_(who.districts)


def names_of_services(session: Session, services: Collection[UUID]) -> Mapping[UUID, ServiceName]:
    """What public services of active providers are called; one that is not public any more is not named."""
    wanted = (
        select(Service.id, Service.record["name"].astext.label("name"), Service.record["names"].label("names"))
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(services), Service.public, Service.deleted_at.is_(None), Organization.status == "active")
    )
    return {row.id: ServiceName(row.name, row.names or {}) for row in session.execute(wanted)}
