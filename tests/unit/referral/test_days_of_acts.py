"""Which days and moments an act may name."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referral_service.domain.transition_body import FARTHEST, NOTHING_SAID, TransitionBody, days_out_of_range

NOW = datetime(2026, 3, 2, 19, 30, tzinfo=UTC)  # one in the morning of the third, in India
TODAY = date(2026, 3, 3)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("field", "first", "last", "step"),
    [
        ("said_yes_on", TODAY, TODAY, DAY),
        ("first_contact", TODAY - FARTHEST, TODAY, DAY),
        ("review_on", TODAY, TODAY + FARTHEST, DAY),
        ("time", NOW - FARTHEST, NOW, MINUTE),
        ("next_appointment", NOW, NOW + FARTHEST, MINUTE),
    ],
)
def test_what_was_done_is_not_ahead_and_what_is_planned_not_behind(
    field: str, first: date, last: date, step: timedelta
) -> None:
    refused = {
        value: list(days_out_of_range(TransitionBody(**{field: value}), NOW))
        for value in (first - step, first, last, last + step)
    }

    assert [value for value, fields in refused.items() if not fields] == list(dict.fromkeys((first, last)))
    assert [fields for fields in refused.values() if fields] == [[field], [field]]


def test_what_is_not_said_is_not_out_of_range() -> None:
    assert list(days_out_of_range(NOTHING_SAID, NOW)) == []
    assert list(days_out_of_range(TransitionBody(expected_release="unknown"), NOW)) == []
