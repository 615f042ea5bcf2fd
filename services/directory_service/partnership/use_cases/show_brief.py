"""Read model of a district's yearly brief: what an organisation can hand to an authority, from what it may read itself.

Nothing of it is added up over people: the months' and quarters' frozen cells stand as they were published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, State
from directory_service.partnership.domain.agreements import IN_FORCE
from directory_service.partnership.domain.district_record import DistrictRecord, month_end, twelve_months
from directory_service.partnership.domain.meeting_date import previous_month
from directory_service.partnership.domain.table_of_meeting import AGREEING_KINDS
from directory_service.partnership.store import brief as store
from directory_service.partnership.store.figures import figures_of_months, newest_month
from directory_service.partnership.store.meetings import names_of, partners_of
from directory_service.partnership.store.tables import Meeting, MeetingAction, MinutesLine
from directory_service.partnership.use_cases.read_records import read_records
from directory_service.partnership.use_cases.show_partners import ties_of
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import PROVIDER


@dataclass(frozen=True)
class Partners:
    """Who takes part: units, providers, agreements in force, and units that have one."""

    units: int
    providers: int
    agreements: int
    units_with_one: int


@dataclass(frozen=True)
class BriefView:
    """A district's brief over twelve months. `names`: the organisations that actions name."""

    district: District
    state: State
    months: Sequence[date]
    record: DistrictRecord
    meetings: Sequence[Meeting]
    decisions: Sequence[tuple[Meeting, MinutesLine]]
    actions: Sequence[MeetingAction]
    partners: Partners
    names: Mapping[UUID, str]


def show_brief(session: Session, who: Principal, district: int, now: datetime, month: date | None = None) -> BriefView:
    """Load it; `month`: the last of the twelve. Raises NotFound for a district that is not the caller's."""
    row = session.get(District, district) if district in who.districts else None
    if row is None:
        raise NotFound
    today = day_in_india(now)
    months = twelve_months(month or newest_month(session, [district]) or previous_month(today))
    figures = figures_of_months(session, row.state_code, [district], months)
    until = month_end(months[-1], today)
    actions = store.actions_due_in(session, district, months[0], until)
    return BriefView(
        district=row,
        state=session.get_one(State, row.state_code),
        months=months,
        record=read_records(session, [district], months, figures, today)[district],
        meetings=store.met_in(session, district, months),
        decisions=store.decisions_of(session, district, months),
        actions=actions,
        partners=_partners(session, district, today),
        names=names_of(session, {each.organization_id for each in actions}),
    )


def _partners(session: Session, district: int, today: date) -> Partners:
    partners, ties = partners_of(session, district), ties_of(session, [district], today)
    in_force = [tie.agreement for tie in ties if tie.state in IN_FORCE]
    units = {each.id for each in partners if each.kind in AGREEING_KINDS}
    return Partners(
        units=len(units),
        providers=sum(each.kind == PROVIDER for each in partners),
        agreements=len(in_force),
        units_with_one=len(units & {each.unit_id for each in in_force}),
    )
