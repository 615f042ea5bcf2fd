"""How many distances are worked out is bounded; the nearest are taken, and the answer says in which circle."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.many_services import build_index
from directory_service.finding.domain.search_request import (
    Point,
    Search,
)
from directory_service.finding.store.search.reader import (
    MOST_NEAR,
    SearchIndex,
)
from directory_service.finding.use_cases.find_services import (
    SearchRequest,
    every_answer,
    find_services,
)

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
HERE = Search(near=Point(22.5, 88.3), radius=100_000.0)


def test_of_more_than_can_be_measured_the_nearest_are_taken(tmp_path: Path) -> None:
    build_index(tmp_path, MOST_NEAR + 2_000)
    snapshot = SearchIndex(tmp_path).snapshot()

    found = find_services(snapshot, SearchRequest(HERE, size=MOST_NEAR), NOW)
    everything = list(every_answer(snapshot, SearchRequest(HERE), "minimal", NOW))

    assert found.within is not None
    assert found.within < 100_000
    assert 1_000 < found.total == len(found.hits) == len(everything) <= MOST_NEAR
    assert found.metres == sorted(found.metres or ())
    assert max(found.metres) <= found.within
    again = find_services(snapshot, SearchRequest(replace(HERE, radius=float(found.within)), facets=("status",)), NOW)
    assert again.total == found.total


def test_where_fewer_are_the_circle_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    build_index(tmp_path, 300)

    found = find_services(SearchIndex(tmp_path).snapshot(), SearchRequest(HERE), NOW)

    assert (found.total, found.within) == (300, 100_000)
