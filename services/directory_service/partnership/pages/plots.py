"""Plots of frozen figures: their words and numbers. Hidden cells are said in words and drawn as nothing."""

from collections.abc import Sequence

from directory_service.partnership.domain.figures import QUARTER, FigureCell, MonthFigures
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.plots import BarValue, Plot, plot_of
from setu.figures import FEWER_THAN_10, HOURS, PERCENT, TABLES


def plots_of(figures: MonthFigures, earlier: Sequence[MonthFigures]) -> Sequence[Plot]:
    """The tables that the month has. `earlier`: all months to draw, the newest first, this one among them."""
    plots = []
    for name, table in TABLES.items():
        cells = {cell.row: cell for cell in figures.cells if cell.table == name}
        rows = [_bar(_(words), cells[row], earlier) for row, words in table.rows.items() if row in cells]
        if rows:
            of_quarter = any(cell.months == QUARTER for cell in cells.values())
            title = _("%(table)s, in three months", table=_(table.title)) if of_quarter else _(table.title)
            plots.append(plot_of(name, title, rows, whole=100 if table.unit == PERCENT else None))
    return plots


def cell_words(cell: FigureCell) -> str:
    """A figure as it is told: with its unit, or why it is hidden."""
    unit = TABLES[cell.table].unit
    if cell.value is None:
        return _("fewer than %(number)s", number=number(10)) if cell.shown == FEWER_THAN_10 else _("too few to say")
    if unit == PERCENT:
        return _("%(number)s %%", number=number(cell.value))
    return _("%(number)s h", number=number(cell.value)) if unit == HOURS else number(cell.value)


def _bar(words: str, cell: FigureCell, earlier: Sequence[MonthFigures]) -> BarValue:
    return BarValue(words, cell_words(cell), cell.value, _values(cell, earlier))


def _values(cell: FigureCell, months: Sequence[MonthFigures]) -> list[float | None]:
    """The cell through the months that tell it of the same span, the oldest first."""
    wanted = cell.table, cell.row, cell.months
    found = [[each.value for each in month.cells if (each.table, each.row, each.months) == wanted] for month in months]
    spans = reversed(found if cell.months != QUARTER else [values for values in found if values])
    return [values[0] if values else None for values in spans]
