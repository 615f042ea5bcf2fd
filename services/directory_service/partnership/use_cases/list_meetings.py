"""Read model of districts' meetings: what comes next, what is missing, what was.

As many statements for one district as for all of a state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.meetings import CANCELLED, PLANNED
from directory_service.partnership.domain.silence import is_overdue
from directory_service.partnership.store.meetings import PastMeetings, districts_of, open_meetings, past_meetings
from directory_service.partnership.store.tables import Meeting
from service_kit.identity import Principal
from setu.india import day_in_india

PAST_SHOWN = 12  # of each district


@dataclass(frozen=True)
class DistrictMeetings:
    """One district. `ahead`: its next meeting; `unsettled`: all that began and nobody confirmed who came.

    `past`: the newest that are settled or called off, and `past_count` how many there are; the latest first, as these.
    `called_off`: those that were planned and whose day is not over, for whoever knows of it; they are no past yet.
    """

    district: District
    ahead: Meeting | None
    unsettled: Sequence[Meeting]
    called_off: Sequence[Meeting]
    past: Sequence[Meeting]
    past_count: int
    is_overdue: bool


def list_meetings(session: Session, who: Principal, now: datetime) -> Sequence[DistrictMeetings]:
    """The caller's districts, by name."""
    rows, past = districts_of(session, who.districts), past_meetings(session, who.districts, PAST_SHOWN)
    still_open: dict[int, list[Meeting]] = {}
    for each in open_meetings(session, who.districts):
        still_open.setdefault(each.district_code, []).append(each)
    return [_district(row, still_open.get(row.code, []), past.get(row.code), now) for row in rows]


def _district(
    district: District, still_open: Sequence[Meeting], past: PastMeetings | None, now: datetime
) -> DistrictMeetings:
    today, settled = day_in_india(now), past.newest if past else []
    called_off = [each for each in settled if _was_told(each) and day_in_india(each.starts_at) >= today]
    return DistrictMeetings(
        district=district,
        ahead=next((each for each in still_open if each.starts_at > now), None),
        unsettled=[each for each in reversed(still_open) if each.state == PLANNED and each.starts_at <= now],
        called_off=called_off,
        past=[each for each in settled if each not in called_off],
        past_count=past.count - len(called_off) if past else 0,
        is_overdue=past is not None and is_overdue(past.last_held, past.known_since, today),
    )


def _was_told(meeting: Meeting) -> bool:
    """Called off after its date was told; a proposal that lapsed is nobody's date."""
    return meeting.state == CANCELLED and meeting.sequence > 0
