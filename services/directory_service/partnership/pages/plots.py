"""Plots of frozen figures: what a template draws as SVG. Hidden cells are said in words and drawn as nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory_service.partnership.domain.figures import HOURS, PERCENT, TABLES, FigureCell, MonthFigures
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number

WIDTH, HEIGHT = 100, 24  # of a trend, in its own units


@dataclass(frozen=True)
class Bar:
    """A row of a table. `width`: per cent of the longest bar, None where the figure is hidden; `trend`: SVG paths."""

    label: str
    text: str
    width: float | None
    trend: Sequence[str]


@dataclass(frozen=True)
class Plot:
    """One table of figures as bars."""

    table: str
    title: str
    bars: Sequence[Bar]


def plots_of(figures: MonthFigures, earlier: Sequence[MonthFigures]) -> Sequence[Plot]:
    """The tables that the month has. `earlier`: all months to draw, the newest first, this one among them."""
    plots = []
    for name, table in TABLES.items():
        cells = {cell.row: cell for cell in figures.cells if cell.table == name}
        most = 100.0 if table.unit == PERCENT else max((cell.value or 0 for cell in cells.values()), default=0)
        bars = [
            Bar(_(words), _text(cells[row], table.unit), _width(cells[row], most), _trend(name, row, earlier))
            for row, words in table.rows.items()
            if row in cells
        ]
        if bars:
            plots.append(Plot(name, _(table.title), bars))
    return plots


def _text(cell: FigureCell, unit: str) -> str:
    if cell.value is None:
        return _("fewer than %(number)s", number=number(10)) if cell.shown == "fewer_than_10" else _("too few to say")
    if unit == PERCENT:
        return _("%(number)s %%", number=number(cell.value))
    return _("%(number)s h", number=number(cell.value)) if unit == HOURS else number(cell.value)


def _width(cell: FigureCell, most: float) -> float | None:
    if cell.value is None:
        return None
    return round(100 * cell.value / most, 1) if most else 0.0


def _trend(table: str, row: str, months: Sequence[MonthFigures]) -> list[str]:
    """Paths through the months that are shown, broken where one is hidden or missing; none for a single month."""
    values = [_value(table, row, month) for month in reversed(months)]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    step, most = WIDTH / (len(values) - 1), max(known) or 1
    paths: list[str] = [""]
    for at, value in enumerate(values):
        if value is None:
            paths.append("")
            continue
        point = f"{at * step:.1f} {HEIGHT - 2 - (HEIGHT - 4) * value / most:.1f}"
        paths[-1] += f"L{point}" if paths[-1] else f"M{point}"
    return [path if "L" in path else f"{path}h0.1" for path in paths if path]


def _value(table: str, row: str, month: MonthFigures) -> float | None:
    return next((cell.value for cell in month.cells if (cell.table, cell.row) == (table, row)), None)
