"""Rate limit of public searches by network address: nobody who reads meets it, nobody keeps the processors busy alone.

A token bucket for each address in the memory of each web process: no request costs a row. Promises: bounded memory, the
address that was idle longest is forgotten first; 429 with `Retry-After`. Counted is what has to be searched: an answer
that is kept costs nothing and is not. Requests with an API key have that key's limit instead. Not a defence against
many addresses, and exact for one process only: behind N processes an address has up to N times as much.
"""

import math
import threading
import time
from collections.abc import Callable

from cachetools import LRUCache
from flask import Flask, request

from directory_service.accounts.domain.networks import network_of
from directory_service.accounts.use_cases.recognise_api_key import looks_like_a_key
from service_kit.errors import TooMany
from service_kit.token_bucket import TokenBucket
from service_kit.web.parsing import is_api

_ADDRESSES = 10_000  # some 4 MB
SEARCHES = frozenset(
    {
        "find_help.front",
        "find_help.results",
        "hsds_services.list_services",
        "hsds_services.search_services",
        "hsds_at_locations.list_at_locations",
        "hsds_at_locations.search_at_locations",
    }
)


class SearchLimit:
    """Counts the searches of one process."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`a_minute` searches at once, and as many a minute from then on. `clock`: seconds, steady."""
        self._a_minute, self._clock = a_minute, clock
        self._buckets: LRUCache[str, TokenBucket] = LRUCache(_ADDRESSES)
        self._counting = threading.Lock()

    def seconds_to_wait(self, address: str) -> float:
        """Count a search; 0.0 where it is admitted."""
        network, now = network_of(address, ipv4_prefix=32), self._clock()
        with self._counting:
            bucket = self._buckets.get(network) or TokenBucket(self._a_minute, now)
            bucket, wait = bucket.take(self._a_minute, 60, now)
            self._buckets[network] = bucket
        return wait

    def install(self, app: Flask) -> None:
        """Count the searches that reach the application."""
        app.before_request(self._check)

    def _check(self) -> None:
        if request.endpoint not in SEARCHES or _has_key() or not _asks_for_something():
            return
        wait = self.seconds_to_wait(request.remote_addr or "")
        if wait:
            raise TooMany(math.ceil(wait))


def _has_key() -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return is_api() and scheme.lower() == "bearer" and looks_like_a_key(token.strip())


def _asks_for_something() -> bool:
    return request.endpoint != "find_help.front" or bool(request.args)
