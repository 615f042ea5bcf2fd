"""When a district meets: the rule of the date, of the quorum, and of the 45 days."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.partnership.domain.meeting_date import DistrictCalendar, Rhythm, meeting_day, next_meeting
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
    assert day >= first.replace(day=18)
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
