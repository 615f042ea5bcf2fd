"""When a district meets: the rule of the date, of the quorum, and of the 45 days."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.partnership.domain.meeting_date import (
    DistrictCalendar,
    Rhythm,
    changed_meeting,
    may_be_blocked,
    meeting_day,
    next_meeting,
)
from directory_service.partnership.domain.meetings import STATES, agenda_is_open
from directory_service.partnership.domain.quorum import HELD, NOT_QUORATE, quorum
from directory_service.partnership.domain.silence import is_overdue
from directory_service.partnership.outside.working_calendar import is_holiday_in
from setu.india import INDIA

TUESDAY = 1
NOTHING = frozenset[date]().__contains__
FREE = DistrictCalendar(NOTHING, NOTHING)


def closed(*days: int, month: int = 12, blocked: tuple[int, ...] = ()) -> DistrictCalendar:
    holidays = {date(2026, month, day) for day in days}
    taken = {date(2026, month, day) for day in blocked}
    return DistrictCalendar(holidays.__contains__, taken.__contains__)


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        (FREE, 22),
        (closed(22), 23),
        (closed(22, 23, 24), 25),
        (closed(blocked=(22, 23)), 24),
        (closed(blocked=(22, 23, 24, 25, 28, 29)), 21),  # five working days on, then back
        (closed(blocked=(21, 22, 23, 24, 25, 28, 29)), 18),
        (closed(blocked=(18, 21, 22, 23, 24, 25, 28, 29)), None),
        (closed(24, blocked=(22, 23, 25, 28, 29)), 30),  # a holiday is no working day, so it is not counted
    ],
)
def test_the_day_goes_five_working_days_forward_and_then_back(calendar: DistrictCalendar, day: int | None) -> None:
    assert meeting_day(date(2026, 12, 1), TUESDAY, calendar) == (day and date(2026, 12, day))


def test_a_day_is_looked_for_within_the_month_alone() -> None:
    wednesday = 2
    for shut, day in (((24,), 25), ((24, 25), 26), ((24, 25, 26), 23), ((18, 19, 22, 23, 24, 25, 26), None)):
        calendar = DistrictCalendar(NOTHING, {date(2027, 2, each) for each in shut}.__contains__)
        assert meeting_day(date(2027, 2, 3), wednesday, calendar) == (day and date(2027, 2, day)), shut


months = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@given(
    month=months,
    weekday=st.integers(0, 4),
    gaps=st.sets(st.integers(0, 40), max_size=25),
    blocks=st.sets(st.integers(0, 40), max_size=25),
)
def test_no_date_falls_on_a_closed_day_or_before_the_figures_are_there(
    month: date, weekday: int, gaps: set[int], blocks: set[int]
) -> None:
    first = month.replace(day=1)
    calendar = DistrictCalendar(
        {first + timedelta(days=n) for n in gaps}.__contains__, {first + timedelta(days=n) for n in blocks}.__contains__
    )
    day, usual = meeting_day(month, weekday, calendar), meeting_day(month, weekday, FREE)

    assert usual is not None
    assert usual.weekday() == weekday
    assert 18 <= usual.day <= 24
    between = [first.replace(day=18) + timedelta(days=n) for n in range((usual - first.replace(day=18)).days + 1)]
    if day is None:
        assert not any(calendar.is_free(each) for each in between)
        return
    assert day.weekday() < 5
    assert calendar.is_free(day)
    assert first.replace(day=18) <= day
    assert (day.year, day.month) == (month.year, month.month)
    if calendar.is_free(usual):
        assert day == usual


@given(month=months, district=st.sampled_from([315, 261, 79, 256]))
def test_no_date_is_a_public_holiday_of_its_state(month: date, district: int) -> None:
    calendar = DistrictCalendar(is_holiday_in(district), NOTHING)
    day = meeting_day(month, TUESDAY, calendar)

    assert day is not None
    assert not is_holiday_in(district)(day)


def test_a_date_is_a_week_ahead_at_the_usual_hour_in_the_month_after_the_last() -> None:
    now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    found = next_meeting(None, Rhythm(TUESDAY, time(15, 30)), FREE, now)
    assert found == datetime(2026, 12, 22, 15, 30, tzinfo=INDIA)
    assert next_meeting(date(2026, 12, 22), Rhythm(), FREE, now) == datetime(2027, 1, 19, 11, tzinfo=INDIA)
    late = datetime(2026, 12, 16, 6, tzinfo=UTC)
    assert next_meeting(None, Rhythm(), FREE, late) == datetime(2027, 1, 19, 11, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("weekday", "calendar", "today", "day"),
    [
        (TUESDAY, FREE, 1, 22),
        (TUESDAY, closed(blocked=(22,)), 1, 23),
        (TUESDAY, closed(blocked=(22,)), 21, 23),  # tomorrow's: a week is asked of a new proposal alone
        (4, FREE, 1, 18),
        (4, FREE, 19, 22),  # this month's Friday is over, the day that it has is free
        (4, closed(blocked=(22,)), 19, None),
        (TUESDAY, closed(blocked=(18, 21, 22, 23, 24, 25, 28, 29)), 1, None),
    ],
)
def test_a_proposal_follows_what_changes_within_its_month_if_it_can(
    weekday: int, calendar: DistrictCalendar, today: int, day: int | None
) -> None:
    proposed, now = datetime(2026, 12, 22, 11, tzinfo=INDIA), datetime(2026, 12, today, 6, tzinfo=UTC)
    found = changed_meeting(proposed, date(2026, 11, 24), Rhythm(weekday), calendar, now)

    if day is not None:
        assert found == datetime(2026, 12, day, 11, tzinfo=INDIA)
    else:
        assert (found.year, found.month, found.weekday()) == (2027, 1, weekday)


def test_a_month_whose_days_are_freed_again_has_its_proposal_back_while_there_is_a_week() -> None:
    december, last = datetime(2026, 12, 22, 11, tzinfo=INDIA), date(2026, 11, 24)
    shut = closed(blocked=(18, 21, 22, 23, 24, 25, 28, 29, 30, 31))
    now, late = datetime(2026, 12, 1, 6, tzinfo=UTC), datetime(2026, 12, 17, 6, tzinfo=UTC)
    january = changed_meeting(december, last, Rhythm(), shut, now)

    assert january == datetime(2027, 1, 19, 11, tzinfo=INDIA)
    assert changed_meeting(january, last, Rhythm(), FREE, now) == december
    assert changed_meeting(january, last, Rhythm(), FREE, late) == january
    assert changed_meeting(january, december.date(), Rhythm(), FREE, now) == january, "December has another one"


@pytest.mark.parametrize("state", STATES)
def test_an_agenda_is_open_until_the_meetings_day_in_india_is_over(state: str) -> None:
    begins, midnight = datetime(2026, 12, 22, 11, tzinfo=INDIA), datetime(2026, 12, 22, 18, 30, tzinfo=UTC)
    moments = begins - timedelta(days=9), begins, midnight - timedelta(seconds=1), midnight
    is_off = state == "cancelled"
    assert [agenda_is_open(state, begins, now) for now in moments] == [not is_off] * 3 + [False]


def test_a_district_is_overdue_after_45_days_without_a_held_meeting() -> None:
    start = date(2026, 10, 1)
    assert not is_overdue(None, start, start + timedelta(days=45))
    assert is_overdue(None, start, start + timedelta(days=46))
    assert not is_overdue(start + timedelta(days=10), start, start + timedelta(days=55))


def some(count: int) -> list[UUID]:
    return [uuid4() for _ in range(count)]


@pytest.mark.parametrize(
    ("units", "providers", "outcome"),
    [
        ((2, 4), (1, 3), HELD),
        ((1, 4), (1, 3), NOT_QUORATE),  # a third of four, rounded up, is two
        ((4, 4), (0, 3), NOT_QUORATE),
        ((0, 0), (1, 1), NOT_QUORATE),  # nobody of a side is a side that is not there
        ((1, 3), (1, 3), HELD),
    ],
)
def test_a_meeting_is_held_with_a_third_of_each_side(
    units: tuple[int, int], providers: tuple[int, int], outcome: str
) -> None:
    police, services = some(units[1]), some(providers[1])
    here = dict.fromkeys((*police[: units[0]], *services[: providers[0]]), 2)
    absent = dict.fromkeys((*police[units[0] :], *services[providers[0] :]), 0)

    assert quorum(police, services, {**here, **absent, uuid4(): 9}).outcome == outcome


def test_a_coordinator_blocks_a_day_of_the_next_two_years_for_a_reason_that_has_a_code() -> None:
    today = date(2026, 11, 24)
    days = [today + timedelta(days=ahead) for ahead in (-1, 0, 800, 801)]
    assert [may_be_blocked(day, "election", today) for day in days] == [False, True, True, False]
    assert not may_be_blocked(today, "rain", today)
