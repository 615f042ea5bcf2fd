"""gunicorn's threaded worker, but a thread that has answered stays with the connection for two milliseconds.

Why: gunicorn hands a connection back to its main thread after each answer, and gets it back with the next request.
That is two changes of threads a request, which cost as much as a small answer does. Whoever follows pages, a browser
that loads a page's parts and a gateway that keeps its connections all send the next request at once, so a thread with
nothing else to do waits that long for it. Where requests wait for a thread, nobody stays.
"""

import select
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_PATIENCE = 2  # milliseconds, which is also the longest that another connection waits for it


class _Pool(ThreadPoolExecutor):
    def has_work(self) -> bool:
        """Whether something waits for a thread."""
        return not self._work_queue.empty()


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """`worker_class` of the three web processes."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Return the pool of the worker's threads."""
        return _Pool(max_workers=self.cfg.threads)

    def handle(self, conn: Any) -> Any:
        """Answer the connection's requests; what is returned tells the main thread what to do with it."""
        outcome = super().handle(conn)
        if outcome is True and not conn.is_http2 and self._may_stay(conn):
            poll = select.poll()
            poll.register(conn.sock, select.POLLIN)
            while outcome is True and self._may_stay(conn) and poll.poll(_PATIENCE):
                outcome = super().handle(conn)
        return outcome

    def _may_stay(self, conn: Any) -> bool:
        # what was read ahead of the next request shows on no socket; the main thread knows what to do with it
        return self.alive and not self.tpool.has_work() and not conn.parser.unreader.buf.getvalue()
