"""Looking at each different set of rules gives the same as asking each service."""

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from directory_service.finding.store.search.entry import hours_key
from directory_service.finding.use_cases.open_hours import ParsedHours
from setu.opening_hours import Opening, state_at
from support.kit.counted_work import calls_of

DAY = date(2026, 12, 1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
DATES = st.dates(date(2026, 10, 1), date(2027, 1, 31))
WEEKLY = st.builds(
    lambda days, every: f"FREQ=WEEKLY;{every}BYDAY={','.join(days)}",
    st.lists(st.sampled_from(DAYS), min_size=1, unique=True),
    st.sampled_from(["", "INTERVAL=2;"]),
)
RULES = st.one_of(
    WEEKLY,
    st.sampled_from(
        ["FREQ=DAILY", "FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYMONTHDAY=1,15", "FREQ=MONTHLY;BYDAY=-1FR"]
    ),
)
OPENINGS = st.lists(
    st.builds(Opening, RULES, TIMES, TIMES, valid_from=st.none() | DATES, valid_to=st.none() | DATES), max_size=4
)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis adds the time zone


def as_stored(opening: Opening) -> dict[str, str]:
    days = {"valid_from": opening.valid_from, "valid_to": opening.valid_to}
    return {
        "rrule": opening.rrule,
        "opens_at": opening.opens_at,
        "closes_at": opening.closes_at,
        **{name: day.isoformat() for name, day in days.items() if day},
    }


@given(openings=OPENINGS, at=MOMENTS)
def test_open_at_a_moment_is_what_the_service_page_says(openings: list[Opening], at: datetime) -> None:
    key = hours_key([as_stored(opening) for opening in openings])

    assert bool(ParsedHours().open_among([key], at)) == state_at(openings, at).is_open


def test_the_same_hours_have_the_same_key_whatever_they_are_called() -> None:
    one, two = ({"rrule": "FREQ=DAILY", "opens_at": opens, "closes_at": "17:00"} for opens in ("09:00", "10:00"))

    assert hours_key([one, two]) == hours_key([two, {**one, "description": "Ring twice"}])
    assert hours_key([one]) != hours_key([two])


def test_without_rules_nothing_is_said_to_be_open() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)

    hours = [hours_key([])]

    assert not any(ParsedHours().open_among(hours, at + timedelta(hours=hour)) for hour in range(24))


def test_what_was_parsed_for_a_commit_is_parsed_no_more_however_much_it_is() -> None:
    at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    days = [DAY + timedelta(number) for number in range(3000)]
    keys = [hours_key([as_stored(Opening("FREQ=DAILY", "09:00", "17:00", valid_to=day))]) for day in days]
    parsed = ParsedHours(most_rules=2900)

    first = calls_of(json.loads, lambda: parsed.open_among(keys, at))
    again = calls_of(json.loads, lambda: parsed.open_among(keys, at + timedelta(minutes=1)))

    assert (first, again) == (3000, 100)


def test_stored_hours_that_are_not_taken_today_are_never_open() -> None:
    at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    rules = [{"rrule": "FREQ=DAILY;INTERVAL=2"}, {"rrule": "FREQ=DAILY", "valid_from": "0001-01-31"}]
    keys = [hours_key([{"opens_at": "00:00", "closes_at": "23:59", **rule}]) for rule in rules]

    assert ParsedHours().open_among(keys, at) == []
