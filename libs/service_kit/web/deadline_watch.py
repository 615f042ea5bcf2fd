"""Watchdog thread that ends the reading of a connection whose body comes too late.

Why: a timer for each body starts a thread for each, which cost a submission a fifteenth of its time. Promises: all
deadlines of a watch last equally long, so they pass in the order in which they began, and one thread sleeps until the
first; a body that has arrived is never ended. The thread starts with the first body, so after gunicorn forks.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RD, SHUT_RDWR, socket
from threading import Condition, Thread
from time import monotonic, sleep


class Deadline:
    """Ends the reading side of a connection when it passes, which wakes who reads from it."""

    def __init__(self, connection: socket | None) -> None:
        self.has_failed = False
        self.is_over = False
        self._connection = connection

    def pass_by(self) -> None:
        """The time is over."""
        self.has_failed = True
        self._shut(SHUT_RD)

    def end_connection(self) -> None:
        """After the answer to a body that failed: what may still arrive must not be read as the next request."""
        if self.has_failed:
            self._shut(SHUT_RDWR)

    def _shut(self, side: int) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the client was quicker
                self._connection.shutdown(side)


class DeadlineWatch:
    """Deadlines of `seconds` each; one watch an application."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: deque[tuple[float, Deadline]] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None

    @contextmanager
    def deadline(self, connection: socket | None) -> Iterator[Deadline]:
        """A deadline that runs until the block ends."""
        deadline = Deadline(connection)
        with self._changed:
            self._running.append((monotonic() + self._seconds, deadline))
            self._changed.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._pass_by_in_turn, name="body deadlines", daemon=True)
                self._thread.start()
        try:
            yield deadline
        finally:
            with self._changed:
                deadline.is_over = True

    def _pass_by_in_turn(self) -> None:
        while True:
            with self._changed:
                while not self._running:
                    self._changed.wait()
                ends, deadline = self._running[0]
                left = 0.0 if deadline.is_over else ends - monotonic()
                if left <= 0:
                    self._running.popleft()
                    if not deadline.is_over:
                        deadline.pass_by()
            if left > 0:
                sleep(left)
