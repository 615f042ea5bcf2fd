"""Read model of a meeting for whoever may read it: a district's whole, or what a guest of the table sees of it.

Which of the two is decided here, once, for pages and API. A form of the district's own asks `show_meeting.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.meetings import meeting_of
from directory_service.partnership.use_cases.show_guest_meeting import GuestMeetingView, show_guest_meeting
from directory_service.partnership.use_cases.show_meeting import MeetingView, show_meeting
from service_kit.identity import Principal


def show_readable_meeting(
    session: Session, who: Principal, meeting: UUID, now: datetime
) -> MeetingView | GuestMeetingView:
    """Load it. Raises NotFound for another district's at whose table the caller's organisation is no guest."""
    if meeting_of(session, meeting, who.districts) is not None:
        return show_meeting(session, who, meeting, now)
    return show_guest_meeting(session, who, meeting)
