"""Retention: how long what was sent, reported or tallied is kept. Source: docs/privacy.md.

Why: spans stand together, so that nobody looks for one in the query that deletes by it. Promises: pure; the worker's
sweep deletes by them (`use_cases/enforce_retention.py`), tallies as they are made (`use_cases/tally_sending.py`). Not
for an absence, which is over with its last day (`absences.py`).
"""

from datetime import datetime, timedelta

from setu.retention import SEEN_FOR

PROGRESS_KEPT = timedelta(days=400)
"""From the last event about a referral, for which of its events were seen and that it has ended: longer than any
referral can still be spoken of."""

WEBHOOKS_KEPT = timedelta(days=30)
"""From planning a message or sending it once more, for the message and its attempts; from removing an endpoint, for its
tombstone."""

REPORTS_KEPT = timedelta(days=1)
"""From receipt, for a provider's report under its callback's id: longer than a signature is good, so that a replay adds
nothing."""

SENDING_DAYS_KEPT = timedelta(days=400)
"""From its day, for a channel's tally."""


def notice_ends_at(happened_at: datetime, told_end: datetime | None) -> datetime:
    """When a notice and its messages go: when their event says, else `SEEN_FOR` after it. All moments are aware.

    A referrer's say so: `SEEN_FOR` after submission, whatever happened.
    """
    return told_end or happened_at + SEEN_FOR
