"""A district's own calendar: when it usually meets, and the days on which it cannot.

Promises: the date that is proposed follows at once, since nobody was told of it; one that is planned stays until its
coordinator moves it. `is_holiday` is the district's. Each act raises Stale where somebody moves another meeting into
the proposal's new month at once; the transaction is over then.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meeting_date import IsClosed, Rhythm, changed_meeting
from directory_service.partnership.domain.meetings import PROPOSED
from directory_service.partnership.store.meetings import calendar_of, newest_meeting_day, rhythm_of
from directory_service.partnership.store.tables import BlockedDay, Meeting, MeetingRhythm
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from setu.india import day_in_india


@dataclass(frozen=True)
class UsualMeeting:
    """When and where a district usually meets."""

    rhythm: Rhythm
    place: str


def set_rhythm(
    session: Session, who: Principal, district: int, usual: UsualMeeting, now: datetime, *, is_holiday: IsClosed
) -> None:
    """Keep it for what is proposed. Raises NotFound for another's district."""
    _check_district(who, district)
    values = {"weekday": usual.rhythm.weekday, "at": usual.rhythm.at, "place": usual.place}
    statement = insert(MeetingRhythm).values(district_code=district, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["district_code"], set_=values))
    _follow(session, district, now, is_holiday)
    audit.record(session, "meeting.rhythm", ("district", district), who, now)


def block_day(
    session: Session, who: Principal, district: int, day: date, reason: str, now: datetime, *, is_holiday: IsClosed
) -> None:
    """Block a day. Raises NotFound for another's district."""
    _check_district(who, district)
    statement = insert(BlockedDay).values(district_code=district, day=day, reason=reason)
    session.execute(statement.on_conflict_do_update(index_elements=["district_code", "day"], set_={"reason": reason}))
    _follow(session, district, now, is_holiday)
    audit.record(session, "meeting.block", ("district", district), who, now, detail={"day": day.isoformat()})


def free_day(
    session: Session, who: Principal, district: int, day: date, now: datetime, *, is_holiday: IsClosed
) -> None:
    """Take a blocked day back. Raises NotFound for another's district."""
    _check_district(who, district)
    session.execute(delete(BlockedDay).where(BlockedDay.district_code == district, BlockedDay.day == day))
    _follow(session, district, now, is_holiday)
    audit.record(session, "meeting.free", ("district", district), who, now, detail={"day": day.isoformat()})


def _follow(session: Session, district: int, now: datetime, is_holiday: IsClosed) -> None:
    """Re-date the proposal that is ahead, for whoever looked at it before to see that it changed."""
    ahead = (Meeting.district_code == district, Meeting.state == PROPOSED, Meeting.starts_at > now)
    wanted = select(Meeting).where(*ahead).order_by(Meeting.starts_at).limit(1)
    row = session.scalar(wanted.with_for_update())
    if row is None:
        return
    rhythm, place = rhythm_of(session, district)
    calendar = calendar_of(session, district, day_in_india(now), is_holiday)
    last = newest_meeting_day(session, district, but=row.id)
    starts_at = changed_meeting(row.starts_at, last, rhythm, calendar, now)
    if (starts_at, place) != (row.starts_at, row.place):
        row.starts_at, row.place, row.month = starts_at, place, starts_at.date().replace(day=1)
        row.version += 1
        try:
            session.flush()
        except IntegrityError:  # meeting_month_key
            raise Stale from None


def _check_district(who: Principal, district: int) -> None:
    if district not in who.districts:
        raise NotFound
