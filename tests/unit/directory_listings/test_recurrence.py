"""No opening hours are counted for long, wherever they begin, and what is counted from near by is the same."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from directory_service.domain.records import Opening
from directory_service.domain.recurrence import begun_near, is_rule
from directory_service.use_cases.opening_hours import State, state_at

RULES = st.sampled_from(
    [
        *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,SU", "FREQ=DAILY;BYDAY=SA"),
        *("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "FREQ=WEEKLY;INTERVAL=3;WKST=SU;BYDAY=SU,TU"),
        *("FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=1,-1", "FREQ=MONTHLY;BYDAY=-1FR"),
        *(
            "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3",
            "FREQ=MONTHLY;INTERVAL=7;BYDAY=5SU",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYMONTHDAY=31",
        ),
    ]
)


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=999", "FREQ=DAILY;INTERVAL=1.5"),
        *("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "FREQ=DAILY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0"),
        *("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", "FREQ=WEEKLY;BYDAY=9MO", "FREQ=MONTHLY;BYDAY=9MO"),
        *("FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "FREQ=WEEKLY;;BYDAY=MO", "BYDAY=MO", "FREQ=YEARLY"),
        *("", "FREQ=WEEKLY;BYDAY=", "FREQ=DAILY\n", "RRULE:FREQ=DAILY", "FREQ=DAILY;COUNT=3"),
    ],
)
def test_a_rule_that_never_comes_back_or_is_none_is_not_taken(rule: str) -> None:
    assert not is_rule(rule)


@given(
    rule=RULES, begins=st.dates(date(1990, 1, 1), date(2027, 1, 1)), day=st.dates(date(2024, 1, 1), date(2027, 1, 1))
)
def test_counted_from_near_by_a_rule_has_the_same_days(rule: str, begins: date, day: date) -> None:
    near = begun_near(rule, begins, day)
    since = datetime.combine(max(begins, day), time())

    def days(start: date) -> list[datetime]:
        return rrulestr(rule, dtstart=datetime.combine(start, time())).between(since, since + timedelta(60), inc=True)

    assert is_rule(rule)
    assert days(near) == days(begins)


def test_hours_that_began_in_the_first_year_are_read_at_once() -> None:
    opening = Opening("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59", valid_from=date(1, 1, 1))

    assert state_at([opening] * 30, datetime(2026, 11, 24, tzinfo=UTC)) == State(is_open=True, until=None)
