"""Limit on how much one account sends: more than anybody has to do, and far less than a flood.

Why: a flood fills a provider's list, and who sends a referral knows its card's code, so a made-up one could also make
up what a person says with it (rule 14). A token bucket for each account in the memory of each web process: it costs no
statement and knows of nothing but the account's own sending. Behind N processes an account has up to N times as much.
"""

import math
import threading
import time
from collections.abc import Callable
from uuid import UUID

from cachetools import LRUCache

from service_kit.errors import TooMany
from service_kit.token_bucket import TokenBucket

_ACCOUNTS = 10_000
_HOUR = 3600.0  # seconds


class SendingLimit:
    """Counts what is sent by this process: referrals, and answers of people who were not referred."""

    def __init__(self, an_hour: int = 60, clock: Callable[[], float] = time.monotonic) -> None:
        """`an_hour` at once, and as many an hour from then on. `clock`: seconds, steady."""
        self._an_hour, self._clock = an_hour, clock
        self._buckets: LRUCache[UUID, TokenBucket] = LRUCache(_ACCOUNTS)
        self._counting = threading.Lock()

    def count(self, account: UUID) -> None:
        """Count one. Raises TooMany."""
        now = self._clock()
        with self._counting:
            bucket = self._buckets.get(account) or TokenBucket(self._an_hour, now)
            self._buckets[account], wait = bucket.take(self._an_hour, _HOUR, now)
        if wait:
            raise TooMany(math.ceil(wait))
