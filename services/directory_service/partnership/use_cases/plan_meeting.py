"""Confirm a proposed date, or move one that is planned. The coordinator decides; the calendar still has its say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meeting_date import IsClosed, is_possible_day
from directory_service.partnership.domain.meetings import PLANNED, check_move
from directory_service.partnership.domain.reminders import MEETING_STEPS, due_step
from directory_service.partnership.store.meetings import calendar_of
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.find_meeting import find_meeting, find_seen_meeting
from directory_service.partnership.use_cases.publish_partnership_notice import publish_moved_meeting
from service_kit.db import audit
from service_kit.identity import Principal
from setu.india import INDIA, day_in_india


class NoMeetingDay(ValueError):
    """Nobody can meet then. `args[0]`: `past`, `closed` (no working day, blocked, or before the 18th), `month`."""


@dataclass(frozen=True)
class MeetingPlan:
    """When (aware) and where, and the version of the meeting that was seen."""

    starts_at: datetime
    place: str
    seen: int


def plan_meeting(
    session: Session, who: Principal, meeting: UUID, plan: MeetingPlan, now: datetime, *, is_holiday: IsClosed
) -> Meeting:
    """Set it down. Raises NotFound, Stale, NoMeetingDay; NotNow where it is settled, called off or has begun.

    One that has begun is not moved: its agenda goes on to another meeting once its day is over (`carry_over.py`).
    Whoever moves another one into that month at once is waited for; after NoMeetingDay the transaction is over.
    One that is planned so already stays as it is, and nobody is told again.
    """
    row = find_seen_meeting(session, who, meeting, plan.seen)
    check_move("plan", row.state, row.starts_at, now)
    if row.state == PLANNED and (row.starts_at, row.place) == (plan.starts_at, plan.place):
        return row
    day = plan.starts_at.astimezone(INDIA).date()
    if fault := _fault_of(session, row, plan.starts_at, now, is_holiday):
        raise NoMeetingDay(fault)
    before = row.starts_at if row.state == PLANNED and row.starts_at != plan.starts_at else None
    row.sequence += 1
    row.version += 1
    row.moved_from = before or row.moved_from
    row.starts_at, row.place, row.state, row.month = plan.starts_at, plan.place, PLANNED, day.replace(day=1)
    row.reminded = due_step((day - day_in_india(now)).days, MEETING_STEPS, None)
    try:
        session.flush()
    except IntegrityError:  # meeting_month_key: another one came into that month since it was looked at
        raise NoMeetingDay("month") from None
    publish_moved_meeting(session, row, now, before=before)
    audit.record(session, "meeting.plan", ("meeting", row.id), who, now, detail={"day": day.isoformat()})
    return row


def fault_of_date(
    session: Session, who: Principal, meeting: UUID, starts_at: datetime, now: datetime, *, is_holiday: IsClosed
) -> str | None:
    """Why the meeting could not be on this date, as `NoMeetingDay` says it; for a form that is wrong elsewhere, too.

    None where it could. Raises NotFound.
    """
    return _fault_of(session, find_meeting(session, who, meeting), starts_at, now, is_holiday)


def _fault_of(session: Session, row: Meeting, starts_at: datetime, now: datetime, is_holiday: IsClosed) -> str | None:
    day = starts_at.astimezone(INDIA).date()
    if starts_at <= now:
        return "past"
    if not is_possible_day(day, calendar_of(session, row.district_code, day, is_holiday)):
        return "closed"
    others = (Meeting.district_code == row.district_code, Meeting.id != row.id, Meeting.state != "cancelled")
    is_taken = session.scalar(select(Meeting.id).where(*others, Meeting.month == day.replace(day=1))) is not None
    return "month" if is_taken else None
