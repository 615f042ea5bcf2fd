"""Answers to other queries of an address, made without entering the application.

For a list that everybody may ask in a thousand ways: of the price of one page most is the way through the application.
A view that answers everybody alike hands over, with the answer that it is about to give, a function which makes the
answer for any query of the same path: `answer_directly(make, own)`. The headers that hooks put on are learned from the
answer as it leaves the application; those named in `own` are the function's.

Promises: only plain reads are answered so: a GET without credentials, body or condition. Whatever the function raises
sends the request through the application, which says what is wrong with it; so the function needs to know only what is
right. The answer is handed to `kept_answers`, gets a request id of its own and is counted. Not for answers that depend
on a header of the request.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import request

from service_kit import logs
from service_kit.web import figures
from service_kit.web.headers import REQUEST_ID
from service_kit.web.kept_answers import is_anybodys, mark

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MARK = "setu.answer-directly"


@dataclass(frozen=True)
class DirectAnswer:
    """A 200: its body, the headers that are its own (without the length), and how to tell later that it is right."""

    body: bytes
    headers: list[tuple[str, str]]
    still_right: Callable[[], bool]


#: From a query string (ASCII, as it stands in the address) to the answer; raises anything where it cannot tell.
Make = Callable[[str], DirectAnswer]
#: Whether a request may be answered below the application.
Admits = Callable[["WSGIEnvironment"], bool]


def answer_directly(make: Make, own: Iterable[str]) -> None:
    """Say in a view, for the 200 that it is about to give, how other queries of this path are answered.

    `make` runs in any thread, outside of the application's context. `own`: the headers that `make` may give.
    """
    request.environ[_MARK] = make, request.endpoint, frozenset(map(str.lower, own))


@dataclass(frozen=True)
class _Known:
    make: Make
    endpoint: str
    headers: list[tuple[str, str]]  # the same on every answer


class DirectAnswers:
    """WSGI middleware around a Flask application; one a process."""

    def __init__(self, app: "WSGIApplication", admits: Admits | None = None) -> None:
        """`admits`: asked before each answer is made; where it says no, the application answers."""
        self._app, self._admits = app, admits
        self._known: dict[str, _Known] = {}  # by path; there are as many as views that say so

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer directly where that is known, else ask the application."""
        if not is_anybodys(environ) or environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
            return self._app(environ, start_response)
        known = self._known.get(environ["PATH_INFO"])
        if known is None:
            return self._learning(environ, start_response)
        if self._admits is not None and not self._admits(environ):
            return self._app(environ, start_response)
        began = perf_counter()
        made = None
        with suppress(Exception):  # the application meets the same, and tells it to the client and to the log
            made = known.make(environ.get("QUERY_STRING", ""))
        if made is None:
            return self._app(environ, start_response)
        mark(environ, made.still_right, known.endpoint)
        own = (("Content-Length", str(len(made.body))), (REQUEST_ID, logs.begin_request()))
        start_response("200 OK", [*made.headers, *known.headers, *own])
        figures.count(known.endpoint, "GET", 200, perf_counter() - began)
        return (made.body,)

    def _learning(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        told: list[Any] = []

        def noting(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            told[:] = status, headers
            return start_response(status, headers, error)

        body = self._app(environ, noting)
        said = environ.pop(_MARK, None)
        if said is not None and told[0][:3] == "200":
            make, endpoint, own = said
            apart = own | {"content-length", REQUEST_ID.lower()}
            lasting = [(name, value) for name, value in told[1] if name.lower() not in apart]
            self._known[environ["PATH_INFO"]] = _Known(make, endpoint, lasting)
        return body
