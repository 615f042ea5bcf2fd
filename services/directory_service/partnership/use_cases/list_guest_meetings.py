"""Read model of the meetings of other districts at whose table the caller's organisation sits as a guest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.store.guest_meetings import guest_meetings_ahead, guest_meetings_before
from directory_service.partnership.store.meetings import districts_of
from directory_service.partnership.store.tables import Meeting
from service_kit.identity import Principal
from setu.india import day_in_india, midnight_in_india


@dataclass(frozen=True)
class GuestMeetings:
    """`ahead`: today's and later ones, the first first; `past`: the latest first. `districts`: by LGD code."""

    ahead: Sequence[Meeting]
    past: Sequence[Meeting]
    districts: Mapping[int, District]


def list_guest_meetings(session: Session, who: Principal, now: datetime) -> GuestMeetings:
    """Load them; both lists are empty for whoever sits at no other table."""
    today = midnight_in_india(day_in_india(now))
    ahead = guest_meetings_ahead(session, who.scope, today)
    past = guest_meetings_before(session, who.scope, today)
    codes = {each.district_code for each in (*ahead, *past)}
    return GuestMeetings(ahead, past, {each.code: each for each in districts_of(session, codes)} if codes else {})
