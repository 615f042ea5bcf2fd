"""Frozen figures as a page shows them: plots, and the same as a table of the last spans.

Promises: what is hidden is said in words and drawn as nothing; a trend joins figures of the same span only. When not to
use it: to count anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import flask_babel

from referral_service.domain.figures.cells import FigureCell, Figures
from service_kit.web.html.i18n import digits, number
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.plots import BarValue, Plot, plot_of
from setu.figures import FEWER_THAN_10, HOURS, PERCENT, FigureTable

_COLUMNS = 4


@dataclass(frozen=True)
class FigureGrid:
    """A table's last spans beside each other: `rows` are (label, texts, newest first)."""

    title: str
    spans: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def plots_of(tables: Mapping[str, FigureTable], told: Figures, earlier: Sequence[Figures]) -> Sequence[Plot]:
    """The tables that are told with this month. `earlier`: what is told of the place, newest first, this included."""
    found = []
    for name, table in tables.items():
        cells = _cells(told, name)
        rows = [_bar(_(words), cells[row], table.unit, earlier) for row, words in table.rows.items() if row in cells]
        if rows:
            title = _title(table, _spans(told, name), told)
            found.append(plot_of(name, title, rows, whole=100 if table.unit == PERCENT else None))
    return found


def grids_of(tables: Mapping[str, FigureTable], told: Figures, earlier: Sequence[Figures]) -> Sequence[FigureGrid]:
    """The same tables with up to three spans before, of the same length."""
    grids = []
    for name, table in tables.items():
        cells, spans = _cells(told, name), _spans(told, name)
        columns = [each for each in earlier if _spans(each, name) == spans][:_COLUMNS]
        rows = [
            (_(label), [cell_text(_cells(each, name)[row], table.unit) for each in columns])
            for row, label in table.rows.items()
            if row in cells
        ]
        if rows:
            grids.append(
                FigureGrid(_title(table, spans, told), [span_words(each.month, max(spans)) for each in columns], rows)
            )
    return grids


def cell_text(cell: FigureCell, unit: str) -> str:
    """What is told of it."""
    if cell.value is None:
        return _("fewer than 10") if cell.shown == FEWER_THAN_10 else _("too few to say")
    if unit == PERCENT:
        return _("%(number)s %%", number=number(cell.value))
    return _("%(number)s h", number=number(cell.value)) if unit == HOURS else number(cell.value)


def span_words(last: date, months: int) -> str:
    """`March 2026`, or `January to March 2026`."""
    until = digits(flask_babel.format_date(last, "LLLL y", rebase=False))
    if months == 1:
        return until
    since = flask_babel.format_date(last.replace(month=last.month - months + 1), "LLLL", rebase=False)
    return _("%(first)s to %(last)s", first=since, last=until)


def _title(table: FigureTable, spans: set[int], told: Figures) -> str:
    """With its span, where the others are of a month."""
    longer = min(spans) > min(cell.months for cell in told.cells)
    return _("%(table)s, in three months", table=_(table.title)) if longer else _(table.title)


def _cells(told: Figures, table: str) -> Mapping[str, FigureCell]:
    return {cell.row: cell for cell in told.cells if cell.table == table}


def _spans(told: Figures, table: str) -> set[int]:
    return {cell.months for cell in _cells(told, table).values()}


def _bar(words: str, cell: FigureCell, unit: str, earlier: Sequence[Figures]) -> BarValue:
    same = [_cells(each, cell.table).get(cell.row) for each in earlier]
    values: list[float | None] = [each.value for each in reversed(same) if each and each.months == cell.months]
    return BarValue(words, cell_text(cell, unit), cell.value, values)
