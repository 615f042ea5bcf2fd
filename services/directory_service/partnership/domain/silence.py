"""Silence of a district: how long it may be without a held meeting, until its coordinators and then its state hear.

Promises: pure. Only a held meeting ends it: one without a quorum does not (`use_cases/remind_of_silence.py` leaves it
out). Not for when the next meeting is: that is `meeting_date.py`.
"""

from datetime import date, timedelta

WITHOUT_MEETING = timedelta(days=45)
TO_STATE_AFTER = timedelta(days=15)
"""Beyond `WITHOUT_MEETING`."""


def is_overdue(last_held: date | None, counted_from: date, today: date) -> bool:
    """Whether a district has been without a held meeting for 45 days; one that never met counts from `counted_from`."""
    return today - (last_held or counted_from) > WITHOUT_MEETING


def state_hears(last_held: date | None, counted_from: date, today: date) -> bool:
    """Whether the state's body hears of it, too: 15 days after the district's coordinators."""
    return is_overdue(last_held, counted_from, today - TO_STATE_AFTER)
