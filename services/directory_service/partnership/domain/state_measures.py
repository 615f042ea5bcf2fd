"""Measures of the state view: what each tile and column tells of a district, its months, and which comes first.

Promises: pure. Each measure puts the district first that needs somebody most; what is not known comes before what is
known where somebody can find it out (strength), and last where it is hidden because it is small.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from directory_service.partnership.domain.coverage import coverage_place
from directory_service.partnership.domain.district_record import DistrictRecord, cell_of, is_quarter
from directory_service.partnership.domain.figures import MONTH, FigureCell
from directory_service.partnership.domain.meetings import HELD
from setu.text import N_

Place = tuple[float, ...]


@dataclass(frozen=True)
class Measure:
    """A way to look at the districts: its title, the order (smallest first), and its months, None where unknown."""

    title: str
    place: Callable[[DistrictRecord], Place]
    months: Callable[[DistrictRecord], Sequence[float | None]]


def unmet_needs(record: DistrictRecord) -> list[FigureCell]:
    """Rows of the newest quarter's needs that nobody met, the most people first; those that are hidden last.

    Every need has a row, so most are hidden; there is none where needs are told with the state's other districts.
    """
    cells = [cell for cell in record.quarter.cells if cell.table == "unmet_need"] if record.quarter else []
    return sorted(cells, key=lambda cell: -(cell.value or 0))


def _of_figures(table: str, row: str) -> Callable[[DistrictRecord], Sequence[float | None]]:
    return lambda record: _values(record, table, row)


def _values(record: DistrictRecord, table: str, row: str) -> Sequence[float | None]:
    """By month, or by quarter where the newest is one: the two cannot be compared."""
    if (newest := record.newest(table, row)) is None:
        return []
    span = newest.cell.months
    months = [each for each in record.months if span == MONTH or is_quarter(each.month)]
    cells = [cell_of(each.figures, table, row) for each in months]
    return [cell.value if cell is not None and cell.months == span else None for cell in cells]


def _meetings(record: DistrictRecord) -> Place:
    return (not record.silent, record.held / max(1, record.expected))


def _actions(record: DistrictRecord) -> Place:
    percent = record.actions.percent
    return (101 if percent is None else percent, -record.actions.overdue)


def _coverage(record: DistrictRecord) -> Place:
    return coverage_place(record.coverage)


def _board(record: DistrictRecord) -> Place:
    percent = record.board.percent
    return (101 if percent is None else percent, -record.board.overdue)


def _lowest(table: str, row: str, sign: int = 1) -> Callable[[DistrictRecord], Place]:
    def place(record: DistrictRecord) -> Place:
        newest = record.newest(table, row)
        value = newest.cell.value if newest else None
        return (value is None, sign * (value or 0))

    return place


def _unmet(record: DistrictRecord) -> Place:
    told = [cell.value for cell in unmet_needs(record) if cell.value is not None]
    return (-max(told, default=0), -len(told), -len(unmet_needs(record)), record.quarter is None)


def _worst_need(record: DistrictRecord) -> Sequence[float | None]:
    needs = unmet_needs(record)
    return _values(record, "unmet_need", needs[0].row) if needs else []


MEASURES: Mapping[str, Measure] = {
    "meetings": Measure(
        N_("Meetings held"), _meetings, lambda record: [float(each.meeting == HELD) for each in record.months]
    ),
    "actions": Measure(N_("Actions done"), _actions, lambda record: [each.actions.percent for each in record.months]),
    "board": Measure(
        N_("Board answered in time"), _board, lambda record: [each.board.percent for each in record.months]
    ),
    "coverage": Measure(N_("Front line trained"), _coverage, lambda record: [each.front for each in record.months]),
    "unmet": Measure(N_("Needs that nobody met"), _unmet, _worst_need),
    "answer": Measure(
        N_("Time to the first answer"),
        _lowest("first_response", "median_hours", -1),
        _of_figures("first_response", "median_hours"),
    ),
    "women": Measure(N_("Share of women"), _lowest("share", "women"), _of_figures("share", "women")),
    "capacity": Measure(
        N_("Open services"), lambda record: (record.capacity.open, record.capacity.services), lambda _record: []
    ),
}
"""Code in the address → the measure."""
