"""What is published of a rule of hours says what the rule says, and reads back as a rule of the same days."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from directory_service.listings.domain.hsds.hours_from_schedules import rule_of
from directory_service.listings.domain.hsds.schedules import (
    EVERY_DAY,
    schedule,
)
from setu.opening_hours import Opening
from setu.recurrence import parse_rule

BEGINS = date(2026, 1, 6)
YEAR = [BEGINS + timedelta(days) for days in range(366)]


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=DAILY", "FREQ=DAILY;BYDAY=SA", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=MONTHLY"),
        *("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO", "FREQ=WEEKLY;WKST=SU;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1FR"),
        *("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1,-1", "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3"),
    ],
)
def test_a_rule_is_published_with_all_its_parts_and_reads_back_with_the_same_days(rule: str) -> None:
    published = schedule(UUID(int=1), 0, Opening(rule, "09:00", "17:00", valid_from=BEGINS))

    read, exact = rule_of(published)

    assert exact
    assert read is not None
    known, again = parse_rule(rule), parse_rule(read["rrule"])
    assert [day for day in YEAR if again.falls_on(day, BEGINS)] == [day for day in YEAR if known.falls_on(day, BEGINS)]


def test_a_daily_rule_of_some_weekdays_is_published_with_those_alone() -> None:
    assert schedule(UUID(int=1), 0, Opening("FREQ=DAILY;BYDAY=SA", "09:00", "17:00"))["byday"] == "SA"
    assert schedule(UUID(int=1), 0, Opening("FREQ=DAILY", "09:00", "17:00"))["byday"] == EVERY_DAY


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;BYMONTHDAY=1"])
def test_a_rule_that_was_taken_once_and_that_no_schedule_can_say_is_published_as_a_note(rule: str) -> None:
    published = schedule(UUID(int=1), 0, Opening(rule, "09:00", "17:00"))

    assert published["notes"] == f"RRULE:{rule}"
    assert not published.keys() & {"freq", "interval", "byday", "bymonthday"}
    assert rule_of(published) == (None, False)
