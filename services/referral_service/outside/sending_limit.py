"""Limit on how much one account sends: more than anybody has to do, and far less than a flood.

Why: a flood fills a provider's list, and who sends a referral knows its card's code, so a made-up one could also make
up what a person says with it (rule 14). It knows of nothing but the account's own sending.
"""

import time
from collections.abc import Callable
from uuid import UUID

from service_kit.rate_limit import RateLimit

_HOUR = 3600.0  # seconds


def sending_limit(an_hour: int = 60, clock: Callable[[], float] = time.monotonic) -> RateLimit[UUID]:
    """Counts what an account sends by this process: referrals, and answers of people who were not referred."""
    return RateLimit(an_hour, _HOUR, clock)
