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

from setu.needs import BY_CODE
from setu.text import N_

PEOPLE, PERCENT, HOURS = "people", "percent", "hours"


@dataclass(frozen=True)
class FigureTable:
    """One table: what it is called, what it counts in, and its rows in order, each with its words."""

    title: str
    unit: str
    rows: Mapping[str, str]


TABLES: Mapping[str, FigureTable] = {
    "consent": FigureTable(
        N_("What people answered"),
        PEOPLE,
        {"sent": N_("yes, sent"), "only_card": N_("only the card"), "declined": N_("no")},
    ),
    "views": FigureTable(
        N_("What services answered"),
        PEOPLE,
        {
            "opened": N_("opened"),
            "accepted": N_("accepted"),
            "not_taken": N_("could not take it"),
            "not_answered": N_("did not answer"),
            "withdrawn": N_("taken back by the sender"),
        },
    ),
    "unmet_need": FigureTable(
        N_("Needs that no open service met, in three months"),
        PEOPLE,
        {code: need.name for code, need in BY_CODE.items()},
    ),
    "share": FigureTable(
        N_("Shares"),
        PERCENT,
        {
            "women": N_("women"),
            "children": N_("under 18"),
            "prison_14_days_before": N_("from prison, sent 14 days before release"),
            "answered_24_hours": N_("answered within 24 hours"),
            "urgent_4_hours": N_("urgent, answered within 4 hours"),
        },
    ),
    "first_response": FigureTable(N_("First answer"), HOURS, {"median_hours": N_("hours until half were answered")}),
}


class NotSuppressed(ValueError):
    """Figures that may not be shown, or that no table here knows. Names the table, never the value."""


@dataclass(frozen=True)
class FigureCell:
    """One figure. `value` is None where it is hidden; `shown` says how it is told."""

    table: str
    row: str
    value: float | None
    shown: str


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
    cells = [
        FigureCell(str(each["table"]), str(each["row"]), each["value"], str(each["shown"])) for each in data["cells"]
    ]
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


def _may_stand(cell: FigureCell, district: object, month: date) -> bool:
    """Children by state only, needs by quarter only: a quarter's are told with its last month."""
    return (cell.row != "children" or district is None) and (cell.table != "unmet_need" or month.month % 3 == 0)


def _is_suppressed(cell: FigureCell) -> bool:
    table = TABLES.get(cell.table)
    if table is None or cell.row not in table.rows:
        return False
    if cell.value is None:
        return cell.shown == ("fewer_than_10" if table.unit == PEOPLE else "too_few")
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return False
    if table.unit == PEOPLE:
        return cell.shown == "rounded" and cell.value >= 10 and cell.value % 5 == 0
    return cell.shown == "exact" and 0 <= cell.value <= (100 if table.unit == PERCENT else 24 * 365)
