"""Middleware that reads each request's body to its end under a deadline, before the application is entered.

Why: gunicorn puts no bound on a body, so a client that sends a byte a second would hold a thread, and in it a place in
the application (`concurrency_limit`) and a database connection. Here it holds a thread for ten seconds and nothing
else. gunicorn also hands on a body that was cut short as if it were whole.

Promises: the application gets the whole body, or none and a `Problem` under `FAULT` in its environment, which
`refuse_faulty_body` raises before access is decided: 408 for a body that came too late or was cut short (chunked ones
too), 400 for chunks that are malformed. After a 408 the connection is closed. Of a body at most `keep` bytes are kept,
in memory or in a temporary file; what is longer is read away up to `read` bytes, so that the client gets to see the 413
that the application answers; one that says it is longer still is not read at all.
Not for bodies that a view handles while they arrive: there are none.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.sansio.utils import get_content_length
from werkzeug.wsgi import ClosingIterator

from service_kit.web.deadline_watch import Deadline, DeadlineWatch
from service_kit.web.problems import Problem, for_status

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 10.0
"""For a whole body. A gateway's own limit must be longer, so that clients get this answer (ops/compose/Caddyfile)."""
FAULT = "setu.body-fault"
_SOCKET = "gunicorn.socket"
_BLOCK = 64 * 1024
_IN_MEMORY = 64 * 1024


class BodyDeadline:
    """WSGI middleware around everything else of an application."""

    def __init__(self, app: "WSGIApplication", *, keep: int, read: int, seconds: float = SECONDS) -> None:
        self._app = app
        self._keep, self._read = keep, read
        self._watch = DeadlineWatch(seconds)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Read the body, then ask the application."""
        length = get_content_length(environ.get("CONTENT_LENGTH"), environ.get("HTTP_TRANSFER_ENCODING"))
        if length == 0 or (length is None and "HTTP_TRANSFER_ENCODING" not in environ):
            return self._app(environ, start_response)
        if length is not None and length > self._read:
            environ["wsgi.input"] = BytesIO()
            return self._app(environ, start_response)
        with self._watch.deadline(environ.get(_SOCKET)) as deadline:
            body = self._kept_body(environ, length, deadline)
        return ClosingIterator(self._app(environ, start_response), [body.close, deadline.end_connection])

    def _kept_body(self, environ: "WSGIEnvironment", length: int | None, deadline: Deadline) -> IO[bytes]:
        """Put the body into the environment, or what is wrong with it and an empty one."""
        body = SpooledTemporaryFile[bytes](max_size=_IN_MEMORY)
        received = 0
        try:
            for block in _blocks(environ["wsgi.input"], length, self._read):
                body.write(block[: max(0, self._keep - received)])
                received += len(block)
        except _Incomplete:
            environ[FAULT] = for_status(408)
            deadline.has_failed = True
        except ParseException:
            environ[FAULT] = for_status(408 if deadline.has_failed else 400)
        if FAULT in environ:
            body.truncate(0)
        body.seek(0)
        environ["wsgi.input"] = body
        return body


def refuse_faulty_body() -> None:
    """Before-request hook: raise what the middleware found."""
    fault: Problem | None = request.environ.get(FAULT)
    if fault is not None:
        raise fault


class _Incomplete(Exception):
    """The body came too late, or ended before its end."""


def _blocks(source: IO[bytes], length: int | None, most: int) -> Iterator[bytes]:
    """The body in blocks; `most` bytes of it, where its length is untold. Raises _Incomplete or ParseException."""
    left = most if length is None else length
    while left > 0:
        try:
            block = source.read(min(left, _BLOCK))
        except OSError:  # the receive timeout of a silent connection, one that was reset, chunks without an end
            raise _Incomplete from None
        if not block and length is not None:
            raise _Incomplete
        if not block:
            return
        left -= len(block)
        yield block
