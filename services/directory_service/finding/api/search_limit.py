"""Rate limit of public searches by network address: nobody who reads meets it, nobody keeps the processors busy alone.

Promises: 429 with `Retry-After`; no request costs a row (`service_kit.rate_limit`). Counted is what has to be searched:
an answer that is kept costs nothing and is not. Requests with an API key have that key's limit instead. Not a defence
against many addresses.
"""

from flask import Flask, request

from directory_service.accounts.domain.networks import network_of
from directory_service.accounts.use_cases.api_keys.recognise_api_key import looks_like_a_key
from service_kit.rate_limit import RateLimit
from service_kit.web.parsing import is_api

_MINUTE = 60.0  # seconds
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

    def __init__(self, a_minute: int) -> None:
        """`a_minute` searches of a network at once, and as many a minute from then on."""
        self._searches: RateLimit[str] = RateLimit(a_minute, _MINUTE)

    def install(self, app: Flask) -> None:
        """Count the searches that reach the application."""
        app.before_request(self._check)

    def _check(self) -> None:
        if request.endpoint not in SEARCHES or _has_key() or not _asks_for_something():
            return
        self._searches.count(network_of(request.remote_addr or "", ipv4_prefix=32))


def _has_key() -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return is_api() and scheme.lower() == "bearer" and looks_like_a_key(token.strip())


def _asks_for_something() -> bool:
    return request.endpoint != "find_help.front" or bool(request.args)
