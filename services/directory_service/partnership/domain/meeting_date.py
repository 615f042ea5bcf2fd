"""Date rule of the monthly district meeting: the usual weekday, on or after the day when the figures are there.

Promises: pure; a date that is proposed is a working day, no holiday, not blocked, and never before the 18th, since the
month's figures are frozen with a lag of fifteen days. Where the usual day is not free, the nearest free one of the five
working days after it is taken, never of the next month, else the nearest before it. Source: docs/partnership.md.
When not to use it: for what a coordinator picks by hand (`is_possible_day` judges that), or for how long a district may
be without a meeting (`silence.py`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory_service.partnership.domain.working_days import is_working_day
from setu.india import INDIA, day_in_india

FIRST_DAY = 18  # of the month
FORWARD = 5  # working days
LENGTH = timedelta(minutes=90)
NOTICE = timedelta(days=7)  # people are told a week ahead
BLOCK_REASONS = ("holiday", "festival", "election", "other")
BLOCKED_AHEAD = timedelta(days=800)
"""How far ahead a coordinator blocks a day."""
_DAY = timedelta(days=1)

IsClosed = Callable[[date], bool]


@dataclass(frozen=True)
class Rhythm:
    """When a district usually meets. `weekday` counts from Monday, 0 to 4; `at` is the time in India."""

    weekday: int = 1
    at: time = time(11)


@dataclass(frozen=True)
class DistrictCalendar:
    """The days on which a district cannot meet: its state's holidays, and those that its coordinator blocks."""

    is_holiday: IsClosed
    is_blocked: IsClosed

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open."""
        return is_working_day(day, self.is_holiday)

    def is_free(self, day: date) -> bool:
        """Whether the district can meet on that day."""
        return self.is_working_day(day) and not self.is_blocked(day)


def meeting_day(month: date, weekday: int, calendar: DistrictCalendar) -> date | None:
    """The day of the month's meeting, in that month; None where none near the usual one is free. `month`: any day."""
    usual = _usual_day(month, weekday)
    if calendar.is_free(usual):
        return usual
    candidates = (*_working_days_after(usual, calendar), *_days_before(usual))
    return next((day for day in candidates if calendar.is_free(day)), None)


def next_meeting(last_month: date | None, rhythm: Rhythm, calendar: DistrictCalendar, now: datetime) -> datetime | None:
    """The first meeting that is at least a week away, in a month after `last_month`; aware, in India's time.

    `last_month`: any day of the month that had its meeting already, or had it called off. None where the next three
    months have no free day.
    """
    month = _first(day_in_india(now))
    if last_month is not None:
        month = max(month, following_month(last_month))
    for _ in range(4):
        day = meeting_day(month, rhythm.weekday, calendar)
        if day is not None and (at := datetime.combine(day, rhythm.at, INDIA)) >= now + NOTICE:
            return at
        month = following_month(month)
    return None


def changed_meeting(
    proposed: datetime, last_month: date | None, rhythm: Rhythm, calendar: DistrictCalendar, now: datetime
) -> datetime:
    """The date of a proposal by the rhythm and calendar of now; aware, in India's time.

    Where the next meeting after `last_month`, a day of the month of the district's newest other one, is earlier than
    the proposal, it is that: so a month whose days are freed again has its meeting back. Else it stays in its month
    where `meeting_day` has a day ahead there, be it less than a week away; else it keeps its own day where that is
    free, else it is that next meeting. Where there is none, nothing changes.
    """
    own = proposed.astimezone(INDIA)
    following = next_meeting(last_month, rhythm, calendar, now)
    if following is not None and following < own:
        return following
    day = meeting_day(own.date(), rhythm.weekday, calendar)
    if day is not None and (at := datetime.combine(day, rhythm.at, INDIA)) > now:
        return at
    if calendar.is_free(own.date()):
        return own
    return following or own


def is_possible_day(day: date, calendar: DistrictCalendar) -> bool:
    """Whether a coordinator may set a meeting on that day: free, and its month's figures are frozen."""
    return day.day >= FIRST_DAY and calendar.is_free(day)


def may_be_blocked(day: date, reason: str, today: date) -> bool:
    """Whether a coordinator may block the day for this reason."""
    return today <= day <= today + BLOCKED_AHEAD and reason in BLOCK_REASONS


def following_month(day: date) -> date:
    """The first day of the month after."""
    return _first(_first(day) + timedelta(days=31))


def previous_month(day: date) -> date:
    """The first day of the month before."""
    return _first(_first(day) - _DAY)


def _first(day: date) -> date:
    return day.replace(day=1)


def _usual_day(month: date, weekday: int) -> date:
    earliest = month.replace(day=FIRST_DAY)
    return earliest + timedelta(days=(weekday - earliest.weekday()) % 7)


def _working_days_after(day: date, calendar: DistrictCalendar) -> Iterator[date]:
    left, following = FORWARD, following_month(day)
    while left and (day := day + _DAY) < following:
        if calendar.is_working_day(day):
            left -= 1
            yield day


def _days_before(day: date) -> Iterator[date]:
    for back in range(1, day.day - FIRST_DAY + 1):
        yield day - timedelta(days=back)
