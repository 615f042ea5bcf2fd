"""Look a meeting up for whoever asks. Another district's is not there, and is answered like one that never was.

A guest of the table reads such a meeting, and writes nothing in it.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.guest_meetings import told_meeting_of
from directory_service.partnership.store.meetings import meeting_of
from directory_service.partnership.store.tables import Meeting
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal


def find_meeting(session: Session, who: Principal, meeting: UUID, *, for_update: bool = False) -> Meeting:
    """The meeting, locked where it will change. Raises NotFound."""
    found = meeting_of(session, meeting, who.districts, for_update=for_update)
    if found is None:
        raise NotFound
    return found


def find_told_meeting(session: Session, who: Principal, meeting: UUID) -> Meeting:
    """The meeting of an own or a guest's table whose date was told. Raises NotFound, also for one only proposed."""
    found = told_meeting_of(session, who.scope, meeting)
    if found is None:
        raise NotFound
    return found


def find_seen_meeting(session: Session, who: Principal, meeting: UUID, seen: int) -> Meeting:
    """The meeting, locked, as it was seen. Raises NotFound; Stale where its version is another by now."""
    found = find_meeting(session, who, meeting, for_update=True)
    if found.version != seen:
        raise Stale
    return found
