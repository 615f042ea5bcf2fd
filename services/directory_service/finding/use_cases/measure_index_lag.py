"""Gauge of how far the search index is behind the database.

Why: the worker measures it beside the indexer, so that an indexer which is stuck or builds for minutes shows, too.
"""

from datetime import datetime

from directory_service.finding.store.search.folder import NoIndex
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.listings.store.change_feed import (
    feed,
    oldest_after,
)
from service_kit import metrics
from service_kit.db.engine import Database

_lag = metrics.gauge(
    "index_lag_seconds", "Age of the oldest change that the search index does not hold yet, +Inf without an index"
)


def measure_index_lag(db: Database, index: SearchIndex, now: datetime) -> None:
    """Set the gauge to what is so now. Raises DBAPIError while the database is away."""
    _lag.set(_seconds_behind(db, index, now))


def _seconds_behind(db: Database, index: SearchIndex, now: datetime) -> float:
    try:
        state = index.newest().state
    except NoIndex:
        return float("inf")
    with db.transaction() as session:
        known, oldest = feed(session), oldest_after(session, state.cursor)
    if state.feed != str(known.id):
        return float("inf")
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
