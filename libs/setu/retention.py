"""Retention that two services keep to. Source: docs/privacy.md."""

from datetime import timedelta

SEEN_FOR = timedelta(days=90)
"""From submission, for the referrer's row; from closing, for the provider's lists; from the event, for its notices."""
