"""Of which month, and of which quarter, figures may be told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.figures.frozen_periods import frozen_month, frozen_quarter


@pytest.mark.parametrize(
    ("today", "month", "quarter"),
    [
        (date(2026, 3, 15), (date(2026, 1, 1), date(2026, 1, 31)), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 16), (date(2026, 2, 1), date(2026, 2, 28)), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 4, 16), (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 1, 1), date(2026, 3, 31))),
        (date(2026, 1, 10), (date(2025, 11, 1), date(2025, 11, 30)), (date(2025, 7, 1), date(2025, 9, 30))),
    ],
)
def test_a_month_is_told_fifteen_days_after_its_end(
    today: date, month: tuple[date, date], quarter: tuple[date, date]
) -> None:
    assert (frozen_month(today), frozen_quarter(today)) == (month, quarter)


@given(today=st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_the_last_month_of_a_quarter_is_never_later_than_the_frozen_month(today: date) -> None:
    (_first, last), (_start, end) = frozen_month(today), frozen_quarter(today)
    assert end <= last < today
