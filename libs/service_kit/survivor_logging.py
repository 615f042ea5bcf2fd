"""Loop of a worker that keeps the survivor log, and the gauge that says how far behind it is.

Why: a log that stands still brings erased people back at the next restore, and nobody sees it before. Promises: the
log's folder is never made here, because one that is missing is a disk that is not mounted; each failure is raised, for
the worker to log and to try again, and the gauge grows meanwhile, as it does while changes wait for a newer worker, as
after rolling back; `setu doctor` reads it (ops/local_stack/worker_reasons.py).
Within a minute after a worker of release 0.1.0 has ended, what it forgot is logged.
"""

import errno
from collections.abc import Sequence
from datetime import datetime, timedelta

from service_kit import age, metrics
from service_kit.clock import Clock
from service_kit.db import survivors as log
from service_kit.db.engine import Database
from service_kit.settings import KitSettings

_LOOK_FOR_FORGOTTEN = timedelta(minutes=1)
_behind = metrics.gauge(
    "survivors_unlogged_seconds", "Age, at most, of the oldest change that must survive a restore and is not logged yet"
)


class SurvivorLogging:
    """The log of one service, where its settings name one."""

    def __init__(self, db: Database, settings: KitSettings, clock: Clock, survivors: Sequence[log.Survivor]) -> None:
        self._db, self._clock, self._survivors = db, clock, survivors
        self._recipients = settings.backup_recipients
        self._folder = settings.survivors and settings.survivors / settings.service
        self._whole_at = clock.now()
        self._looked_at: datetime | None = None

    def run(self) -> None:
        """Log what waits. Raises OSError, AgeError, DBAPIError: what was not logged waits on."""
        began = self._clock.now()
        if self._folder is None or self._recipients is None:
            log.log_survivors(self._db, self._survivors, None, ())
            return
        if not self._folder.is_dir():
            words = "there is no such folder for the survivor log; is its disk mounted?"
            raise FileNotFoundError(errno.ENOENT, words, str(self._folder))
        recipients = age.read_recipients(self._recipients)
        if self._looked_at is None or abs(began - self._looked_at) >= _LOOK_FOR_FORGOTTEN:
            log.note_forgotten(self._db, self._survivors)
            self._looked_at = began
        while log.log_survivors(self._db, self._survivors, self._folder, recipients) == log.AT_ONCE:
            pass
        if not log.waits_for_newer(self._db, self._survivors):
            self._whole_at = began

    def forget_old_lines(self, now: datetime) -> None:
        """Delete the files of more than 31 days ago; `now` (aware) is believed."""
        if self._folder is not None:
            log.forget_old_lines(self._folder, now)

    def measure(self) -> None:
        """Set the gauge to what is so now; 0 where no log is wanted."""
        _behind.set(0 if self._folder is None else (self._clock.now() - self._whole_at).total_seconds())
