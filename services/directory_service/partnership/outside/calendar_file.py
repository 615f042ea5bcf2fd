"""Calendar files (RFC 5545) by the `icalendar` library: what stands in them is fixed here, and it is little.

An event says "District meeting", when, and where to look: no attendees, no organiser, no place, no agenda. Promises: a
meeting keeps its UID for good and its SEQUENCE grows with each change, so calendars move or strike out what they have;
hours are given in Asia/Kolkata with its own VTIMEZONE. Title and link come from `pages/calendar_feed.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from icalendar import Calendar, Event, Timezone
from icalendar.enums import STATUS

from setu.india import INDIA

MAKER = "-//Setu//District meetings//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
_REFRESH = timedelta(hours=6)


@dataclass(frozen=True)
class CalendarEntry:
    """One meeting, as calendars may know it; `starts_at` is aware."""

    uid: UUID
    starts_at: datetime
    length: timedelta
    sequence: int
    is_cancelled: bool
    link: str


def calendar_file(entries: Iterable[CalendarEntry], title: str, name: str, now: datetime) -> bytes:
    """The file. `title` is every entry's, `name` the calendar's; `now` (aware) is when it was made."""
    calendar = Calendar.new(prodid=MAKER, method="PUBLISH", name=name, uid=None, refresh_interval=_REFRESH)
    entries = list(entries)
    if entries:
        calendar.add_component(_vtimezone())
    for entry in entries:
        starts_at = entry.starts_at.astimezone(INDIA)
        event = Event.new(
            uid=str(entry.uid),
            start=starts_at,
            end=starts_at + entry.length,
            summary=title,
            url=entry.link,
            sequence=entry.sequence,
            status=STATUS.CANCELLED if entry.is_cancelled else STATUS.CONFIRMED,
            stamp=now,
        )
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def _vtimezone() -> Timezone:
    """Once in a process: the library looks for changes of the clock through seventy years of days."""
    return Timezone.from_tzid(str(INDIA))
