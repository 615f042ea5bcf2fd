"""Snapshot of the search index as the public may see it now, also while the worker does not follow the database.

While the worker says each second that the index holds every change, the index alone is asked. When it has not said so
for some seconds, a place may have turned confidential, or a service may have been taken out, and the index still shows
it: then one indexed statement names the services that changed since, and nothing finds them until the worker is back.
Lists then need the database; without either there is no list. Not for the worker, which reads the index as it is.
"""

from directory_service.finding.store.search.folder import NoIndex
from directory_service.finding.store.search.reader import (
    SearchIndex,
    Snapshot,
)
from directory_service.listings.store.change_feed import (
    feed,
    services_after,
)
from service_kit.db.engine import Database

MOST_HIDDEN = 10_000  # services; of an index that is further behind not enough would be left to call it a list


def public_snapshot(index: SearchIndex, db: Database) -> Snapshot:
    """The newest snapshot without what changed since. Raises NoIndex, also where it is too far behind."""
    followed = index.followed()
    if followed is not None:
        return followed
    snapshot = index.snapshot()
    with db.transaction() as session:
        known = feed(session)
        changed = services_after(session, snapshot.state.cursor, MOST_HIDDEN + 1)
    if snapshot.state.feed != str(known.id) or snapshot.state.cursor > known.last:
        raise NoIndex("of another database")
    if len(changed) > MOST_HIDDEN:
        raise NoIndex("too far behind the database")
    return snapshot.without(changed, index.clock.now())
