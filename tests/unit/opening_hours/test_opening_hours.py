"""When a service is open, in India's time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from setu.india import INDIA
from setu.opening_hours import (
    Opening,
    OpenState,
    in_force,
    is_open_at,
    next_openings,
    others,
    state_at,
    week_of,
)

WEEKDAYS = Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00")
NIGHTS = Opening("FREQ=DAILY", "19:00", "08:00")
ALWAYS = Opening("FREQ=DAILY", "00:00", "23:59")
FIRST_SATURDAY = Opening("FREQ=MONTHLY;BYDAY=1SA", "10:00", "14:00")


def india(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=INDIA)


@pytest.mark.parametrize(
    ("opening", "at", "expected"),
    [
        (WEEKDAYS, "2026-11-24 12:00", OpenState(is_open=True, until=india("2026-11-24 17:00"))),
        (WEEKDAYS, "2026-11-24 09:00", OpenState(is_open=True, until=india("2026-11-24 17:00"))),
        (WEEKDAYS, "2026-11-24 17:00", OpenState(is_open=False, until=india("2026-11-25 09:00"))),
        (WEEKDAYS, "2026-11-27 18:00", OpenState(is_open=False, until=india("2026-11-30 09:00"))),
        (NIGHTS, "2026-11-24 03:00", OpenState(is_open=True, until=india("2026-11-24 08:00"))),
        (NIGHTS, "2026-11-24 23:00", OpenState(is_open=True, until=india("2026-11-25 08:00"))),
        (NIGHTS, "2026-11-24 12:00", OpenState(is_open=False, until=india("2026-11-24 19:00"))),
        (ALWAYS, "2026-11-24 23:59", OpenState(is_open=True, until=None)),
        (FIRST_SATURDAY, "2026-11-24 12:00", OpenState(is_open=False, until=india("2026-12-05 10:00"))),
        (FIRST_SATURDAY, "2026-12-05 13:59", OpenState(is_open=True, until=india("2026-12-05 14:00"))),
    ],
)
def test_open_or_closed_and_until_when(opening: Opening, at: str, expected: OpenState) -> None:
    assert state_at([opening], india(at)) == expected


def test_the_moment_may_come_in_any_zone() -> None:
    assert state_at([WEEKDAYS], datetime(2026, 11, 24, 3, 30, tzinfo=UTC)).is_open
    assert not state_at([WEEKDAYS], datetime(2026, 11, 24, 3, 29, tzinfo=UTC)).is_open


def test_without_rules_nothing_is_said_to_be_open() -> None:
    assert state_at([], india("2026-11-24 12:00")) == OpenState(is_open=False, until=None)


def test_spans_that_touch_count_as_one() -> None:
    morning = Opening("FREQ=DAILY", "09:00", "13:00")
    afternoon = Opening("FREQ=DAILY", "13:00", "17:00")

    assert state_at([afternoon, morning], india("2026-11-24 10:00")).until == india("2026-11-24 17:00")


def test_hours_of_a_rule_that_is_not_taken_are_never_said_to_be_open() -> None:
    assert state_at([Opening("FREQ=DAILY;INTERVAL=2", "00:00", "23:59")], india("2026-11-24 12:00")).until is None


def test_rules_that_have_ended_are_not_in_force_and_those_to_come_only_where_nothing_else_is() -> None:
    ended = Opening("FREQ=DAILY", "09:00", "17:00", valid_to=date(2026, 11, 23))
    to_come = Opening("FREQ=DAILY", "10:00", "17:00", valid_from=date(2026, 11, 30))

    assert in_force([ended, to_come], date(2026, 11, 24)) == (to_come,)
    assert in_force([ended, to_come, WEEKDAYS], date(2026, 11, 24)) == (WEEKDAYS,)


def test_the_next_days_of_a_rare_rule_are_at_most_three() -> None:
    found = next_openings([FIRST_SATURDAY], india("2026-11-24 12:00"))

    assert found == [india("2026-12-05 10:00"), india("2027-01-02 10:00"), india("2027-02-06 10:00")]


def test_a_rule_holds_between_its_dates_only() -> None:
    ended = Opening("FREQ=DAILY", "09:00", "17:00", valid_to=date(2026, 11, 23))
    to_come = Opening("FREQ=DAILY", "09:00", "17:00", valid_from=date(2026, 11, 30))

    assert state_at([ended], india("2026-11-24 12:00")) == OpenState(is_open=False, until=None)
    assert state_at([to_come], india("2026-11-24 12:00")).until == india("2026-11-30 09:00")


def test_every_second_week_counts_from_the_first_day_of_the_rule() -> None:
    rule = Opening("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "09:00", "17:00", valid_from=date(2026, 11, 17))

    assert state_at([rule], india("2026-11-17 12:00")).is_open
    assert not state_at([rule], india("2026-11-24 12:00")).is_open
    assert state_at([rule], india("2026-12-01 12:00")).is_open


def test_the_week_has_its_days_and_leaves_rare_rules_aside() -> None:
    week = week_of([WEEKDAYS, FIRST_SATURDAY])

    assert week == [[(time(9), time(17))]] * 5 + [[], []]
    assert others([WEEKDAYS, FIRST_SATURDAY]) == [FIRST_SATURDAY]


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True)


@given(
    days=DAYS,
    opens=st.integers(0, 22),
    length=st.integers(1, 23),
    minutes=st.integers(0, 60 * 24 * 21),
)
def test_open_exactly_when_some_day_of_the_rule_covers_the_minute(
    days: list[str], opens: int, length: int, minutes: int
) -> None:
    rule, closes = f"FREQ=WEEKLY;BYDAY={','.join(days)}", (opens + length) % 24
    at = india("2026-11-01 00:00") + timedelta(minutes=minutes)

    starts = rrulestr(rule, dtstart=datetime(2026, 10, 1, opens, tzinfo=UTC)).between(
        datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC), inc=True
    )
    on_the_wall = at.replace(tzinfo=UTC)
    covered = any(start <= on_the_wall < start + timedelta(hours=length) for start in starts)

    opening = Opening(rule, f"{opens:02}:00", f"{closes:02}:00")
    assert state_at([opening], at).is_open == is_open_at(opening, at) == covered
