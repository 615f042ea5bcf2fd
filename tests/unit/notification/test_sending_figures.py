"""Figures of sending: what may be said of a channel's day, and what is hidden."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_service.domain.sending_figures import DAYS, SendingDay, ShownDay, shown_days

TODAY = date(2026, 11, 24)


def shown(taken: int, given_up: int = 0, delays: tuple[float, float] | None = (0.2, 4.0)) -> ShownDay:
    day = SendingDay("mail", TODAY, taken, given_up, delays)
    return shown_days([day], ["mail"], TODAY)["mail"][-1]


@given(st.integers(0, 200), st.integers(0, 200))
def test_nothing_is_said_of_few_and_nothing_exact_of_many(taken: int, given_up: int) -> None:
    day, volume = shown(taken, given_up), taken + given_up
    assert (day.volume is None) == (volume < 10)
    assert (day.share is None) == (volume < 30)
    assert (day.delays is None) == (taken < 10)
    if day.volume is not None:
        assert day.volume % 5 == 0
        assert abs(day.volume - volume) <= 2


@pytest.mark.parametrize(
    ("taken", "given_up", "share"), [(30, 0, 100), (999, 1, 99), (1, 999, 1), (0, 30, 0), (27, 3, 90)]
)
def test_a_trouble_is_not_rounded_away(taken: int, given_up: int, share: int) -> None:
    assert shown(taken, given_up).share == share


def test_each_channel_has_all_its_days_the_oldest_first() -> None:
    found = shown_days([SendingDay("mail", TODAY, 12, 0, None)], ["mail", "sms"], TODAY)
    assert [day.day for day in found["sms"]] == [TODAY - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    assert {day.volume for day in found["sms"]} == {None}
    assert found["mail"][-1] == ShownDay(TODAY, 10, None, None)
