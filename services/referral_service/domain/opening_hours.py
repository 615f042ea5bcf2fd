"""When a service is open: weekly hours read at a moment.

Why: "open now" and "until 17:00" decide whom an officer calls; screens and matching must agree.
Promises: pure; moments come in as aware datetimes and are read as Indian standard time (UTC+05:30, no daylight saving).
When not to use it: for anything but weekly and daily RRULEs (RFC 5545, section 3.3.10), which is all that listings use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

INDIA = timezone(timedelta(hours=5, minutes=30), "Asia/Kolkata")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Hours:
    """One line of a listing: on these weekdays (0 = Monday) from ``opens`` to ``closes``, Indian time.

    ``closes`` at or before ``opens`` means the next day; equal times mean round the clock.
    """

    days: frozenset[int]
    opens: time
    closes: time

    def spell(self, day: datetime) -> tuple[datetime, datetime] | None:
        """The spell that begins on this (Indian) date, or None."""
        if day.weekday() not in self.days:
            return None
        start = datetime.combine(day.date(), self.opens, INDIA)
        end = datetime.combine(day.date(), self.closes, INDIA)
        return start, end if end > start else end + timedelta(days=1)


def parse(rrule: str, opens_at: str, closes_at: str) -> Hours | None:
    """Reads one schedule line; None where it is not weekly or daily hours (such a line is left out, not guessed)."""
    parts = dict(part.split("=", 1) for part in rrule.removeprefix("RRULE:").upper().split(";") if "=" in part)
    try:
        opens, closes = _clock(opens_at), _clock(closes_at)
    except ValueError:
        return None
    if parts.get("FREQ") == "DAILY":
        return Hours(frozenset(range(7)), opens, closes)
    named = [day for day in parts.get("BYDAY", "").split(",") if day in DAYS]
    if parts.get("FREQ") != "WEEKLY" or not named:
        return None
    return Hours(frozenset(DAYS.index(day) for day in named), opens, closes)


def _clock(text: str) -> time:
    hour, minute = (int(part) for part in text.split(":")[:2])
    return time(0, 0) if hour == 24 else time(hour, minute)  # "24:00" is midnight


def _spells(hours: Sequence[Hours], now: datetime) -> Iterator[tuple[datetime, datetime]]:
    today = now.astimezone(INDIA)
    for offset in range(-1, 8):
        day = today + timedelta(days=offset)
        for line in hours:
            spell = line.spell(day)
            if spell is not None:
                yield spell


def open_until(hours: Sequence[Hours], now: datetime) -> datetime | None:
    """When the present opening ends (aware, Indian time), or None while closed or unknown."""
    ends = [end for start, end in _spells(hours, now) if start <= now < end]
    return max(ends, default=None)


def opens_next(hours: Sequence[Hours], now: datetime) -> datetime | None:
    """The next opening within a week (aware, Indian time), or None where none is listed."""
    return min((start for start, _ in _spells(hours, now) if start > now), default=None)
