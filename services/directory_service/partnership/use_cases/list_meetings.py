"""Read model of a district's meetings: what comes next, what is missing, what was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.meetings import ACTION_OPEN, CANCELLED, PLANNED, PROPOSED
from directory_service.partnership.domain.silence import is_overdue
from directory_service.partnership.store.meetings import last_held_on, meetings_of
from directory_service.partnership.store.tables import Meeting, MeetingAction
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import COORDINATOR, SUPERVISING


@dataclass(frozen=True)
class DistrictMeetings:
    """One district. `ahead`: its next meeting; `unsettled`: begun, and nobody confirmed who came."""

    district: District
    ahead: Meeting | None
    unsettled: Sequence[Meeting]
    past: Sequence[Meeting]
    is_overdue: bool


def list_meetings(session: Session, who: Principal, now: datetime) -> Sequence[DistrictMeetings]:
    """The caller's districts, by name."""
    rows = session.scalars(select(District).where(District.code.in_(who.districts)).order_by(District.name)).all()
    all_meetings = meetings_of(session, who.districts)
    return [_district(session, row, [m for m in all_meetings if m.district_code == row.code], now) for row in rows]


def count_waiting_at_meetings(session: Session, who: Principal, now: datetime) -> int:
    """Dates to confirm and meetings to settle, for a coordinator; of others the own organisation's overdue actions."""
    waiting = select(func.count())
    if who.role == COORDINATOR:
        is_proposed = and_(Meeting.state == PROPOSED, Meeting.starts_at > now)
        is_unsettled = and_(Meeting.state == PLANNED, Meeting.starts_at <= now)
        theirs = (Meeting.district_code.in_(who.districts), or_(is_proposed, is_unsettled))
        return session.scalar(waiting.select_from(Meeting).where(*theirs)) or 0
    if who.role in SUPERVISING:
        overdue = (MeetingAction.state == ACTION_OPEN, MeetingAction.due < day_in_india(now))
        own = waiting.select_from(MeetingAction).where(MeetingAction.organization_id == who.organization, *overdue)
        return session.scalar(own) or 0
    return 0


def _district(session: Session, district: District, meetings: Sequence[Meeting], now: datetime) -> DistrictMeetings:
    ahead = [each for each in meetings if each.starts_at > now and each.state != CANCELLED]
    first = min((each.proposed_at for each in meetings), default=now)
    overdue = is_overdue(last_held_on(session, district.code), day_in_india(first), day_in_india(now))
    return DistrictMeetings(
        district=district,
        ahead=ahead[-1] if ahead else None,
        unsettled=[each for each in meetings if each.state == PLANNED and each.starts_at <= now],
        past=[each for each in meetings if each not in ahead and each.state not in (PLANNED, PROPOSED)],
        is_overdue=overdue,
    )
