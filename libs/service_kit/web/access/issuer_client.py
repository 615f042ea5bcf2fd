"""Circuit breaker and cache around one question to the service that signs people in: whether a session stands.

Why: while no heartbeat of revocations arrives (`db/session_heartbeat.py`), a session that was ended there would live on
here for hours. Promises: asked with the reader's own token, which is neither stored nor logged; "stands" is believed
for 30 seconds, "ended" for as long as this process remembers. One request asks at a time and the others wait for its
answer, at most `WAIT`; after a silence nobody asks for ten seconds, and then one request does, while the others go on
without. That a token is ahead of the clock over there tells nothing of its session, and is not remembered. When not to
use it: on a request while heartbeats arrive.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from enum import Enum
from threading import Lock

import httpx
from cachetools import LRUCache, TTLCache

from service_kit import metrics
from service_kit.logs import place_of
from service_kit.web.problems import NOT_VALID_YET

STANDS_FOR = 30.0  # seconds
PAUSE = 10.0  # seconds without a question after one that found no answer
WAIT = 1.5  # seconds that a request waits for another one's question
_DEADLINE = httpx.Timeout(0.5, read=1.0)  # seconds: to connect, to write; until the answer's bytes come
_REMEMBERED = 4096  # sessions, in each process

_log = logging.getLogger(__name__)
_asked = metrics.counter("session_questions", "Questions whether a session stands, by what was answered", ["answer"])


class SessionAnswer(Enum):
    """What is known of a session."""

    STANDS = "stands"
    ENDED = "ended"
    EARLY = "early"  # of a token that is ahead of the clock over there, which tells nothing of its session
    UNKNOWN = "unknown"


class IssuerClient:
    """Asks `GET <base>/api/session`: 200 stands, 401 ended or early, anything else is no answer. Safe among threads."""

    def __init__(
        self,
        base: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`base` has no trailing slash. Opens nothing before the first question, so it may be made before a fork."""
        self._url = f"{base}/api/session"
        self._monotonic = monotonic
        self._transport = transport
        self._client: httpx.Client | None = None
        self._asking = Lock()
        self._stands: TTLCache[bytes, bool] = TTLCache(_REMEMBERED, STANDS_FOR, timer=monotonic)
        self._ended: LRUCache[bytes, bool] = LRUCache(_REMEMBERED)
        self._memory = Lock()
        self._silent_until: float | None = None  # None while the last question was answered

    def ask(self, token: str) -> SessionAnswer:
        """Return what is remembered of this token's session or what is answered now; UNKNOWN where nobody answers."""
        key = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._known(key)
        if known is not None:
            return known
        if not self._asking.acquire(timeout=WAIT if self._silent_until is None else 0):
            return SessionAnswer.UNKNOWN
        try:
            return self._known(key) or self._question(token, key)
        finally:
            self._asking.release()

    def _known(self, key: bytes) -> SessionAnswer | None:
        with self._memory:
            if key in self._ended:
                return SessionAnswer.ENDED
            if key in self._stands:
                return SessionAnswer.STANDS
        silent_until = self._silent_until
        return SessionAnswer.UNKNOWN if silent_until is not None and self._monotonic() < silent_until else None

    def _question(self, token: str, key: bytes) -> SessionAnswer:
        standing = _standing(self._get(token))
        _asked.labels(standing.value).inc()
        self._silent_until = self._monotonic() + PAUSE if standing is SessionAnswer.UNKNOWN else None
        remembered = {SessionAnswer.STANDS: self._stands, SessionAnswer.ENDED: self._ended}.get(standing)
        if remembered is not None:
            with self._memory:
                remembered[key] = True
        return standing

    def _get(self, token: str) -> httpx.Response | None:
        """The answer; None where none came."""
        if self._client is None:  # no proxy of the environment: the token goes to the issuer alone
            self._client = httpx.Client(timeout=_DEADLINE, trust_env=False, transport=self._transport)
        try:
            return self._client.get(self._url, headers={"Authorization": f"Bearer {token}"})
        except httpx.HTTPError as error:
            _log.warning("nobody says whether sessions stand: %s", place_of(error))
            return None


def _standing(answer: httpx.Response | None) -> SessionAnswer:
    if answer is None:
        return SessionAnswer.UNKNOWN
    if answer.status_code == 401 and answer.headers.get("WWW-Authenticate") == NOT_VALID_YET:
        return SessionAnswer.EARLY
    return {200: SessionAnswer.STANDS, 401: SessionAnswer.ENDED}.get(answer.status_code, SessionAnswer.UNKNOWN)
