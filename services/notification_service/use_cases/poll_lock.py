"""Lock under which one sender of a process polls a queue, while the others send or wait for it.

Why: what is planned costs a process one poll of the queue, not one for each sender, and an idle one asks once a pause.
Promises: after `wake`, or a poll that failed, whoever holds the lock next polls at once; nobody who is to stop polls.
When not to use it: between processes, which skip each other's locked rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class PollLock:
    """One for each queue of a process; `pause` (seconds) lies between polls while nobody wakes the senders."""

    def __init__(self, pause: float = 1.0) -> None:
        self._pause = pause
        self._lock = Lock()
        self._may_be_due = Event()
        self._may_be_due.set()  # nobody has polled yet

    def wake(self) -> None:
        """Let the queue be polled at once: more may be due."""
        self._may_be_due.set()

    @contextmanager
    def hold(self, stop: Event) -> Iterator[bool]:
        """Hold the lock from when it is time to poll; False where others held it for a pause, or `stop` is set."""
        if not self._lock.acquire(timeout=self._pause):
            yield False
            return
        try:
            if not stop.is_set():
                self._may_be_due.wait(self._pause)
                self._may_be_due.clear()  # before the poll, or what is planned meanwhile would wait for a pause
            yield not stop.is_set()
        except Exception:
            self._may_be_due.set()  # the poll failed, and what it was woken for is due still
            raise
        finally:
            self._lock.release()
