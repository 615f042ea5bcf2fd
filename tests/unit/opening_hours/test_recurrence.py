"""A rule has the days that RFC 5545 gives it, at the same small price wherever it begins."""

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from setu.india import INDIA
from setu.opening_hours import (
    HORIZON_DAYS,
    Opening,
    OpenState,
    state_at,
)
from setu.recurrence import WEEK, Rule, is_rule, parse_rule, rule_fault
from support.kit.counted_work import calls_of
from support.kit.examples import examples

DAYS = st.lists(st.sampled_from(WEEK), min_size=1, max_size=4, unique=True).map(",".join)
NUMBERED = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2, -5, "+1"]), st.sampled_from(WEEK)),
    min_size=1,
    max_size=4,
    unique=True,
).map(",".join)
MONTH_DAYS = st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=4, unique=True).map(
    lambda days: ",".join(map(str, days))
)
EVERY = st.sampled_from(["", ";INTERVAL=1", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=7", ";INTERVAL=12"])
WEEK_STARTS = st.sampled_from(["", ";WKST=MO", ";WKST=SU", ";WKST=TH"])
RULES = st.one_of(
    st.builds("FREQ=DAILY{}".format, st.one_of(st.just(""), DAYS.map(";BYDAY={}".format))),
    st.builds("FREQ=WEEKLY{}{}{}".format, EVERY, WEEK_STARTS, st.one_of(st.just(""), DAYS.map(";BYDAY={}".format))),
    st.builds(
        "FREQ=MONTHLY{}{}".format,
        EVERY,
        st.one_of(
            st.just(""),
            DAYS.map(";BYDAY={}".format),
            NUMBERED.map(";BYDAY={}".format),
            MONTH_DAYS.map(";BYMONTHDAY={}".format),
            st.builds(";BYDAY={};BYMONTHDAY={}".format, DAYS, MONTH_DAYS),
        ),
    ),
)


@settings(max_examples=examples(400))
@given(
    rule=RULES, begins=st.dates(date(1995, 1, 1), date(2027, 1, 1)), first=st.dates(date(1995, 1, 1), date(2027, 1, 1))
)
def test_a_rule_has_the_days_that_a_known_library_counts_from_its_beginning(
    rule: str, begins: date, first: date
) -> None:
    since = max(begins, first)
    counted = rrulestr(rule, dtstart=datetime.combine(begins, time())).between(
        datetime.combine(since, time()), datetime.combine(since + timedelta(60), time()), inc=True
    )

    assert is_rule(rule)
    days = [since + timedelta(days) for days in range(61)]
    assert [day for day in days if parse_rule(rule).falls_on(day, begins)] == [moment.date() for moment in counted]


def test_numbered_and_plain_weekdays_of_one_rule_each_have_their_days() -> None:
    rule = parse_rule("FREQ=MONTHLY;BYDAY=MO,1TU")
    november = [date(2026, 11, day) for day in range(1, 31)]

    assert [day.day for day in november if rule.falls_on(day, november[0])] == [2, 3, 9, 16, 23, 30]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        *((rule, "interval") for rule in ("FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=7;BYDAY=TU")),
        *((rule, "bymonthday") for rule in ("FREQ=DAILY;BYMONTHDAY=1", "FREQ=WEEKLY;BYDAY=MO;BYMONTHDAY=31")),
        *((rule, "byday") for rule in ("FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1")),
        *((rule, "form") for rule in ("FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=999")),
        *((rule, "form") for rule in ("FREQ=DAILY;INTERVAL=1.5", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY", "")),
        *((rule, "form") for rule in ("FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=WEEKLY;BYDAY=9MO", "FREQ=MONTHLY;BYDAY=9MO")),
        *(
            (rule, "form")
            for rule in ("FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "FREQ=WEEKLY;;BYDAY=MO")
        ),
        *((rule, "form") for rule in ("BYDAY=MO", "FREQ=WEEKLY;BYDAY=", "FREQ=DAILY\n", "RRULE:FREQ=DAILY")),
        ("FREQ=DAILY;COUNT=3", "form"),
    ],
)
def test_a_rule_that_is_not_taken_is_refused_for_the_part_that_is_at_fault(rule: str, fault: str) -> None:
    assert rule_fault(rule) == fault
    with pytest.raises(ValueError, match=fault):
        parse_rule(rule)


def test_hours_that_began_in_the_first_year_are_read_as_any_others() -> None:
    opening = Opening("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59", valid_from=date(1, 1, 1))

    assert state_at([opening] * 30, datetime(2026, 11, 24, tzinfo=INDIA)) == OpenState(is_open=True, until=None)


@pytest.mark.parametrize("begins", [date(1, 1, 29), date(1, 1, 31), date(4, 2, 29), date(2026, 10, 31)])
def test_a_look_costs_the_same_wherever_a_monthly_rule_begins(begins: date) -> None:
    rules = [Opening("FREQ=MONTHLY", "09:00", f"{hour:02}:00", valid_from=begins) for hour in [10] * 30]
    at = datetime(2026, 11, 24, 12, tzinfo=INDIA)

    assert calls_of(Rule.falls_on, lambda: state_at(rules, at)) <= 30 * (HORIZON_DAYS + 2)
    assert calls_of(None, lambda: parse_rule("FREQ=MONTHLY").falls_on(at.date(), begins)) <= 6
