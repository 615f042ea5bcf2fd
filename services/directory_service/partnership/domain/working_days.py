"""Working days: which days are such, and how many of them have passed since a day. Pure.

Which days are holidays is the caller's to say (`outside/working_calendar.py`).
"""

from collections.abc import Callable
from datetime import date, timedelta

_SATURDAY = 5


def is_working_day(day: date, is_holiday: Callable[[date], bool]) -> bool:
    """Whether offices are open: from Monday to Friday, but for holidays."""
    return day.weekday() < _SATURDAY and not is_holiday(day)


def days_are_over(since: date, working_days: int, today: date, is_holiday: Callable[[date], bool]) -> bool:
    """Whether more than so many working days lie behind `since`, which is not counted."""
    passed, day = 0, since
    while day < today and passed <= working_days:
        day += timedelta(days=1)
        passed += is_working_day(day, is_holiday)
    return passed > working_days


def newest_late_day(working_days: int, today: date) -> date:
    """The newest day that so many working days lie behind where no day is a holiday: nothing after it is late."""
    day = today
    while not days_are_over(day, working_days, today, lambda _day: False):
        day -= timedelta(days=1)
    return day
