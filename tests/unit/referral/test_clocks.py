"""When things fall due: working days of the state, and the pause while a question is open."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.clocks import (
    Times,
    acknowledge,
    add_working_days,
    decision_due,
    decision_escalation,
    due_after_pause,
    pause_ends,
)
from referral_service.domain.priority import priority_of
from referral_service.outside.working_calendar import is_holiday_in
from service_kit import public_holidays
from setu.districts import STATE_OF_DISTRICT

FRIDAY_EVENING = datetime(2026, 3, 6, 13, 30, tzinfo=UTC)  # 19:00 in India
NO_HOLIDAYS = frozenset[date]().__contains__
moments = st.integers(0, 6 * 365 * 24 * 60).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def test_urgent_referrals_run_on_clock_time() -> None:
    due = acknowledge("urgent", FRIDAY_EVENING, NO_HOLIDAYS, Times())
    spans = [at - FRIDAY_EVENING for at in (due.remind, due.escalate, due.expire)]
    assert spans == [timedelta(minutes=30), timedelta(hours=2), timedelta(hours=24)]
    assert decision_due("urgent", FRIDAY_EVENING, NO_HOLIDAYS, Times()) == FRIDAY_EVENING + timedelta(hours=4)


def test_routine_referrals_skip_the_weekend_and_keep_the_time_of_day() -> None:
    due = acknowledge("routine", FRIDAY_EVENING, NO_HOLIDAYS, Times())
    assert due.remind == FRIDAY_EVENING + timedelta(days=3)  # Monday
    assert due.escalate == FRIDAY_EVENING + timedelta(days=4)
    assert due.expire == FRIDAY_EVENING + timedelta(days=11)  # Tuesday of the week after


def test_a_pause_lasts_four_hours_or_three_working_days() -> None:
    assert pause_ends("urgent", FRIDAY_EVENING, NO_HOLIDAYS, Times()) == FRIDAY_EVENING + timedelta(hours=4)
    assert pause_ends("routine", FRIDAY_EVENING, NO_HOLIDAYS, Times()) == FRIDAY_EVENING + timedelta(days=5)


def test_a_late_routine_decision_is_told_on_a_working_day_and_an_urgent_one_by_the_hour() -> None:
    assert decision_escalation("routine", FRIDAY_EVENING, NO_HOLIDAYS, Times()) == FRIDAY_EVENING + timedelta(days=3)
    assert decision_escalation("urgent", FRIDAY_EVENING, NO_HOLIDAYS, Times()) == FRIDAY_EVENING + timedelta(hours=4)


def test_after_a_pause_a_routine_decision_is_due_on_a_working_day() -> None:
    two_days, three_days = timedelta(days=2), timedelta(days=3)  # asked on Thursday, answered on Saturday or Sunday
    monday = FRIDAY_EVENING + timedelta(days=3)
    for pause in (two_days, three_days):
        assert due_after_pause("routine", FRIDAY_EVENING, pause, NO_HOLIDAYS) == monday
    assert due_after_pause("urgent", FRIDAY_EVENING, two_days, NO_HOLIDAYS) == FRIDAY_EVENING + two_days


def test_a_holiday_of_the_state_is_no_working_day() -> None:
    thursday = datetime(2026, 4, 2, 6, 0, tzinfo=UTC)
    assert is_holiday_in(315)(date(2026, 4, 3))  # Good Friday
    assert add_working_days(thursday, 1, is_holiday_in(315)) == thursday + timedelta(days=4)


def test_states_differ() -> None:
    bengal, delhi = is_holiday_in(315), is_holiday_in(79)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [bengal(day) for day in days] != [delhi(day) for day in days]


def test_threads_that_ask_at_once_see_whole_years() -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            for _ in range(60):
                public_holidays._holidays_of.cache_clear()
                assert all(pool.map(is_holiday_in(315), [date(2026, 4, 3)] * 8))  # Good Friday
    finally:
        sys.setswitchinterval(usual)


def test_the_places_of_the_source_lie_in_their_states() -> None:
    places = {
        261: "MZ",
        272: "TR",
        507: "TS",
        315: "WB",
        79: "DL",
        85: "DL",
        387: "CG",
        256: "MN",
        255: "MN",
        254: "MN",
    }
    assert {code: STATE_OF_DISTRICT[code] for code in places} == places


def test_any_urgent_flag_or_youth_makes_it_urgent() -> None:
    assert priority_of([], "25-34") == "routine"
    assert priority_of(["OVERDOSE_RISK"], "25-34") == "urgent"
    assert priority_of([], "under-18") == "urgent"


@given(
    start=moments, count=st.integers(1, 10), closed=st.sets(st.dates(date(2024, 1, 1), date(2030, 3, 1)), max_size=20)
)
def test_exactly_the_asked_number_of_working_days_passes(start: datetime, count: int, closed: set[date]) -> None:
    calendar = frozenset(closed).__contains__
    end = add_working_days(start, count, calendar)
    local_start, local_end = (at + timedelta(hours=5, minutes=30) for at in (start, end))
    between = [local_start.date() + timedelta(days=n + 1) for n in range((local_end.date() - local_start.date()).days)]
    assert sum(1 for day in between if day.weekday() < 5 and day not in closed) == count
    assert local_end.date() not in closed
    assert local_end.time() == local_start.time()
