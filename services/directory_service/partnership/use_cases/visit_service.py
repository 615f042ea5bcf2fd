"""Hosted visits: a unit asks for a day at a service, its provider agrees or declines, it is held or called off.

A unit visits services of its own district, and those of the providers with which it has an agreement, wherever they
are. The visit lies in the district of its provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.service_name import ServiceName
from directory_service.partnership.domain.visits import ASKED, MOVES, check_asked, check_visit_move, told_of_move
from directory_service.partnership.store.add_once import add_once
from directory_service.partnership.store.agreements_in_force import agreement_has_day
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.store.visits import is_visible
from directory_service.partnership.use_cases.publish_partnership_notice import publish_visit
from service_kit.db import audit
from service_kit.errors import Forbidden, NotFound, Stale
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import PROVIDER_MANAGER, UNIT_SUPERVISOR


@dataclass(frozen=True)
class VisitService:
    """A public service that may be visited, with its provider."""

    id: UUID
    name: ServiceName
    provider: UUID
    provider_name: str


def services_in(session: Session, districts: Sequence[int]) -> list[VisitService]:
    """Public services of active providers of the districts, by provider and name."""
    return _services(session, Organization.district_code.in_(districts))


def services_to_visit(session: Session, who: Principal, today: date) -> list[VisitService]:
    """Those of the own districts, and of providers with which the own unit has an agreement in force, likewise."""
    has_agreement = exists().where(
        agreement_has_day(today), Agreement.unit_id == who.organization, Agreement.provider_id == Organization.id
    )
    return _services(session, or_(Organization.district_code.in_(who.districts), has_agreement))


def _services(session: Session, which: ColumnElement[bool]) -> list[VisitService]:
    wanted = (
        select(
            Service.id,
            Service.record["name"].astext.label("name"),
            Service.record["names"].label("names"),
            Organization.id.label("provider"),
            Organization.name.label("provider_name"),
        )
        .join(Organization, Organization.id == Service.organization_id)
        .where(which, Organization.status == "active", Service.public, Service.deleted_at.is_(None))
    )
    rows = session.execute(wanted.order_by(Organization.name, Service.id))
    return [
        VisitService(row.id, ServiceName(row.name, row.names or {}), row.provider, row.provider_name) for row in rows
    ]


def ask_visit(
    session: Session, who: Principal, visit: UUID, service: UUID, day: date, seats: int, now: datetime
) -> HostedVisit:
    """Ask, once by the visit's id. Raises NotFound for a service that is not there, or the id of another's visit.

    Raises NotNow for a day that is over, ValueError for other than 1 to 8 seats.
    """
    today = day_in_india(now)
    check_asked(day, seats, today)
    found = {each.id: each for each in services_to_visit(session, who, today)}.get(service)
    if found is None:
        raise NotFound
    there, is_new = add_once(
        session,
        HostedVisit,
        visit,
        {"unit_id": who.organization, "provider_id": found.provider, "service_id": service, "day": day},
        district_code=session.get_one(Organization, found.provider).district_code,
        seats=seats,
        state=ASKED,
        version=1,
        asked_at=now,
    )
    if is_new:
        publish_visit(session, there, [there.provider_id], now)
        audit.record(session, "visit.ask", ("visit", visit), who, now)
    return there


def visits_of(session: Session, who: Principal, limit: int = 200) -> Sequence[HostedVisit]:
    """The visits that the caller takes part in, or coordinates; the latest day first."""
    wanted = select(HostedVisit).where(is_visible(who))
    return session.scalars(wanted.order_by(HostedVisit.day.desc(), HostedVisit.id).limit(limit)).all()


def move_visit(session: Session, who: Principal, visit: UUID, step: str, seen: int, now: datetime) -> HostedVisit:
    """Take a step of `domain.visits.MOVES`. Raises Forbidden where it is not this role's; NotFound, Stale, NotNow."""
    if who.role not in MOVES[step].roles:
        raise Forbidden
    row = find_visit(session, who, visit)
    if row.version != seen:
        raise Stale
    row.state = check_visit_move(step, row.state, who.role, row.day, day_in_india(now))
    row.version += 1
    if receivers := told_of_move(row.state, who.role, row.day, day_in_india(now)):
        parties = {UNIT_SUPERVISOR: row.unit_id, PROVIDER_MANAGER: row.provider_id}
        publish_visit(session, row, [parties[role] for role in receivers], now)
    audit.record(session, "visit.move", ("visit", row.id), who, now, detail={"state": row.state})
    return row


def find_visit(session: Session, who: Principal, visit: UUID) -> HostedVisit:
    """A visit that the caller may see, locked. Raises NotFound."""
    wanted = select(HostedVisit).where(HostedVisit.id == visit, is_visible(who))
    row = session.scalar(wanted.with_for_update())
    if row is None:
        raise NotFound
    return row
