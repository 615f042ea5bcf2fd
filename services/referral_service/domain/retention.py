"""Retention: how long what was sent is shown, and when its key goes. Source: docs/privacy.md.

Reads hide by these terms and the worker's sweep (`use_cases/enforce_retention.py`) deletes by them.
"""

from datetime import datetime, timedelta

from setu.retention import SEEN_FOR

REFERRER_SEES = SEEN_FOR
"""From submission, for the referrer's row and the officer's notices."""
PROVIDER_SEES = SEEN_FOR
"""From closing, for the provider's lists and pages."""
KEY_LIVES = timedelta(days=365)
"""From closing, for the key and everything that it opens."""
UNTOUCHED = timedelta(days=180)
"""Of an open referral, until its case worker is asked to close it."""

TEAM_GONE = timedelta(days=30)
"""From the closing of a provider, until what its team still held ends by itself."""


def sent_since(now: datetime) -> datetime:
    """Referrals sent before this instant have vanished for their senders."""
    return now - REFERRER_SEES
