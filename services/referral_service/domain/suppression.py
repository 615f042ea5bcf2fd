"""Small-number suppression: what may be said of a count of people or referrals.

Why: a small count in a district points at somebody. Promises: pure; nothing below ten is told apart, the rest is
rounded to five; a table is of a month that ended at least fifteen days ago, so that it does not move any more.
When not to use it: for meetings, training or posted strength, which are exact. Source: docs/privacy.md, rule 11.
"""

from datetime import date, timedelta

FEWEST = 10
_STEP = 5
_LAG, _DAY = timedelta(days=15), timedelta(days=1)
_MONTHS = 3  # of a quarter


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
