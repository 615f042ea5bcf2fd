"""Worker loop that makes the datapackage once for each state of the change feed, and takes it away where it may not be.

What is in use is looked at every few seconds. A place that turns confidential removes the file at once (web processes
refuse it from the commit on), and ends a making that has begun. Otherwise the next one is begun when the feed has moved
and the maker has rested three times as long as the last one took: however often providers edit, a thread is busy a
quarter of the time. A making that fails (a full disk) leaves the file in use as it was, and is tried again.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.store.package_folder import PackageFolder
from directory_service.hsds.store.package_state import PackageState, package_state
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from service_kit import metrics
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database

_log = logging.getLogger(__name__)
LOOK = 2.0  # seconds between looks at the state; also while a package is being made
REST = 3  # times as long as the last making took
_made = metrics.counter("datapackages_made", "How often the datapackage was made anew")


class _Abandoned(Exception):
    """The package in the making may not be put in use, or the worker stops."""


class DatapackageMaker:
    """Keeps the file in a folder in step with the database. One making at a time, in all processes of a machine."""

    def __init__(
        self,
        db: Database,
        folder: PackageFolder,
        publication: Publication,
        *,
        clock: Clock | None = None,
        rest: float = REST,
        look: float = LOOK,
    ) -> None:
        self._db, self._folder, self._publication = db, folder, publication
        self._clock, self._rest, self._look = clock or SystemClock(), rest, look
        self._rests_until = 0.0

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set."""
        while not stop.is_set():
            self.tend(stop.is_set)
            stop.wait(self._look)

    def tend(self, is_stopped: Callable[[], bool] = lambda: False) -> bool:
        """Bring the file in step, if it is due; whether one was made. Raises OSError or sqlite3.Error (a full disk)."""
        state, note = self._state(), self._folder.read_note()
        if note and not note.may_be_shown(state):
            self._folder.take_out_of_use()
            note = None
        if note and (note.state == state or monotonic() < self._rests_until):
            return False
        with self._folder.write_lock() as is_ours:
            return is_ours and self._make(state, is_stopped)

    def _make(self, state: PackageState, is_stopped: Callable[[], bool]) -> bool:
        began = monotonic()
        self._folder.sweep()
        try:
            with TemporaryDirectory(dir=self._folder.path, prefix="making-") as name:
                written = Path(name, "datapackage.zip")
                with written.open("wb") as file:
                    check = self._checker(state, is_stopped)
                    rows = export_datapackage(self._db, file, self._publication, folder=Path(name), check=check)
                self._folder.put_in_use(written, state, self._clock.now())
        except _Abandoned:
            return False
        took = monotonic() - began
        self._rests_until = monotonic() + self._rest * took
        _made.inc()
        _log.info("the datapackage was made", extra={"rows": rows, "seconds": round(took, 1)})
        return True

    def _checker(self, state: PackageState, is_stopped: Callable[[], bool]) -> Callable[[], None]:
        """What is called again and again while a package is made: ends it early, and keeps the loop's pulse."""
        looked = monotonic()

        def check() -> None:
            nonlocal looked
            if is_stopped():
                raise _Abandoned
            if monotonic() - looked >= self._look:
                looked = monotonic()
                if self._state().hidden != state.hidden:
                    self._folder.take_out_of_use()
                    raise _Abandoned

        return check

    def _state(self) -> PackageState:
        with self._db.transaction() as session:
            return package_state(session)
