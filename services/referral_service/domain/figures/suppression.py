"""Small-number suppression: what may be said of a count of people or referrals.

Why: a small count in a district points at somebody. Promises: pure; nothing below ten is told apart, the rest is
rounded to five; whatever else is told is made of counts as they are shown; a table is of a month that ended at least
fifteen days ago, so that it does not move any more.
When not to use it: for meetings, training or posted strength, which are exact. Source: docs/figures.md.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

FEWEST = 10
_STEP = 5
_LAG, _DAY = timedelta(days=15), timedelta(days=1)
_MONTHS = 3  # of a quarter
_LEAST_WHOLE, _LEAST_MEDIAN = 35, 25  # as they are shown
_HOUR = 60  # minutes


def shown_count(count: int) -> int | None:
    """The count rounded to five; None where it is "fewer than 10"."""
    return None if count < FEWEST else (2 * count + _STEP) // (2 * _STEP) * _STEP


def frozen_month(today: date) -> tuple[date, date]:
    """The first and the last day of the latest month that ended fifteen days ago or earlier."""
    last = (today - _LAG).replace(day=1) - _DAY
    return last.replace(day=1), last


def frozen_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the latest calendar quarter that ended fifteen days ago or earlier."""
    _first, last = frozen_month(today)
    while last.month % _MONTHS:
        last = last.replace(day=1) - _DAY
    return date(last.year, last.month - _MONTHS + 1, 1), last


def shown_share(part: int | None, whole: int | None) -> int | None:
    """Per cent, of two counts as they are shown, so that it tells nothing more than they do; None where too few.

    A rounded whole of 35 is 33 at least, hence a true denominator of 30 or more; a part and its rest stay off 1 to 9.
    """
    if part is None or whole is None or whole < _LEAST_WHOLE or whole - part < FEWEST:
        return None
    return (200 * part + whole) // (2 * whole)


def shown_median(minutes: Sequence[int], shown: int | None) -> int | None:
    """The median in whole hours; None where the shown count of what it is a median of is below 25.

    Ten would do for the median alone; with fewer than 20 it would bound how many were answered within a day.
    """
    if not minutes or shown is None or shown < _LEAST_MEDIAN:
        return None
    return (2 * int(median(minutes)) + _HOUR) // (2 * _HOUR)
