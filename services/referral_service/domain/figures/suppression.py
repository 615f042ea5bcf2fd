"""Small-number suppression: what may be said of a count of people or referrals.

Why: a small count in a district points at somebody. Promises: pure; nothing below ten is told apart, the rest is
rounded to five; whatever else is told is made of counts as they are shown.
When not to use it: for meetings, training or posted strength, which are exact; for which month is told
(`frozen_periods.py`). Source: docs/figures.md.
"""

from collections.abc import Sequence
from statistics import median

FEWEST = 10
_STEP = 5
_LEAST_WHOLE, _LEAST_MEDIAN = 35, 25  # as they are shown
_HOUR = 60  # minutes


def shown_count(count: int) -> int | None:
    """The count rounded to five; None where it is "fewer than 10"."""
    return None if count < FEWEST else (2 * count + _STEP) // (2 * _STEP) * _STEP


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
