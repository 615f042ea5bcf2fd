"""Queries about agreements on a day: which were in force, and which rest. Row-level security answers beside them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from directory_service.organizations.domain import standing
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.agreements import ACTIVE, ENDED
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from setu.india import INDIA


def parties_in_force(session: Session, district: int, day: date) -> tuple[set[UUID], set[UUID]]:
    """Units and providers of the district's agreements that are in force on a day, or were: `agreement_is_in_force`."""
    wanted = select(Agreement.unit_id, Agreement.provider_id).where(agreement_is_in_force(district, day))
    rows = session.execute(wanted).all()
    return {row.unit_id for row in rows}, {row.provider_id for row in rows}


def focal_points_in_force(session: Session, district: int, day: date) -> set[UUID]:
    """Memberships of the focal points, vacant ones aside, of the district's agreements that are in force on a day."""
    wanted = select(FocalPoint.membership_id).join(Agreement, Agreement.id == FocalPoint.agreement_id)
    return set(session.scalars(wanted.where(FocalPoint.ended_at.is_(None), agreement_is_in_force(district, day))))


def resting_of(session: Session, agreements: Collection[UUID]) -> set[UUID]:
    """Those of these agreements that rest now, whatever their days say."""
    rests = exists().where(*_a_party_is_away())
    return set(session.scalars(select(Agreement.id).where(Agreement.id.in_(agreements), rests)))


def agreement_is_in_force(
    district: int | InstrumentedAttribute[int], day: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """Whether an agreement was of the district and in force on a day (India's). Both may be columns of a table.

    Row-level security says the same of a meeting's guests: a change here is a migration, too. A standing has no history
    but since when somebody is away; who came back counts for the days of the absence, too.
    """
    return and_(_lay_in(district, day), agreement_has_day(day), ~_rests_on(day))


def _lay_in(district: int | InstrumentedAttribute[int], day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether an agreement was the district's on a day: it goes along with a unit that is moved."""
    since = or_(Agreement.moved_on.is_(None), Agreement.moved_on <= day)
    came_there = or_(Agreement.moved_from_since.is_(None), Agreement.moved_from_since <= day)
    return or_(
        and_(Agreement.district_code == district, since),
        and_(Agreement.moved_from == district, Agreement.moved_on > day, came_there),
        _lay_earlier_in(district, day),
    )


def _lay_earlier_in(district: int | InstrumentedAttribute[int], day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """The same of the districts before the last but one."""
    kept = (Agreement.earlier_districts, Agreement.earlier_since, Agreement.earlier_until)
    stay = func.unnest(*kept).table_valued("district", "since", "until", name="stay").render_derived()
    came_there = or_(stay.c.since.is_(None), stay.c.since <= day)
    return exists().select_from(stay).where(stay.c.district == district, stay.c.until > day, came_there)


def agreement_has_day(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a day (India's) lies in the days of an agreement that is active, or was until after it; it may rest."""
    stood = and_(Agreement.state == ENDED, Agreement.was_active, day_of(Agreement.ended_at) > day)
    return and_(or_(Agreement.state == ACTIVE, stood), Agreement.from_day <= day, Agreement.to_day >= day)


def _rests_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a party was not at work on a day; where nobody noted since when, for all days."""
    since = func.least(Organization.suspended_since, Organization.closing_since, Organization.deleted_at)
    was_away = func.coalesce(day_of(since) <= day, true())
    return exists().where(*_a_party_is_away(), was_away).correlate_except(Organization)


def _a_party_is_away() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Parties that are not at work: suspended or closing, and gone, where the clock has not ended it yet."""
    return Organization.id.in_((Agreement.unit_id, Agreement.provider_id)), is_away(Organization)


def is_away(party: type[Organization]) -> ColumnElement[bool]:
    """Whether a party, which may be an alias, is not at work now."""
    return or_(party.status != standing.ACTIVE, party.deleted_at.is_not(None))


def day_of(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[date]:
    """The day in India on which a moment lies."""
    return cast(func.timezone(INDIA.key, moment), Date)
