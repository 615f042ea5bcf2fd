"""Answers that were given before and are still right, given again without entering the application.

A view that answers everybody alike says so with `keep_while(still_right)`; what then leaves the application, with all
the headers that its hooks put on, is kept for the address (path, query, and whether the client takes gzip), and given
again to a GET or HEAD of the same address for as long as `still_right()` holds: to one that brings the tag of the
answer 304, as the application said it. A new request id, the access log's line and the figures are as if the
application had answered. What an answer costs here is a few dozen microseconds.

Promises: only 200 and 304 are kept. A request with credentials (cookie, `Authorization`), a body or
`If-Modified-Since` neither gets a kept answer nor leaves one, so nothing personal is here, and whoever writes sees
their own change. No header of a request goes into an answer, so there is nothing to poison: an answer that depends on
one must not be kept. At most so many bytes a process; what was asked for longest ago leaves first. Not for answers that
are streamed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import request

from service_kit import logs
from service_kit.recent import Recent
from service_kit.web import figures
from service_kit.web.etag import is_held
from service_kit.web.gzip import ENDING, takes_gzip
from service_kit.web.headers import REQUEST_ID

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MARK = "setu.keep-while"
_BESIDE = 2_000  # bytes that an answer takes beside its body, its headers and its address
_Key = tuple[str, str, bool, str]


def keep_while(still_right: Callable[[], bool]) -> None:
    """Say in a view, for the answer that it is about to give, how to tell later whether it is still right.

    `still_right` runs before every repetition, in any thread, outside of the application's context: it must be quick.
    """
    mark(request.environ, still_right, request.endpoint)


def mark(environ: "WSGIEnvironment", still_right: Callable[[], bool], endpoint: str | None) -> None:
    """The same, said below the application."""
    environ[_MARK] = still_right, endpoint


@dataclass(frozen=True)
class _Kept:
    still_right: Callable[[], bool]
    endpoint: str
    status: str
    headers: list[tuple[str, str]]  # without the request id
    body: bytes

    @cached_property
    def tag(self) -> str:
        """Of the answer, packed or not."""
        tag = next((value for name, value in self.headers if name == "ETag"), "")
        return tag.replace(ENDING, '"').strip('"')

    def is_held(self, if_none_match: str) -> bool:
        return is_held(self.tag, if_none_match.replace(ENDING, '"'))


class KeptAnswers:
    """WSGI middleware around a Flask application; one a process."""

    def __init__(self, app: "WSGIApplication", most_bytes: int) -> None:
        self._app, self._kept = app, Recent[_Key, _Kept](most_bytes)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from memory where that is right, else ask the application."""
        if not is_anybodys(environ):
            return self._app(environ, start_response)
        began = perf_counter()
        kept = self._found(environ)
        if kept is None or not kept.still_right():
            return self._asked(environ, start_response)
        method, identity = environ["REQUEST_METHOD"], logs.begin_request()
        start_response(kept.status, [*kept.headers, (REQUEST_ID, identity)])
        figures.count(kept.endpoint, method, int(kept.status[:3]), perf_counter() - began)
        return (kept.body,) if method == "GET" else ()

    def _found(self, environ: "WSGIEnvironment") -> _Kept | None:
        whole, held = _key(environ, "200"), environ.get("HTTP_IF_NONE_MATCH")
        if held is None:
            return self._kept.get(whole)
        kept = self._kept.get(_key(environ, _unchanged(held)))
        if kept is not None and kept.is_held(held):
            return kept
        kept = self._kept.get(whole)
        return None if kept is None or kept.is_held(held) else kept

    def _asked(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told: list[Any] = []

        def noting(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            told[:] = status, headers
            return start_response(status, headers, error)

        held = environ.get("HTTP_IF_NONE_MATCH", "")
        body = self._app(environ, noting)
        still_right, endpoint = environ.pop(_MARK, (None, None))
        if still_right is None or environ["REQUEST_METHOD"] != "GET" or told[0][:3] not in {"200", "304"}:
            return body
        try:
            whole = b"".join(body)
        finally:
            getattr(body, "close", lambda: None)()
        status, headers = told
        lasting = [(name, value) for name, value in headers if name != REQUEST_ID]
        key = _key(environ, "200" if status[:3] == "200" else _unchanged(held))
        # links repeat the address, so a long one costs more than once
        cost = _BESIDE + len(whole) + sum(map(len, key[:2])) + sum(map(len, chain.from_iterable(lasting)))
        self._kept.put(key, _Kept(still_right, endpoint, status, lasting, whole), cost)
        return (whole,)


def _key(environ: "WSGIEnvironment", kind: str) -> _Key:
    packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return environ["PATH_INFO"], environ.get("QUERY_STRING", ""), packed, kind


def _unchanged(held: str) -> str:
    """Whoever holds the packed answer hears the packed one's tag again."""
    return "304 gzip" if ENDING in held else "304"


def is_anybodys(environ: "WSGIEnvironment") -> bool:
    """Whether the request is a read that says nothing about who asks."""
    return (
        environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and "HTTP_COOKIE" not in environ
        and "HTTP_AUTHORIZATION" not in environ
        and "HTTP_IF_MODIFIED_SINCE" not in environ
        and not environ.get("CONTENT_LENGTH")
        and "HTTP_TRANSFER_ENCODING" not in environ
    )
