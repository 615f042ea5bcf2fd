"""API keys at the door of `/api`: recognised, counted, told how much is left; elsewhere a key is nobody.

A request that presents a key is checked on public addresses too: an ended key is told so (401) instead of seeming to
work. The two headers are those of draft-ietf-httpapi-ratelimit-headers (-11): the policy with its quota and window in
seconds, and what is left (`r`) for how many seconds (`t`). They stand on answers to a key, whatever the status, and on
no others.
"""

from datetime import datetime

from flask import Flask, Response, g, request

from directory_service.accounts.domain.api_keys import (
    REQUESTS,
    WINDOW,
)
from directory_service.accounts.use_cases.api_keys.recognise_api_key import (
    KeyUse,
    looks_like_a_key,
    recognise_api_key,
)
from directory_service.settings import Settings
from service_kit.db.engine import Database
from service_kit.errors import TooMany
from service_kit.identity import Principal
from service_kit.keyring import MacKey
from service_kit.session_tokens import InvalidToken, SessionTokens
from service_kit.web.access.sessions import (
    Absence,
    whoever,
)
from service_kit.web.parsing import is_api
from service_kit.web.problems import unauthenticated

POLICY = f'"key";q={REQUESTS};w={int(WINDOW.total_seconds())}'


class DirectoryTokens(SessionTokens):
    """Session tokens as everywhere, and besides them the API keys that only the directory knows."""

    def __init__(self, settings: Settings, db: Database) -> None:
        super().__init__(settings.session_public_keys, settings.session_private_key)
        self._db, self._mac = db, MacKey(settings.mac_key)

    def verify(self, token: str, now: datetime) -> Principal:
        """The person of a session token, or the program of a key. Raises InvalidToken, or the 429 problem."""
        if not looks_like_a_key(token):
            return super().verify(token, now)
        use = recognise_api_key(self._db, self._mac, token, now) if is_api() else None
        if use is None:
            raise InvalidToken("no such key here, or one that is over")
        g.setu_key_use = use
        if use.too_many:
            raise TooMany(use.seconds)
        return use.who


def install(app: Flask) -> None:
    """Look at keys on every request for JSON, and tell them their limit."""
    app.before_request(_check_key)
    # These run last to first, and one of the kit's puts another answer in the place of the view's: so the first of all.
    app.after_request_funcs.setdefault(None, []).insert(0, _tell_limit)


def _check_key() -> None:
    """A route that is open to everybody asks nobody who they are; a key is asked all the same."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and looks_like_a_key(token.strip()) and is_api() and isinstance(whoever(), Absence):
        raise unauthenticated()


def _tell_limit(response: Response) -> Response:
    use: KeyUse | None = g.get("setu_key_use")
    if use is not None:
        response.headers["RateLimit-Policy"] = POLICY
        response.headers["RateLimit"] = f'"key";r={use.left};t={use.seconds}'
    return response
