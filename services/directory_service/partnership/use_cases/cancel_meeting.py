"""Call a meeting off. What stood on its agenda waits for the next one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import CANCELLED, PLANNED, check_move
from directory_service.partnership.store.tables import Meeting
from directory_service.partnership.use_cases.find_meeting import find_seen_meeting
from directory_service.partnership.use_cases.propose_meetings import release_items
from directory_service.partnership.use_cases.publish_partnership_notice import publish_meeting_off
from service_kit.db import audit
from service_kit.identity import Principal


def cancel_meeting(session: Session, who: Principal, meeting: UUID, seen: int, now: datetime) -> Meeting:
    """Raises NotFound, Stale, NotNow. Calendars hear of it only where the meeting had been planned."""
    row = find_seen_meeting(session, who, meeting, seen)
    check_move("cancel", row.state, row.starts_at, now)
    if row.state == PLANNED:
        row.sequence += 1
        publish_meeting_off(session, row, now)
    row.version += 1
    row.state = CANCELLED
    release_items(session, row.id)
    audit.record(session, "meeting.cancel", ("meeting", row.id), who, now)
    return row
