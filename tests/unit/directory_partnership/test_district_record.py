"""A district's record: what is due, what a state's figures may tell beside districts, how districts add up."""

from datetime import UTC, date, datetime

import pytest

from directory_service.organizations.domain.strength import Posted
from directory_service.partnership.domain.coverage import Coverage, DistrictCoverage, add_up
from directory_service.partnership.domain.district_record import (
    ActionFact,
    beside_districts,
    count_actions,
    month_end,
    twelve_months,
)
from directory_service.partnership.domain.figures import FigureCell, MonthFigures

MONTH = date(2026, 9, 1)
SENT, WOMEN = FigureCell("consent", "sent", 40, "rounded"), FigureCell("share", "women", 12, "exact")
HIDDEN = FigureCell("consent", "sent", None, "fewer_than_10")


def figures(district: int | None, *cells: FigureCell) -> MonthFigures:
    return MonthFigures(MONTH, 19, district, 1, datetime(2026, 10, 16, tzinfo=UTC), cells)


@pytest.mark.parametrize(
    ("district", "stands"),
    [(figures(1, SENT), [SENT, WOMEN]), (figures(1, HIDDEN), [WOMEN]), (figures(1), [WOMEN]), (None, [WOMEN])],
)
def test_a_states_count_stands_where_every_districts_is_shown(
    district: MonthFigures | None, stands: list[FigureCell]
) -> None:
    beside = beside_districts(figures(None, SENT, WOMEN), [figures(2, SENT), district])
    assert list(beside.cells) == stands


def test_actions_count_once_they_are_due_and_are_late_after_their_day() -> None:
    due = [ActionFact(date(2026, 9, day), state) for day, state in ((3, "done"), (9, "dropped"), (20, "open"))]
    ahead, before = ActionFact(date(2026, 9, 21), "done"), ActionFact(date(2025, 9, 20), "open")
    counted = count_actions([*due, ahead, before], twelve_months(MONTH), date(2026, 9, 20))
    assert (counted.due, counted.done, counted.dropped, counted.overdue, counted.percent) == (3, 1, 1, 0, 50)
    assert count_actions(due, [MONTH], date(2026, 9, 21)).overdue == 1
    assert count_actions([], [MONTH], date(2026, 9, 21)).percent is None


def test_twelve_months_end_with_the_last_and_a_month_that_runs_ends_today() -> None:
    months = twelve_months(MONTH)
    assert (len(months), months[0], months[-1]) == (12, date(2025, 10, 1), MONTH)
    assert month_end(MONTH, date(2026, 12, 1)) == date(2026, 9, 30)
    assert month_end(MONTH, date(2026, 9, 4)) == date(2026, 9, 4)


def test_districts_add_up_only_where_each_strength_is_known() -> None:
    known, more = Coverage(10, Posted(40, 2, 2), 1), Coverage(5, Posted(20, 1, 1), 0)
    unknown = Coverage(3, Posted(None, 1, 2), 0)
    whole = add_up(DistrictCoverage({}, {"front": each}) for each in (known, more))
    assert (whole.groups["front"].percent, whole.groups["front"].due) == (25, 1)
    part = add_up(DistrictCoverage({}, {"front": each}) for each in (known, unknown)).groups["front"]
    assert (part.percent, part.trained, part.posted.known, part.posted.units) == (None, 13, 3, 4)
