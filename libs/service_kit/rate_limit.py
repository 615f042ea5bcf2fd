"""Rate limit by key in the memory of one process: a token bucket for each account, address or whatever else is a key.

Promises: no statement and no row; bounded memory, the key that was idle longest is forgotten first. Exact for one
process only: behind N processes a key has up to N times as much. Where that is too much `db.throttle` counts in a
table.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

from service_kit.errors import TooMany
from service_kit.token_bucket import TokenBucket

_KEYS = 10_000  # some 4 MB
Key = TypeVar("Key", bound=Hashable)


class RateLimit(Generic[Key]):
    """`most` uses of a key at once, and as many every `span` seconds from then on. `clock`: seconds, steady."""

    def __init__(self, most: int, span: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._span, self._clock = most, span, clock
        self._buckets: LRUCache[Key, TokenBucket] = LRUCache(_KEYS)
        self._counting = threading.Lock()

    def count(self, key: Key) -> None:
        """Count a use. Raises TooMany."""
        now = self._clock()
        with self._counting:
            bucket = self._buckets.get(key) or TokenBucket(self._most, now)
            self._buckets[key], wait = bucket.take(self._most, self._span, now)
        if wait:
            raise TooMany(math.ceil(wait))
