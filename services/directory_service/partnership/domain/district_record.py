"""Record of a district over twelve months: meetings, actions, coverage and the frozen figures, month by month.

Promises: pure. Meetings, actions and training are exact counts. Figures of people are taken as they were published and
never added up. Source: docs/partnership.md; docs/privacy.md, rule 11.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.actions import ACTION_DONE, ACTION_DROPPED, OVERDUE, action_state_on
from directory_service.partnership.domain.board_count import BoardCount
from directory_service.partnership.domain.capacity import Capacity, OfferedService
from directory_service.partnership.domain.coverage import DistrictCoverage
from directory_service.partnership.domain.figures import FigureCell, MonthFigures
from directory_service.partnership.domain.meeting_date import following_month, previous_month
from directory_service.partnership.domain.meetings import CANCELLED, HELD

MONTHS = 12


@dataclass(frozen=True)
class ActionFact:
    """An agreed action: the day by which it is due, and its state."""

    due: date
    state: str


@dataclass(frozen=True)
class ActionCount:
    """Actions due in a time: how many were done, dropped, and are open past their day by `today`."""

    due: int
    done: int
    dropped: int
    overdue: int

    @property
    def percent(self) -> int | None:
        """Done of those due and not dropped, rounded down; None where none was due."""
        counted = self.due - self.dropped
        return 100 * self.done // counted if counted else None


@dataclass(frozen=True)
class MonthRecord:
    """One month. `meeting`: state of its meeting ('' where none was), `front`: coverage at its end, in per cent."""

    month: date
    meeting: str
    actions: ActionCount
    board: BoardCount
    front: int | None
    figures: MonthFigures | None


@dataclass(frozen=True)
class DatedCell:
    """A figure, and the month (its first day) that it tells, or with which its quarter ended."""

    month: date
    cell: FigureCell


@dataclass(frozen=True)
class DistrictRecord:
    """A district's twelve months, the oldest first. `silent`: no meeting was held for 45 days, as of today."""

    months: Sequence[MonthRecord]
    expected: int
    silent: bool
    actions: ActionCount
    board: BoardCount
    coverage: DistrictCoverage
    services: Sequence[OfferedService]
    capacity: Capacity

    @property
    def held(self) -> int:
        """Meetings that were held."""
        return sum(each.meeting == HELD for each in self.months)

    @property
    def is_begun(self) -> bool:
        """Whether anything of the partnership is there: a unit, a service, a meeting or figures."""
        has_month = any(each.meeting or each.figures for each in self.months)
        return bool(self.coverage.ranks or self.capacity.services or has_month)

    @property
    def has_figures(self) -> bool:
        """Whether a month was frozen. Where it has no cells the district stands in its state's line."""
        return any(each.figures for each in self.months)

    def newest(self, table: str, row: str) -> DatedCell | None:
        """The newest cell of a row: of the last month, or of a quarter or month before where nothing newer is told."""
        found = ((each.month, cell_of(each.figures, table, row)) for each in reversed(self.months))
        return next((DatedCell(month, cell) for month, cell in found if cell is not None), None)

    @property
    def quarter(self) -> MonthFigures | None:
        """The newest figures that tell unmet needs: those of a quarter's last month."""
        return next((each.figures for each in reversed(self.months) if each.figures and is_quarter(each.month)), None)


def twelve_months(last: date) -> list[date]:
    """The first days of twelve months, the oldest first; `last`: the first day of the last one."""
    months = [last]
    while len(months) < MONTHS:
        months.insert(0, previous_month(months[0]))
    return months


def is_quarter(month: date) -> bool:
    """Whether it ends a quarter."""
    return month.month % 3 == 0


def month_end(month: date, today: date) -> date:
    """The month's last day, or today where that is earlier."""
    return min(date.fromordinal(following_month(month).toordinal() - 1), today)


def count_actions(actions: Iterable[ActionFact], months: Sequence[date], today: date) -> ActionCount:
    """Count those that were due in these months, by today."""
    due = [each for each in actions if each.due.replace(day=1) in months and each.due <= today]
    return ActionCount(
        due=len(due),
        done=sum(each.state == ACTION_DONE for each in due),
        dropped=sum(each.state == ACTION_DROPPED for each in due),
        overdue=sum(action_state_on(each.state, each.due, today) == OVERDUE for each in due),
    )


def expected_meetings(meetings: Mapping[date, str], months: Sequence[date]) -> int:
    """How many of these months could have had one: all since the first that is known, called off or not."""
    begun = min((month for month in meetings), default=None)
    return sum(begun is not None and begun <= month for month in months)


def counts_as_meeting(state: str) -> bool:
    """Whether a meeting in this state stands in the record."""
    return state != CANCELLED


def cell_of(figures: MonthFigures | None, table: str, row: str) -> FigureCell | None:
    """One cell; None where the month was not counted."""
    found = figures.cells if figures else ()
    return next((cell for cell in found if (cell.table, cell.row) == (table, row)), None)
