"""Read model of a meeting for a guest of its table: date, place, agenda, and what is the guest's own.

Promises: what fills the agenda from inside the district (figures, needs, coverage, other agreements and visits), who
came, minutes, and actions and agreements of others are not even loaded: each query asks for the guest's own, and
row-level security answers beside that. Who is a guest: `store/guest_meetings.py`. Who is not sure to be one asks
`show_readable_meeting.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.store import meetings as store
from directory_service.partnership.store.guest_meetings import guest_meeting_of, items_for_guests
from directory_service.partnership.store.tables import AgendaItem, Meeting, MeetingAction
from directory_service.partnership.use_cases.show_partners import Tie, own_ties_in
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india


@dataclass(frozen=True)
class GuestMeetingView:
    """A meeting as its guest sees it. `names`: every organisation that is spoken of.

    `due_actions` and `agreed_actions` are the guest's own, `ties` its own agreements of which the meeting has to speak.
    """

    meeting: Meeting
    district: District
    items: Sequence[AgendaItem]
    due_actions: Sequence[MeetingAction]
    agreed_actions: Sequence[MeetingAction]
    ties: Sequence[Tie]
    names: Mapping[UUID, str]

    @property
    def day(self) -> date:
        """The meeting's day in India."""
        return day_in_india(self.meeting.starts_at)


def show_guest_meeting(session: Session, who: Principal, meeting: UUID) -> GuestMeetingView:
    """Load it. Raises NotFound where the caller's organisation is no guest of the table."""
    row = guest_meeting_of(session, who.scope, meeting)
    if row is None:
        raise NotFound
    items = items_for_guests(session, row.id)
    ties = own_ties_in(session, who, row.district_code, day_in_india(row.starts_at))
    parties = {party for tie in ties for party in (tie.agreement.unit_id, tie.agreement.provider_id)}
    return GuestMeetingView(
        meeting=row,
        district=session.get_one(District, row.district_code),
        items=items,
        due_actions=store.actions_before(session, row, owner=who.organization),
        agreed_actions=store.actions_agreed_at(session, row.id, owner=who.organization),
        ties=[tie for tie in ties if tie.needs_talk],
        names=store.names_of(session, parties | {who.organization} | {each.organization_id for each in items}),
    )
