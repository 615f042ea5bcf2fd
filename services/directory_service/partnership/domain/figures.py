"""Figures of a month, frozen and suppressed by the referral service: what a meeting may look at.

Promises: pure. `read_figures` takes nothing that is not suppressed as the rules say, whatever the sender believed: a
count of people below ten or not rounded to five, a percentage beyond a hundred, children in a district, needs by the
month instead of the quarter. A hidden cell has no value, so none can enter a sum or a plot. Source: docs/privacy.md,
rule 11; `contracts/events/` has the shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from setu.figures import EXACT, FEWER_THAN_10, HOURS, PEOPLE, PERCENT, ROUNDED, TABLES, TOO_FEW, UNMET_NEED

CHILDRENS = frozenset({"children", "CHILD"})
"""Rows that stand in a state's figures only."""
MONTH, QUARTER = 1, 3
_MOST = {PERCENT: 100, HOURS: 24 * 365}


class NotSuppressed(ValueError):
    """Figures that may not be shown, or that no table here knows. Names the table, never the value."""


@dataclass(frozen=True)
class FigureCell:
    """One figure of `months`. `value` is None where it is hidden; `shown` says how it is told."""

    table: str
    row: str
    value: float | None
    shown: str
    months: int = MONTH


@dataclass(frozen=True)
class MonthFigures:
    """What was published of one month. `month` is its first day; `district` None: the state's own."""

    month: date
    state: int
    district: int | None
    version: int
    frozen_at: datetime
    cells: Sequence[FigureCell]


def read_figures(data: Mapping[str, Any]) -> MonthFigures:
    """Read an event's data. Raises NotSuppressed; KeyError, TypeError or ValueError where its shape is another."""
    district = data["district"]
    cells = [_read_cell(each) for each in data["cells"]]
    month = date.fromisoformat(f"{data['month']}-01")
    for cell in cells:
        if not _is_suppressed(cell) or not _may_stand(cell, district, month):
            raise NotSuppressed(cell.table if cell.table in TABLES else "unknown table")
    return MonthFigures(
        month=month,
        state=int(data["state"]),
        district=None if district is None else int(district),
        version=int(data["version"]),
        frozen_at=datetime.fromisoformat(str(data["frozen_at"])),
        cells=cells,
    )


def figures_of_month(newest_first: Sequence[MonthFigures], month: date) -> MonthFigures | None:
    """Those of a month, by its first day: a meeting looks at those of the month before it. None: not here."""
    return next((each for each in newest_first if each.month == month), None)


def newest_unmet_needs(newest_first: Sequence[MonthFigures]) -> MonthFigures | None:
    """The newest that tell of needs that nobody met: those of a quarter, under its last month. None: not here."""
    return next((each for each in newest_first if any(cell.table == UNMET_NEED for cell in each.cells)), None)


def _read_cell(data: Mapping[str, Any]) -> FigureCell:
    table = str(data["table"])
    months = QUARTER if table == UNMET_NEED else data.get("months", MONTH)
    return FigureCell(table, str(data["row"]), data["value"], str(data["shown"]), months)


def _may_stand(cell: FigureCell, district: object, month: date) -> bool:
    """Children by state only; a quarter is told with its last month, and needs by the quarter only."""
    ends_quarter = cell.months == MONTH or (cell.months == QUARTER and month.month % QUARTER == 0)
    return (cell.row not in CHILDRENS or district is None) and ends_quarter


def _is_suppressed(cell: FigureCell) -> bool:
    table = TABLES.get(cell.table)
    if table is None or cell.row not in table.rows:
        return False
    if cell.value is None:
        return cell.shown == (FEWER_THAN_10 if table.unit == PEOPLE else TOO_FEW)
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return False
    if table.unit == PEOPLE:
        return cell.shown == ROUNDED and cell.value >= 10 and cell.value % 5 == 0
    return cell.shown == EXACT and 0 <= cell.value <= _MOST[table.unit]
