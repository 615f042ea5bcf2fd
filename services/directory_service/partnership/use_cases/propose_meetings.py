"""Clock of the monthly meeting: each district that has somebody to meet gets its next date proposed.

Promises: one open meeting ahead a district; a date follows the rule of `domain/meeting_date.py`; running it twice
changes nothing. A proposal that nobody confirmed before its hour is called off without a word: nobody was told of it.
What waits for a meeting is put on the agenda of the new one, and what an agenda of a day before left goes on
(`carry_over.py`). Needs the worker's role; `now` is aware.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meeting_date import IsClosed, next_meeting
from directory_service.partnership.domain.meetings import CANCELLED, ITEM_CARRIED, PROPOSED
from directory_service.partnership.domain.table_of_meeting import AGREEING_KINDS
from directory_service.partnership.outside.working_calendar import is_holiday_in
from directory_service.partnership.store.meetings import calendar_of, newest_meeting_day, next_of, rhythm_of
from directory_service.partnership.store.tables import AgendaItem, Meeting
from directory_service.partnership.use_cases.carry_over import carry_over
from service_kit.ids import Ids, SystemIds
from setu.india import day_in_india

_WITHOUT_A_DATE = text(
    """
    SELECT district.code FROM district
    WHERE EXISTS (SELECT FROM organization WHERE district_code = district.code AND status = 'active'
                  AND deleted_at IS NULL AND kind = ANY(:agreeing))
      AND EXISTS (SELECT FROM organization AS provider WHERE provider.kind = 'provider' AND provider.status = 'active'
                  AND provider.deleted_at IS NULL
                  AND (provider.district_code = district.code
                       OR EXISTS (SELECT FROM agreement WHERE provider_id = provider.id AND state = 'active'
                                  AND agreement.district_code = district.code
                                  AND :today BETWEEN from_day AND to_day)))
      AND NOT EXISTS (SELECT FROM meeting WHERE district_code = district.code AND starts_at > :now
                      AND state IN ('proposed', 'planned'))
    ORDER BY district.code
    """
)


def propose_meetings(
    session: Session,
    now: datetime,
    *,
    ids: Ids | None = None,
    holidays: Callable[[int], IsClosed] = is_holiday_in,
) -> int:
    """How many districts got a date. `holidays` gives a district's (LGD code) calendar."""
    ids = ids or SystemIds()
    _call_off_unconfirmed(session, now)
    carry_over(session, now, ids=ids)
    proposed = 0
    asked = {"now": now, "today": day_in_india(now), "agreeing": list(AGREEING_KINDS)}
    for district in session.scalars(_WITHOUT_A_DATE, asked).all():
        proposed += propose_next(session, district, now, ids=ids, is_holiday=holidays(district))
    return proposed


def propose_next(session: Session, district: int, now: datetime, *, ids: Ids, is_holiday: IsClosed) -> bool:
    """Propose one district's next date; False where there is one already, or no day is free for months."""
    rhythm, place = rhythm_of(session, district)
    calendar = calendar_of(session, district, day_in_india(now), is_holiday)
    starts_at = next_meeting(newest_meeting_day(session, district), rhythm, calendar, now)
    if starts_at is None or next_of(session, district, now) is not None:
        return False
    made = ids.uuid()
    values = {
        "id": made,
        "district_code": district,
        "month": starts_at.date().replace(day=1),
        "starts_at": starts_at,
        "place": place,
        "state": PROPOSED,
        "proposed_at": now,
    }
    row = session.execute(insert(Meeting).values(values).on_conflict_do_nothing().returning(Meeting.id)).first()
    if row is not None:
        attach_waiting(session, district, made)
    return row is not None


def attach_waiting(session: Session, district: int, meeting: UUID) -> None:
    """Put what waits for the district's next meeting on the agenda of this one."""
    waiting = (AgendaItem.district_code == district, AgendaItem.meeting_id.is_(None))
    session.execute(update(AgendaItem).where(*waiting).values(meeting_id=meeting))


def release_items(session: Session, meeting: UUID) -> None:
    """Let what stood on a meeting's agenda wait for the next one; what was carried over is there already."""
    stood = (AgendaItem.meeting_id == meeting, AgendaItem.state != ITEM_CARRIED)
    session.execute(update(AgendaItem).where(*stood).values(meeting_id=None))


def _call_off_unconfirmed(session: Session, now: datetime) -> None:
    lapsed = (
        select(Meeting).where(Meeting.state == PROPOSED, Meeting.starts_at <= now).with_for_update(skip_locked=True)
    )
    for meeting in session.scalars(lapsed).all():
        meeting.state, meeting.version = CANCELLED, meeting.version + 1
        release_items(session, meeting.id)
