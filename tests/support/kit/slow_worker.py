"""A gunicorn worker that takes its time before it has signal handlers of its own."""

import time

from gunicorn.workers.gthread import ThreadWorker

BEGINS = "the worker begins"


class SlowWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """As the usual one, half a minute late."""

    def init_process(self) -> None:
        """Say so, and wait."""
        self.log.info(BEGINS)
        time.sleep(30)
        super().init_process()
