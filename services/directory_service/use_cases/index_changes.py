"""Follow the change feed into the search index: the worker's loop, and the only writer of the index in use.

A round numbers what has been committed, reads what has a higher number than the index's own cursor, and commits entries
and cursor together. Killed at any moment, it goes on from the cursor. An index that is missing, damaged, of another
format or of another database is built anew.
"""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy.orm import Session

from directory_service.store.changes import (
    CHANNEL,
    NUMBERED_AT_ONCE,
    Changed,
    changes_after,
    feed,
    number_changes,
    oldest_after,
)
from directory_service.store.read_for_index import rows_of, surroundings
from directory_service.store.search.entry import entries
from directory_service.store.search.folder import NoIndex, note_followed, sweep
from directory_service.store.search.integrity import broken_files
from directory_service.store.search.reader import SearchIndex, Snapshot
from directory_service.store.search.writer import BuildWriter, Locked
from directory_service.use_cases.rebuild_index import rebuild_index
from service_kit import metrics
from service_kit.db.engine import Database

_log = logging.getLogger(__name__)
_AT_ONCE = 1_000
_LISTEN = 0.25  # seconds between looks at the stop signal
_SWEEP = 4  # times that, until one looks for what was not announced
_PATIENCE = 5.0  # seconds until one asks again for the writing lock
_indexed = metrics.counter("index_changes", "Changes of the feed that were put into the search index")
_rebuilt = metrics.counter("index_rebuilds", "How often the search index was built anew by itself")


class Indexer:
    """Keeps the index in a folder in step with the database. One round at a time."""

    def __init__(self, db: Database, folder: Path) -> None:
        self._db, self._folder = db, folder
        self._index = SearchIndex(folder)
        self._writer: BuildWriter | None = None
        self._is_checked = False

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
                        stop.wait(_PATIENCE)
                    _wait_for_notice(connection, stop)
        finally:
            self.close()

    def catch_up(self) -> None:
        """Bring everything that is committed into the index. Raises Locked."""
        there_is_more = True
        while there_is_more:
            with self._db.transaction() as session:
                numbered = number_changes(session)
            there_is_more = self._round() or numbered == NUMBERED_AT_ONCE

    def close(self) -> None:
        """Give the writing lock back."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.__exit__(None, None, None)

    def _round(self) -> bool:
        """Some changes; whether there may be more."""
        began, snapshot = time.time(), self._followed()
        try:
            with self._db.transaction() as session:
                changes = changes_after(session, snapshot.state.cursor, _AT_ONCE)
                if changes:
                    self._write(session, snapshot, changes)
                oldest = oldest_after(session, changes[-1].number if changes else snapshot.state.cursor)
        except (ValueError, OSError) as error:  # what the library says of a build that it cannot write
            self._replace(str(error))
            return True
        _indexed.inc(len(changes))
        if oldest is None:
            note_followed(self._folder, began)
        return len(changes) == _AT_ONCE

    def _followed(self) -> Snapshot:
        """The index in use; one that cannot be followed up is replaced first."""
        with self._db.transaction() as session:
            known = feed(session)
        try:
            snapshot = self._index.newest()
        except NoIndex as error:
            self._replace(error.reason)
            self._is_checked = True
            return self._index.newest()
        if snapshot.state.feed != str(known.id) or snapshot.state.cursor > known.last:
            self._replace("of another database")
        elif not self._is_checked and (broken := broken_files(self._folder / snapshot.build, snapshot.state.reach)):
            self._replace(f"damaged: {', '.join(broken)}")
        elif not self._is_checked and snapshot.state.reach.is_mostly_old:
            self._replace("mostly old")
        self._is_checked = True
        return self._index.newest()

    def _replace(self, reason: str) -> None:
        _log.warning("the search index is built anew", extra={"reason": reason})
        self.close()
        count = rebuild_index(self._db, self._folder)
        _rebuilt.inc()
        _log.info("the search index was built", extra={"services": count})

    def _write(self, session: Session, snapshot: Snapshot, changes: Sequence[Changed]) -> None:
        """Into the very build that the cursor was read from: if another is put in use meanwhile, it has its own."""
        ids = [change.object_id for change in changes if change.kind == "service"]
        around = surroundings(session) if ids else None
        changed = entries(rows_of(session, ids), around) if around else ()
        writer = self._writer_of(snapshot)
        writer.replace(ids, changed)
        writer.commit(feed=snapshot.state.feed, cursor=changes[-1].number)

    def _writer_of(self, snapshot: Snapshot) -> BuildWriter:
        if self._writer is None or self._writer.build.name != snapshot.build:
            left = self._writer.build if self._writer is not None else None
            self.close()
            self._writer = BuildWriter(self._folder / snapshot.build, snapshot.state.reach)
            sweep(self._folder, left)
        return self._writer


def _wait_for_notice(connection: psycopg.Connection, stop: threading.Event) -> None:
    """Until something was committed, a second is over (nothing depends on notices), or the end has come."""
    for _ in range(_SWEEP):
        if stop.is_set() or any(True for _notice in connection.notifies(timeout=_LISTEN, stop_after=1)):
            return
