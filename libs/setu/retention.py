"""Retention that two services keep to. Source: docs/privacy.md."""

from datetime import timedelta

SEEN_FOR = timedelta(days=90)
"""From submission, for the referrer's row and every notice to the referrer; from closing, for the provider's lists
(`referral_service/domain/retention.py`); from the event, for other notices."""
