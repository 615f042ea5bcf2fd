"""Find who sits at a district meeting's table: its partners, and the other parties of its agreements in force.

Why: whom a meeting is told to, whose number is entered and who counts for the quorum have to be the same. A party may
sit in another district, and writes nothing in a meeting of this one: its coordinator enters the number. The table of a
past meeting is that of its day.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.meetings import Partner, partners_by_id, partners_of
from directory_service.partnership.store.tables import Meeting
from setu.india import day_in_india


def find_table(session: Session, meeting: Meeting) -> Sequence[Partner]:
    """Those of the district by name, then its guests by name."""
    partners = partners_of(session, meeting.district_code)
    return [*partners, *find_guests(session, meeting, partners)]


def find_guests(session: Session, meeting: Meeting, partners: Sequence[Partner]) -> Sequence[Partner]:
    """Who sits in another district and has an agreement in force here on the meeting's day, or had, by name.

    `partners`: those of the district.
    """
    units, providers = parties_in_force(session, meeting.district_code, day_in_india(meeting.starts_at))
    return partners_by_id(session, (units | providers) - {each.id for each in partners})
