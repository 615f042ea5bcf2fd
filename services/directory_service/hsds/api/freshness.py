"""Freshness of cached public answers: the is-fresh callbacks that views hand to `response_cache`.

What comes from the index is fresh while the index is at the same commit, and where time counts while the day or the
minute is the same. What comes from the database is fresh while the index stays where it was *before* the database was
asked, for every change that the public can see moves it within a second. Either is fresh only while the worker says
that it follows the database: when it does not, each request is answered anew. A repeated answer goes by a look at the
index's files that is at most 5 ms old (`followed_lately`). Not for what no change of the feed tells of (districts, the
middle of a PIN code).
"""

from directory_service.finding.domain.search_request import SearchRequest
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.find_services import (
    tag_of,
)
from directory_service.hsds.api.response_cache import cache_response
from service_kit.clock import Clock
from service_kit.web.context import dependency


def cache_index_answer(
    index: SearchIndex, clock: Clock, asked: SearchRequest, tag: str, *, clock_matters: bool
) -> None:
    """The answer holds what was found in the index: it is fresh while this is its tag."""

    def is_fresh() -> bool:
        snapshot = index.followed_lately()
        return snapshot is not None and tag == tag_of(snapshot, asked, clock.now(), clock_matters=clock_matters)

    cache_response(is_fresh)


def cache_database_answer() -> None:
    """The answer holds what the database says from now on: call it before the database is asked."""
    index = dependency(SearchIndex)
    before = index.followed()
    if before is None:
        return

    def is_fresh() -> bool:
        snapshot = index.followed_lately()
        return snapshot is not None and snapshot.tag == before.tag

    cache_response(is_fresh)
