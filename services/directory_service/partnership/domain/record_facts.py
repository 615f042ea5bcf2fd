"""Record of districts as a table of single facts, a line each: what the CSV has, for any spreadsheet or program.

Promises: pure; the columns and codes only gain. A value that is hidden or not known is empty, and `shown` says why:
`exact`, `rounded`, `fewer_than_10`, `too_few`, `not_known`. A table `…_quarter` is of the three months until that one.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from directory_service.partnership.domain.board_count import BoardCount
from directory_service.partnership.domain.coverage import Coverage
from directory_service.partnership.domain.district_record import ActionCount, DistrictRecord
from directory_service.partnership.domain.figures import QUARTER, MonthFigures
from setu.figures import UNMET_NEED

COLUMNS = ("district", "name", "month", "table", "row", "value", "shown")
EXACT, NOT_KNOWN = "exact", "not_known"
Fact = tuple[str, str, float | str | None, str]
"""Table, row, value, how it is shown."""


def table_of(district: int, name: str, record: DistrictRecord) -> Iterator[Sequence[str]]:
    """The lines of one district; those without a month are of all twelve, or of now."""
    for each in record.months:
        yield from _lines(district, name, each.month, _meeting(each.meeting))
        yield from _lines(district, name, each.month, _actions(each.actions))
        yield from _lines(district, name, each.month, _board(each.board))
        yield from _lines(district, name, each.month, _people(each.figures))
    yield from _lines(district, name, None, _actions(record.actions))
    yield from _lines(district, name, None, _board(record.board))
    for rank, coverage in record.coverage.ranks.items():
        yield from _lines(district, name, None, _coverage(rank, coverage))
    for group, coverage in record.coverage.groups.items():
        yield from _lines(district, name, None, _coverage(group, coverage))
    yield from _lines(district, name, None, _capacity(record))


def table_of_state(name: str, figures: Sequence[MonthFigures], board: BoardCount) -> Iterator[Sequence[str]]:
    """The lines of the state's own figures and board; their column of the district is empty."""
    yield from _lines(None, name, None, _board(board))
    for each in reversed(figures):
        yield from _lines(None, name, each.month, _people(each))


def _lines(district: int | None, name: str, month: date | None, facts: Iterator[Fact]) -> Iterator[Sequence[str]]:
    where = ("" if district is None else str(district), name, f"{month:%Y-%m}" if month else "")
    for table, row, value, shown in facts:
        yield (*where, table, row, "" if value is None else f"{value}", shown)


def _meeting(state: str) -> Iterator[Fact]:
    if state:
        yield ("meeting", "state", state, EXACT)


def _actions(count: ActionCount) -> Iterator[Fact]:
    for row in ("due", "done", "dropped", "overdue"):
        yield ("actions", row, getattr(count, row), EXACT)


def _board(count: BoardCount) -> Iterator[Fact]:
    for row in ("posted", "answered_in_time", "open", "overdue"):
        yield ("board", row, getattr(count, row), EXACT)


def _people(figures: MonthFigures | None) -> Iterator[Fact]:
    for cell in figures.cells if figures else ():
        span = "_quarter" if cell.months == QUARTER and cell.table != UNMET_NEED else ""
        yield (cell.table + span, cell.row, cell.value, cell.shown)


def _coverage(row: str, coverage: Coverage) -> Iterator[Fact]:
    yield ("trained", row, coverage.trained, EXACT)
    posted, percent = coverage.posted.posted, coverage.percent
    yield ("posted", row, posted, NOT_KNOWN if posted is None else EXACT)
    yield ("coverage_at_most_percent", row, percent, NOT_KNOWN if percent is None else EXACT)


def _capacity(record: DistrictRecord) -> Iterator[Fact]:
    for row in ("services", "open", "waiting_list", "closed", "for_women", "for_children", "says_places"):
        yield ("capacity", row, getattr(record.capacity, row), EXACT)
    said = record.capacity.says_places
    yield ("capacity", "places", record.capacity.places if said else None, EXACT if said else NOT_KNOWN)
