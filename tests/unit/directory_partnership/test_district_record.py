"""A district's record: what is due, which months it has, how districts add up."""

from datetime import date

from directory_service.organizations.domain.posted_strength import Posted
from directory_service.partnership.domain.coverage import Coverage, DistrictCoverage, add_up
from directory_service.partnership.domain.district_record import (
    ActionFact,
    count_actions,
    month_end,
    twelve_months,
)

MONTH = date(2026, 9, 1)


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
