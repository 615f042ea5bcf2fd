"""What may be told of a small count."""

from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.figures.suppression import FEWEST, shown_count


@given(count=st.integers(0, 10**6))
def test_below_ten_is_not_told_apart_and_the_rest_is_rounded_to_five(count: int) -> None:
    shown = shown_count(count)
    if count < FEWEST:
        assert shown is None
    else:
        assert shown is not None
        assert shown % 5 == 0
        assert abs(shown - count) <= 2
