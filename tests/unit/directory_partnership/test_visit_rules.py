"""When an agreement's yearly visit is due."""

from datetime import date

import pytest

from directory_service.partnership.domain.visits import visit_due


@pytest.mark.parametrize(
    ("last_held", "day", "is_due"),
    [
        (None, date(2026, 12, 22), True),
        (date(2025, 12, 22), date(2026, 12, 22), True),
        (date(2025, 12, 23), date(2026, 12, 22), False),
        (date(2026, 12, 22), date(2026, 12, 22), False),
        (date(2027, 2, 28), date(2028, 2, 29), True),  # that February had no 29th
        (date(2027, 3, 1), date(2028, 2, 29), False),
    ],
)
def test_a_visit_is_due_where_none_was_held_in_twelve_months(last_held: date | None, day: date, is_due: bool) -> None:
    assert visit_due(last_held, day) is is_due
