"""Confirm who came: the meeting was held, or it was not quorate.

Its agenda stays open until the day is over (`carry_over.py`): attendance comes first, and people talk afterwards.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import check_move
from directory_service.partnership.domain.quorum import Quorum, everybody_counts, quorum, who_could_agree
from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.meetings import attendance_of, partners_of
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.find_meeting import find_seen_meeting
from service_kit.db import audit
from service_kit.identity import Principal
from setu.india import day_in_india


def quorum_of(session: Session, meeting: Meeting) -> Quorum:
    """Both sides of a meeting, as attendance stands."""
    counted = parties_in_force(session, meeting.district_code, day_in_india(meeting.starts_at))
    if everybody_counts(counted):
        counted = who_could_agree({each.id: each.kind for each in partners_of(session, meeting.district_code)})
    return quorum(*counted, attendance_of(session, meeting.id))


def settle_meeting(session: Session, who: Principal, meeting: UUID, seen: int, now: datetime) -> Meeting:
    """Settle it by the rule of quorum. Raises NotFound, Stale; NotNow before it began, or where it is settled."""
    row = find_seen_meeting(session, who, meeting, seen)
    check_move("settle", row.state, row.starts_at, now)
    row.state, row.settled_at, row.version = quorum_of(session, row).outcome, now, row.version + 1
    audit.record(session, "meeting.settle", ("meeting", row.id), who, now, detail={"state": row.state})
    return row
