"""Build the search index anew from the database, beside the one in use, and swap.

Searching goes on meanwhile. The feed's number is read before the rows, so whatever changes during the build has a
higher one and is followed up afterwards: nothing is missed, and what is seen twice is only written twice.
What no index has shown yet is seen with the swap, so the feed notes a time by which that is over.
"""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from directory_service.finding.store.read_for_index import (
    every_row,
    surroundings,
)
from directory_service.finding.store.search.entry import entries
from directory_service.finding.store.search.folder import (
    new_build,
    put_in_use,
)
from directory_service.finding.store.search.writer import BuildWriter
from directory_service.listings.store.change_feed import (
    feed,
    note_shown,
)
from service_kit.clock import Clock, SystemClock
from service_kit.db.engine import Database

_LONGEST = timedelta(hours=1)  # a million services take a few minutes
_HEAP = 128_000_000  # bytes; with less there are more and smaller segments to merge


def rebuild_index(db: Database, folder: Path, clock: Clock | None = None) -> int:
    """How many services are in the new index, which is then in use. A build that fails leaves the old one in use.

    Raises TimeoutError where it took longer than the feed says.
    """
    clock = clock or SystemClock()
    shown_at, build = clock.now() + _LONGEST, new_build(folder)
    try:
        count = _fill(db, build, shown_at)
        _check_time(clock, shown_at)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise
    put_in_use(build)
    return count


def _check_time(clock: Clock, shown_at: datetime) -> None:
    if clock.now() > shown_at:
        raise TimeoutError("the index took too long to build")


def _fill(db: Database, build: Path, shown_at: datetime) -> int:
    with db.transaction() as session:
        start, around = feed(session), surroundings(session)
        note_shown(session, start.last, shown_at)
    count = 0
    with BuildWriter(build, heap=_HEAP) as writer:
        for rows in every_row(db):
            writer.add(entries(rows, around))
            count += len(rows)
        writer.commit(feed=start.id, cursor=start.last)
    return count
