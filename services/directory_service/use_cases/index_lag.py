"""How far the search index is behind the database, for `/readyz`: changes and seconds."""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

from directory_service.store.changes import feed, oldest_after
from directory_service.store.search.folder import NoIndex
from directory_service.use_cases.tools import search_index
from service_kit.web.context import context

_TOO_OLD = 10.0  # seconds; usual is well below one


def index_lag() -> Mapping[str, object]:
    """`lag_seconds` is the age of the oldest change that the index does not hold; `behind` counts numbered changes."""
    try:
        state = search_index().newest().state
    except NoIndex:
        return {"lag_seconds": None, "behind": None}
    try:
        with context().db.transaction() as session:
            known, oldest = feed(session), oldest_after(session, state.cursor)
    except DBAPIError:  # told by the check of the database
        return {"lag_seconds": None, "behind": None}
    if state.feed != str(known.id):
        return {"lag_seconds": None, "behind": None}
    seconds = max(0.0, (context().clock.now() - oldest).total_seconds()) if oldest else 0.0
    return {"lag_seconds": round(seconds, 3), "behind": max(0, known.last - state.cursor)}


def index_keeps_up() -> bool:
    """Whether there is an index of this database, and it is at most ten seconds behind."""
    seconds = index_lag()["lag_seconds"]
    return isinstance(seconds, float) and seconds <= _TOO_OLD
