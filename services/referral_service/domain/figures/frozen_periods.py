"""Periods of the figures: which month and which quarter may be told by now, and the months of one.

Why: what is told must not move any more. Promises: pure; a month is told fifteen days after its end, a quarter with its
last month, and no period overlaps another. When not to use it: for what is told of a period (`freeze_month.py`).
Source: docs/figures.md.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

MONTHS_OF_A_QUARTER = 3
_LAG, _DAY = timedelta(days=15), timedelta(days=1)


def frozen_month(today: date) -> tuple[date, date]:
    """The first and the last day of the latest month that ended fifteen days ago or earlier."""
    last = (today - _LAG).replace(day=1) - _DAY
    return last.replace(day=1), last


def frozen_quarter(today: date) -> tuple[date, date]:
    """The first and the last day of the latest calendar quarter that ended fifteen days ago or earlier."""
    _first, last = frozen_month(today)
    while last.month % MONTHS_OF_A_QUARTER:
        last = last.replace(day=1) - _DAY
    return date(last.year, last.month - MONTHS_OF_A_QUARTER + 1, 1), last


def months_of_quarter(month: date) -> Sequence[date]:
    """The months of its calendar quarter up to this one."""
    first = month.month - (month.month - 1) % MONTHS_OF_A_QUARTER
    return [date(month.year, number, 1) for number in range(first, month.month + 1)]


def quarter_before(month: date) -> Sequence[date]:
    """The three months of the calendar quarter before that of the month."""
    first = months_of_quarter(month)[0]
    year, last = (first.year - 1, 12) if first.month == 1 else (first.year, first.month - 1)
    return months_of_quarter(date(year, last, 1))


def month_of(moment: date | datetime) -> date:
    """The first day of its month."""
    return date(moment.year, moment.month, 1)


def month_after(month: date) -> date:
    """The first day of the month after that of this day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
