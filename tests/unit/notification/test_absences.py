"""An absence begins or goes on, and does not last for ever."""

from datetime import date, timedelta

import pytest

from notification_service.domain.absences import LONGEST_ABSENCE, check_absence
from notification_service.domain.bad_choice import BadChoice
from setu.india import day_in_india
from support.notification import NOON

TODAY = day_in_india(NOON)


@pytest.mark.parametrize(
    ("first", "last", "word"),
    [
        (TODAY, TODAY - timedelta(days=1), "ends_before_it_begins"),
        (TODAY - timedelta(days=3), TODAY - timedelta(days=1), "over"),
        (TODAY, TODAY + LONGEST_ABSENCE + timedelta(days=1), "too_long"),
    ],
)
def test_days_that_are_no_absence_are_refused(first: date, last: date, word: str) -> None:
    with pytest.raises(BadChoice) as refused:
        check_absence(first, last, TODAY)
    assert refused.value.word == word
    check_absence(TODAY, TODAY + LONGEST_ABSENCE, TODAY)
