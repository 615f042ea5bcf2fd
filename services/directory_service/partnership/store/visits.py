"""Queries about hosted visits. Row-level security answers beside them: a side has its own, a coordinator all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.visits import AHEAD, HELD
from directory_service.partnership.store.tables_visits import HostedVisit
from service_kit.identity import Principal
from setu.roles import PROVIDER_MANAGER, UNIT_SUPERVISOR


def visits_ahead(session: Session, who: Principal, district: int, today: date) -> Sequence[HostedVisit]:
    """A district's visits that are asked for or agreed, from today on, as far as the caller may see them; by day."""
    ahead = (HostedVisit.state.in_(AHEAD), HostedVisit.day >= today)
    wanted = select(HostedVisit).where(HostedVisit.district_code == district, *ahead, *own_visits(who))
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


def own_visits(who: Principal) -> list[ColumnElement[bool]]:
    """Conditions: the visits that a supervisor or manager takes part in; none for whoever looks at the district."""
    if who.role == UNIT_SUPERVISOR:
        return [HostedVisit.unit_id == who.organization]
    return [HostedVisit.provider_id == who.organization] if who.role == PROVIDER_MANAGER else []
