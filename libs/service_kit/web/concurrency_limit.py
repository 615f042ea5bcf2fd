"""Middleware: a semaphore that lets only so many requests into the application at once.

Why: a thread is cheap and may wait for a slow client; what a request needs in the application is not. So there are many
threads (`gunicorn.threads`), and as many requests inside as the database pool serves (`Database.most_requests`), which
also bounds what passwords cost in memory.

Promises: a request waits its turn here without holding anything. A body that is whole, or none, leaves its place before
it is sent; of a stream each block is made in a place of its own. So a client that reads slowly holds a thread, no
place.
"""

from collections.abc import Iterable, Iterator
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


_WITHOUT_BODY = {"204", "304"}


class ConcurrencyLimit:
    """WSGI middleware; one a process."""

    def __init__(self, app: "WSGIApplication", most: int) -> None:
        self._app = app
        self._places = BoundedSemaphore(most)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Wait for a place, then ask the application."""
        is_whole = False

        def noting(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            nonlocal is_whole
            is_whole = status[:3] in _WITHOUT_BODY or any(name.lower() == "content-length" for name, _ in headers)
            return start_response(status, headers, error)

        with self._places:
            body = self._app(environ, noting)
        return body if is_whole else ClosingIterator(self._blocks(body), [getattr(body, "close", lambda: None)])

    def _blocks(self, body: Iterable[bytes]) -> Iterator[bytes]:
        blocks = iter(body)
        while True:
            with self._places:
                block = next(blocks, None)
            if block is None:
                return
            yield block
