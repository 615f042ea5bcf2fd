"""Follow the change feed into the search index: the worker's loop, and the only writer of the index in use.

A round numbers what has been committed, reads what has a higher number than the index's own cursor, and commits entries
and cursor together. Killed at any moment, it goes on from the cursor. An index that is missing, damaged, of another
format or of another database is built anew.
"""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy.orm import Session

from directory_service.store.changes import CHANNEL, Changed, changes_after, feed, number_changes, oldest_after
from directory_service.store.read_for_index import rows_of, surroundings
from directory_service.store.search.entry import entry
from directory_service.store.search.folder import NoIndex, current_build, sweep
from directory_service.store.search.reader import SearchIndex, State
from directory_service.store.search.writer import BuildWriter, Locked
from directory_service.use_cases.rebuild_index import rebuild_index
from service_kit import metrics
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database

_log = logging.getLogger(__name__)
_AT_ONCE = 1_000
_LISTEN = 0.25  # seconds between looks at the stop signal, and a sweep for what was not announced
_lag = metrics.gauge("index_lag_seconds", "Age of the oldest change that the search index does not hold yet")
_indexed = metrics.counter("index_changes", "Changes of the feed that were put into the search index")
_rebuilt = metrics.counter("index_rebuilds", "How often the search index was built anew by itself")


class Indexer:
    """Keeps the index in a folder in step with the database. One round at a time."""

    def __init__(self, db: Database, folder: Path, *, clock: Clock | None = None) -> None:
        self._db, self._folder, self._clock = db, folder, clock or SystemClock()
        self._index = SearchIndex(folder)
        self._writer: BuildWriter | None = None

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Woken by the notice that the database sends at each commit."""
        try:
            with closing(self._db.dedicated()) as connection:
                connection.execute(f"LISTEN {CHANNEL}")
                while not stop.is_set():
                    try:
                        self.catch_up()
                    except Locked:
                        _log.info("another worker writes the index")
                        stop.wait(5)
                    self._wait(connection)
        finally:
            self.close()

    def catch_up(self) -> int:
        """Bring everything that is committed into the index; how many changes that were. Raises Locked."""
        state, done = self._state(), 0
        while True:
            with self._db.transaction() as session:
                numbered = number_changes(session)
            with self._db.transaction() as session:
                changes = changes_after(session, state.cursor, _AT_ONCE)
                if changes:
                    self._write(session, state, changes)
            if changes:
                state = State(state.feed, changes[-1].number)
                done += len(changes)
                _indexed.inc(len(changes))
            self._tell_lag(state.cursor)
            if not changes and not numbered:
                return done

    def close(self) -> None:
        """Give the writing lock back."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.__exit__(None, None, None)

    def _wait(self, connection: psycopg.Connection) -> None:
        for _notice in connection.notifies(timeout=_LISTEN, stop_after=1):
            pass

    def _state(self) -> State:
        """How far the index in use is; one that cannot be followed up is replaced first."""
        with self._db.transaction() as session:
            known = feed(session)
        try:
            state = self._index.snapshot().state
            if state.feed == str(known.id) and state.cursor <= known.last:
                self._open()
                return state
            reason = "of another database"
        except (NoIndex, ValueError, OSError) as error:
            reason = str(error)
        _log.warning("the search index is built anew", extra={"reason": reason})
        self.close()
        count = rebuild_index(self._db, self._folder)
        _rebuilt.inc()
        _log.info("the search index was built", extra={"services": count})
        self._open()
        return self._index.snapshot().state

    def _open(self) -> BuildWriter:
        build = self._folder / current_build(self._folder)
        if self._writer is None or self._writer.build != build:
            self.close()
            self._writer = BuildWriter(build)
            sweep(self._folder)
        return self._writer

    def _write(self, session: Session, state: State, changes: Sequence[Changed]) -> None:
        ids = [change.object_id for change in changes if change.kind == "service"]
        around = surroundings(session) if ids else None
        entries = [entry(row, around) for row in rows_of(session, ids)] if around else []
        writer = self._open()
        writer.replace(ids, entries)
        writer.commit(feed=state.feed, cursor=changes[-1].number)

    def _tell_lag(self, cursor: int) -> None:
        with self._db.transaction() as session:
            oldest = oldest_after(session, cursor)
        _lag.set((self._clock.now() - oldest).total_seconds() if oldest else 0)
