"""Response cache of the web process for anonymous GETs; the view supplies an is-fresh callback.

A view that answers everybody alike calls `cache_response(is_fresh)`. What then leaves the application, with all the
headers that its hooks put on, is stored for the address (path, query, and `Accept-Encoding`, as `Vary` says), and sent
again to a GET or HEAD of the same address for as long as `is_fresh()` holds. A 304 is stored for the address and the
request's tags, and sent again to whoever sends the same ones. A new request id, the access log's line and the request
metrics are as if the application had answered.

Promises: only 200 and 304 are stored. A request with credentials (cookie, `Authorization`), a body or
`If-Modified-Since` neither gets a stored answer nor leaves one, so nothing personal is here, and whoever writes sees
their own change. No header of a request may go into an answer: a view whose answer depends on one must not be cached.
Bounded in bytes; the least recently used answers are evicted first. Not for answers that are streamed.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from time import perf_counter
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from flask import request

from service_kit import logs
from service_kit.web import request_metrics
from service_kit.web.etag import PACKED, EntityTags, read_tags
from service_kit.web.headers import REQUEST_ID

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MARK = "setu.is-fresh"
_OVERHEAD = 2_000  # bytes that an answer takes beside its body, its headers and its address
_NO_TAGS = ""
_Key = tuple[str, str, str, str]  # path, query, Accept-Encoding, and If-None-Match of a 304


def cache_response(is_fresh: Callable[[], bool]) -> None:
    """Say in a view, for the answer that it is about to give, how to tell later whether it is still right.

    `is_fresh` runs before every repetition, in any thread, outside of the application's context: it must be quick.
    """
    request.environ[_MARK] = is_fresh, request.endpoint


@dataclass(frozen=True)
class _Stored:
    is_fresh: Callable[[], bool]
    endpoint: str
    status: str
    headers: list[tuple[str, str]]  # without the request id
    body: bytes
    size: int  # bytes, with all that it takes beside the body

    def is_held(self, tags: EntityTags) -> bool:
        """Whether the application says 304 to a client with these tags: it does not tell packed from not packed."""
        tag = next((value for name, value in self.headers if name == "ETag"), "")
        return tag.strip('"').removesuffix(PACKED) in tags.unpacked()


class ResponseCache:
    """WSGI middleware around a Flask application; one a process, safe to share among threads."""

    def __init__(self, app: "WSGIApplication", most_bytes: int) -> None:
        self._app = app
        self._stored = LRUCache[_Key, _Stored](most_bytes, getsizeof=attrgetter("size"))
        self._changing = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from memory where that is right, else ask the application."""
        if not is_anonymous_read(environ):
            return self._app(environ, start_response)
        began = perf_counter()
        stored = self._find_answer(environ)
        if stored is None:
            return self._ask_application(environ, start_response)
        method, identity = environ["REQUEST_METHOD"], logs.begin_request()
        start_response(stored.status, [*stored.headers, (REQUEST_ID, identity)])
        request_metrics.count(stored.endpoint, method, int(stored.status[:3]), perf_counter() - began)
        return (stored.body,) if method == "GET" else ()

    def _find_answer(self, environ: "WSGIEnvironment") -> _Stored | None:
        tags = _tags(environ)
        for key in dict.fromkeys((tags, _NO_TAGS)):
            stored = self._get(_key(environ, key))
            if stored is not None and stored.is_fresh() and (key == tags or not stored.is_held(read_tags(tags))):
                return stored
        return None

    def _ask_application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        given: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            given[:] = status, headers
            return start_response(status, headers, error)

        body = self._app(environ, note)
        is_fresh, endpoint = environ.pop(_MARK, (None, None))
        if is_fresh is None or environ["REQUEST_METHOD"] != "GET" or given[0][:3] not in {"200", "304"}:
            return body
        try:
            whole = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        status, headers = given
        lasting = [(name, value) for name, value in headers if name != REQUEST_ID]
        key = _key(environ, _tags(environ) if status[:3] == "304" else _NO_TAGS)
        # links repeat the address, so a long one costs more than once
        size = _OVERHEAD + len(whole) + sum(map(len, key)) + sum(map(len, chain.from_iterable(lasting)))
        self._put(key, _Stored(is_fresh, endpoint, status, lasting, whole, size))
        return (whole,)

    def _get(self, key: _Key) -> _Stored | None:
        with self._changing:
            return self._stored.get(key)

    def _put(self, key: _Key, answer: _Stored) -> None:
        if answer.size > self._stored.maxsize // 4:  # it would push out most of the others
            return
        with self._changing:
            self._stored[key] = answer


def _key(environ: "WSGIEnvironment", tags: str) -> _Key:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_ENCODING", ""), tags


def _tags(environ: "WSGIEnvironment") -> str:
    return str(environ.get("HTTP_IF_NONE_MATCH", _NO_TAGS))


def is_anonymous_read(environ: "WSGIEnvironment") -> bool:
    """Whether the request is a read that says nothing about who asks."""
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_IF_MODIFIED_SINCE" not in environ
        and not environ.get("CONTENT_LENGTH")
        and "HTTP_TRANSFER_ENCODING" not in environ
    )
