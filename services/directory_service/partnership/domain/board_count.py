"""Count of a board: how many items appeared, how many had an answer within ten working days, how many wait.

Promises: pure and exact. An item counts in the month in which it appeared; hidden ones are left out. What is done
without an answer waits no more, and had none in time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.board import DONE, is_late


@dataclass(frozen=True)
class BoardFact:
    """An item: the day on which it appeared, its state, and the day of its first answer."""

    posted_on: date
    state: str
    answered_on: date | None


@dataclass(frozen=True)
class BoardCount:
    """Items that appeared. `open`: nobody has answered yet; `overdue`: those of them past ten working days."""

    posted: int
    answered_in_time: int
    open: int
    overdue: int

    @property
    def due(self) -> int:
        """Those that have an answer or should have one: all but what is open within its ten days."""
        return self.posted - self.open + self.overdue

    @property
    def percent(self) -> int | None:
        """Answered in time of those that are due, rounded down; None where none is."""
        return 100 * self.answered_in_time // self.due if self.due else None


def count_board(
    items: Iterable[BoardFact], months: Sequence[date], today: date, is_holiday: Callable[[date], bool]
) -> BoardCount:
    """Count those that appeared in these months, as of today."""
    here = [each for each in items if each.posted_on.replace(day=1) in months]
    waiting = [each for each in here if each.answered_on is None and each.state != DONE]
    return BoardCount(
        posted=len(here),
        answered_in_time=sum(
            each.answered_on is not None and not is_late(each.posted_on, each.answered_on, is_holiday) for each in here
        ),
        open=len(waiting),
        overdue=sum(is_late(each.posted_on, today, is_holiday) for each in waiting),
    )


def add_boards(counts: Iterable[BoardCount]) -> BoardCount:
    """Several boards together."""
    each = list(counts)
    return BoardCount(
        posted=sum(one.posted for one in each),
        answered_in_time=sum(one.answered_in_time for one in each),
        open=sum(one.open for one in each),
        overdue=sum(one.overdue for one in each),
    )
