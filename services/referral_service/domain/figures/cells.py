"""Frozen figures: the cells of a table, each as it may be told, made of counts.

Promises: pure; a count that is hidden enters no cell; a share and a median are made of what is shown beside them.
When not to use it: to decide which place and span is told (`grain.py`, `freeze_month.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from referral_service.domain.figures.behind_the_wall import CHILDREN, CHILDRENS_NEED
from referral_service.domain.figures.suppression import shown_count, shown_median, shown_share
from setu.figures import (
    CONSENT,
    EXACT,
    FEWER_THAN_10,
    FIRST_RESPONSE,
    ROUNDED,
    SHARE,
    TABLES,
    TOO_FEW,
    UNMET_NEED,
    VIEWS,
)

EVERYBODY, SERVICES = "everybody", "services"
"""Who may see a set: everybody, police and the public among them; or providers and bodies alone."""
SHARES: Mapping[str, tuple[str, str]] = {
    "women": ("women", "sent"),
    "prison_14_days_before": ("prison_14_days", "prison_dated"),
    "answered_24_hours": ("answered_24_hours", "sent"),
    "urgent_4_hours": ("urgent_4_hours", "urgent"),
}
"""Share → what is counted, and of what. Children's is a state's (`childrens_share`)."""


class FigureCell(NamedTuple):
    """One figure of a span of `months`. `value` is None where it is hidden; `shown` says how it is told."""

    table: str
    row: str
    value: int | None
    shown: str
    months: int


@dataclass(frozen=True)
class Figures:
    """What is told of a district (LGD code), or of a state where `district` is None, with a month (its first day).

    `grain` and `need_grain`: how finely the district's answers, and its unmet needs, are told in that quarter.
    """

    audience: str
    state: int
    district: int | None
    month: date
    cells: Sequence[FigureCell]
    grain: str | None = None
    need_grain: str | None = None

    @property
    def subject(self) -> str:
        """Its name: the month and the place."""
        place = f"state-{self.state}" if self.district is None else f"district-{self.district}"
        return f"{self.month:%Y-%m}-{place}"

    def shown_values(self, table: str, row: str) -> Sequence[int | None]:
        """The values of this cell: one, or none where it is not told here."""
        return [cell.value for cell in self.cells if (cell.table, cell.row) == (table, row)]


def count_cells(table: str, rows: Collection[str], counts: Mapping[str, int], months: int) -> list[FigureCell]:
    """Counts of people, each suppressed by itself; no total."""
    return [_count_cell(table, row, shown_count(counts.get(row, 0)), months) for row in rows]


def answer_cells(counts: Mapping[str, int], minutes: Sequence[int], months: int) -> list[FigureCell]:
    """What was answered in a place and span: by people, by services, the shares, and how long it took."""
    cells = [cell for table in (CONSENT, VIEWS) for cell in count_cells(table, TABLES[table].rows, counts, months)]
    for row, of in SHARES.items():
        part, whole = (shown_count(counts.get(name, 0)) for name in of)
        cells.append(_measure_cell(SHARE, row, shown_share(part, whole), months))
    hours = shown_median(minutes, shown_count(counts.get("opened", 0)))
    return [*cells, _measure_cell(FIRST_RESPONSE, "median_hours", hours, months)]


def need_cells(counts: Mapping[str, int]) -> list[FigureCell]:
    """Unmet needs of a district's quarter, children's left out."""
    rows = [need for need in TABLES[UNMET_NEED].rows if need != CHILDRENS_NEED]
    return count_cells(UNMET_NEED, rows, counts, 3)


def childrens_share(children: int, lines: Sequence[int | None]) -> FigureCell:
    """Of a state's quarter: children among what was sent. `lines`: all published counts of it, None where hidden.

    The whole is their sum, so the share tells nothing of a hidden one; too few where those could miss a tenth of it.
    """
    whole = sum(line for line in lines if line is not None)
    missing = 9 * lines.count(None)
    share = shown_share(shown_count(children), whole) if 10 * missing <= whole else None
    return _measure_cell(SHARE, CHILDREN, share, 3)


def _count_cell(table: str, row: str, shown: int | None, months: int) -> FigureCell:
    return FigureCell(table, row, shown, FEWER_THAN_10 if shown is None else ROUNDED, months)


def _measure_cell(table: str, row: str, shown: int | None, months: int) -> FigureCell:
    return FigureCell(table, row, shown, TOO_FEW if shown is None else EXACT, months)
