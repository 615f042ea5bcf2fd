"""A district's own calendar: when it usually meets, and the days on which it cannot."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meeting_date import Rhythm
from directory_service.partnership.store.tables import BlockedDay, MeetingRhythm
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal

BLOCK_REASONS = ("holiday", "festival", "election", "other")
FURTHEST_DAYS = 800  # ahead that a day is blocked


@dataclass(frozen=True)
class UsualMeeting:
    """When and where a district usually meets."""

    rhythm: Rhythm
    place: str


def set_rhythm(session: Session, who: Principal, district: int, usual: UsualMeeting, now: datetime) -> None:
    """Keep it for the next proposals. Raises NotFound for another's district."""
    _check_district(who, district)
    values = {"weekday": usual.rhythm.weekday, "at": usual.rhythm.at, "place": usual.place}
    statement = insert(MeetingRhythm).values(district_code=district, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["district_code"], set_=values))
    audit.record(session, "meeting.rhythm", ("district", district), who, now)


def block_day(session: Session, who: Principal, district: int, day: date, reason: str, now: datetime) -> None:
    """Block a day. Raises NotFound for another's district."""
    _check_district(who, district)
    statement = insert(BlockedDay).values(district_code=district, day=day, reason=reason)
    session.execute(statement.on_conflict_do_update(index_elements=["district_code", "day"], set_={"reason": reason}))
    audit.record(session, "meeting.block", ("district", district), who, now, detail={"day": day.isoformat()})


def free_day(session: Session, who: Principal, district: int, day: date, now: datetime) -> None:
    """Take a blocked day back. Raises NotFound for another's district."""
    _check_district(who, district)
    session.execute(delete(BlockedDay).where(BlockedDay.district_code == district, BlockedDay.day == day))
    audit.record(session, "meeting.free", ("district", district), who, now, detail={"day": day.isoformat()})


def _check_district(who: Principal, district: int) -> None:
    if district not in who.districts:
        raise NotFound
