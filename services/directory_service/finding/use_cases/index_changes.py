"""Follow the change feed into the search index: the worker's loop, and the only writer of the index in use.

A round numbers what has been committed, reads what has a higher number than the index's own cursor, and commits entries
and cursor together. Killed at any moment, it goes on from the cursor. An index that is missing, damaged, of another
format or of another database is built anew.

In the night after an edit it is built anew too, for the files still hold what was edited, taken out or turned
confidential. Entries and feed say by when every reader sees a change (`shown_at`, a little later than the commit of the
index): a list that is asked for what is new since a time compares with that, so nobody who polls misses what was
committed or indexed late. A round that took longer than that gets new numbers and is written once more.
"""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from directory_service.finding.store.read_for_index import (
    rows_of,
    surroundings,
)
from directory_service.finding.store.search.broken_files import broken_files
from directory_service.finding.store.search.entry import entries
from directory_service.finding.store.search.folder import (
    NoIndex,
    note_followed,
    sweep,
)
from directory_service.finding.store.search.reader import (
    SearchIndex,
    Snapshot,
)
from directory_service.finding.store.search.writer import (
    BuildWriter,
    Locked,
)
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.listings.store.change_feed import (
    CHANNEL,
    NUMBERED_AT_ONCE,
    Changed,
    changes_after,
    feed,
    note_shown,
    number_again,
    number_changes,
    oldest_after,
)
from service_kit import metrics
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database
from service_kit.db.listening import listen, wait_for_notice
from setu.india import INDIA

_log = logging.getLogger(__name__)
_AT_ONCE = 1_000
_SWEEP = 1.0  # seconds until one looks for what was not announced
_PATIENCE = 5.0  # seconds until one asks again for the writing lock
_LONGEST_ROUND = timedelta(seconds=2)  # usually hundredths of a second
_NIGHT = 3  # o'clock in India
_indexed = metrics.counter("index_changes", "Changes of the feed that were put into the search index")
_rebuilt = metrics.counter("index_rebuilds", "How often the search index was built anew by itself")


class Indexer:
    """Keeps the index in a folder in step with the database. One round at a time."""

    def __init__(self, db: Database, folder: Path, *, clock: Clock | None = None) -> None:
        self._db, self._folder, self._clock = db, folder, clock or SystemClock()
        self._index = SearchIndex(folder)
        self._writer: BuildWriter | None = None
        self._is_checked = False
        self._longest_round = _LONGEST_ROUND

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Woken by the notice that the database sends at each commit."""
        try:
            with closing(self._db.dedicated()) as connection:
                listen(connection, CHANNEL)
                while not stop.is_set():
                    try:
                        self.catch_up()
                    except Locked:
                        _log.info("another worker writes the index")
                        stop.wait(_PATIENCE)
                    wait_for_notice(connection, stop, _SWEEP)
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
        began, snapshot = self._clock.now(), self._followed()
        shown_at = began + self._longest_round
        try:
            with self._db.transaction() as session:
                changes = changes_after(session, snapshot.state.cursor, _AT_ONCE)
                if changes:
                    self._write(session, snapshot, changes, shown_at)
                last = changes[-1].number if changes else snapshot.state.cursor
                oldest = oldest_after(session, last)
        except (ValueError, OSError) as error:  # what the library says of a build that it cannot write
            self._replace(str(error))
            return True
        _indexed.inc(len(changes))
        if changes and not self._note_shown(snapshot.state.cursor, last, shown_at):
            return True
        if oldest is None:
            note_followed(self._folder, began.timestamp())
        return len(changes) == _AT_ONCE

    def _note_shown(self, cursor: int, last: int, shown_at: datetime) -> bool:
        """Note by when every reader sees the changes; False where that is over, for then they are written once more."""
        is_in_time = self._clock.now() <= shown_at
        with self._db.transaction() as session:
            if is_in_time:
                note_shown(session, last, shown_at)
            else:
                number_again(session, cursor, last)
        if not is_in_time:
            self._longest_round *= 2
        return is_in_time

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
        elif _is_due(snapshot.state.edited_at, self._clock.now()):
            self._replace("nightly, for what was edited leaves the disk")
            sweep(self._folder, self._folder / snapshot.build)
        self._is_checked = True
        return self._index.newest()

    def _replace(self, reason: str) -> None:
        _log.warning("the search index is built anew", extra={"reason": reason})
        self.close()
        count = rebuild_index(self._db, self._folder, self._clock)
        _rebuilt.inc()
        _log.info("the search index was built", extra={"services": count})

    def _write(self, session: Session, snapshot: Snapshot, changes: Sequence[Changed], shown_at: datetime) -> None:
        """Into the very build that the cursor was read from: if another is put in use meanwhile, it has its own."""
        ids = [change.object_id for change in changes if change.kind == "service"]
        around = surroundings(session) if ids else None
        changed = entries(rows_of(session, ids, shown_at), around) if around else ()
        writer = self._writer_of(snapshot)
        writer.replace(ids, changed)
        edited_at = snapshot.state.edited_at or (self._clock.now().timestamp() if ids else None)
        writer.commit(feed=snapshot.state.feed, cursor=changes[-1].number, edited_at=edited_at)

    def _writer_of(self, snapshot: Snapshot) -> BuildWriter:
        if self._writer is None or self._writer.build.name != snapshot.build:
            left = self._writer.build if self._writer is not None else None
            self.close()
            self._writer = BuildWriter(self._folder / snapshot.build, snapshot.state.reach)
            sweep(self._folder, left)
        return self._writer


def _is_due(edited_at: float | None, now: datetime) -> bool:
    """Whether a night has begun since the first edit."""
    if edited_at is None:
        return False
    edited = datetime.fromtimestamp(edited_at, UTC).astimezone(INDIA)
    night = edited.replace(hour=_NIGHT, minute=0, second=0, microsecond=0)
    return now >= (night if edited < night else night + timedelta(days=1))
