"""Build the search index anew from the database, beside the one in use, and swap.

Searching goes on meanwhile. The feed's number is read before the rows, so whatever changes during the build has a
higher one and is followed up afterwards: nothing is missed, and what is seen twice is only written twice.
"""

import shutil
from pathlib import Path

from directory_service.store.changes import feed
from directory_service.store.read_for_index import every_row, surroundings
from directory_service.store.search.entry import entries
from directory_service.store.search.folder import new_build, put_in_use
from directory_service.store.search.writer import BuildWriter
from service_kit.db.engine import Database

_HEAP = 128_000_000  # bytes; with less there are more and smaller segments to merge


def rebuild_index(db: Database, folder: Path) -> int:
    """How many services are in the new index, which is then in use. A build that fails leaves the old one in use."""
    build = new_build(folder)
    try:
        count = _fill(db, build)
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise
    put_in_use(build)
    return count


def _fill(db: Database, build: Path) -> int:
    with db.transaction() as session:
        start, around = feed(session), surroundings(session)
    count = 0
    with BuildWriter(build, heap=_HEAP) as writer:
        for rows in every_row(db):
            writer.add(entries(rows, around))
            count += len(rows)
        writer.commit(feed=start.id, cursor=start.last)
    return count
