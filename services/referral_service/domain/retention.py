"""Retention: how long what was sent is shown, and when its key goes. Source: docs/privacy.md.

Reads hide by the two spans of what is shown, and the worker's sweep (`use_cases/enforce_retention.py`) deletes by them.
They are no settings: officers' answers and notices of two services end by the same ninety days. What the worker alone
does is a setting, `Terms`, which may make it shorter than the promise and never longer. Not for a key that an act
destroys: those are the rows of `transitions.py` with `destroys_key`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from setu.retention import SEEN_FOR

REFERRER_SEES = SEEN_FOR
"""From submission (90 days), for the referrer's row and the officer's notices."""
PROVIDER_SEES = SEEN_FOR
"""From closing (90 days), for the provider's lists and pages."""

CARD_ALONE_LEADS = timedelta(days=365)
"""From the day on which a card was handed out alone, for the needs by which it counts an arrival, and what it said."""

DESK_DETAILS_LIVE = timedelta(days=365)
"""From the end of a request at the data officer's desk, for what is sealed of it; its line stays, as the log does."""


@dataclass(frozen=True)
class Terms:
    """Spans of the worker's sweep, as settings. `key_lives`: from closing, for the key and everything it opens."""

    key_lives: timedelta = timedelta(days=365)


def sent_since(now: datetime, reset_at: datetime | None = None) -> datetime:
    """Referrals sent before this instant have vanished for their senders: 90 days ago, or when the account was reset.

    `reset_at`: the account's last new slip, for whoever holds it now must not see what was sent before.
    """
    since = now - REFERRER_SEES
    return since if reset_at is None else max(since, reset_at)
