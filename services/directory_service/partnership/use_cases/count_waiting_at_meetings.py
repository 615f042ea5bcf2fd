"""Count for the menu what waits at district meetings for whoever is signed in."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.actions import ACTION_OPEN
from directory_service.partnership.domain.meetings import PLANNED, PROPOSED
from directory_service.partnership.store.tables import Meeting, MeetingAction
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import COORDINATOR, SUPERVISING


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
