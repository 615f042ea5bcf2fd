"""Tiers of a search: everything that it finds, cut into parts, best first.

Words decide first: how well a service fits them. Where no service fits all of them, some will do (see
`store.search.word_queries`); the numbers of those tiers begin at FIRST_LOOSE, so that a cursor says by itself which way
it goes on, whatever was put into the directory meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tantivy import Query

from directory_service.finding.domain.search_request import SearchRequest
from directory_service.finding.domain.wording import Wording
from directory_service.finding.store.search.lexicon import wording_of
from directory_service.finding.store.search.reader import Snapshot
from directory_service.finding.store.search.word_queries import WordQueries
from directory_service.finding.use_cases.open_hours import hours_open_on, open_hours
from directory_service.finding.use_cases.search_cursor import SearchCursor
from setu.india import day_in_india

FIRST_LOOSE = 64
_BY_FIT = frozenset({"relevance", "best"})


@dataclass(frozen=True)
class SearchTiers:
    """`matching`: everything that is found; `tiers`: the same in parts; `first`: the number of the first of them."""

    matching: Query
    tiers: Sequence[Query]
    first: int = 0


def search_tiers(
    snapshot: Snapshot, asked: SearchRequest, conditions: Query, after: SearchCursor | None, now: datetime
) -> SearchTiers:
    """The tiers within conditions; `after`: the cursor that was handed in."""
    found = _by_words(snapshot, asked, conditions, after, now)
    if asked.order not in _BY_FIT:
        tiers = snapshot.queries.taking_first([found.matching]) if asked.taking_first else [found.matching]
        return SearchTiers(found.matching, tiers, found.first)
    fitting = found.tiers if asked.order == "relevance" else [found.matching]
    tiers = snapshot.queries.confirmed_first(fitting, day_in_india(now))
    if asked.open_first:
        tiers = snapshot.queries.open_first(tiers, open_hours(snapshot, now))
    if asked.everybody_first:
        tiers = snapshot.queries.everybody_first(tiers)
    if asked.taking_first:
        tiers = snapshot.queries.taking_first(tiers)
    return SearchTiers(found.matching, tiers, found.first)


def asks_for_now(words: str) -> bool:
    """Whether the words name this minute, so that their answer does not hold for the next."""
    return bool(words.strip()) and any(segment.when == "now" for segment in wording_of(words).segments)


def _by_words(
    snapshot: Snapshot, asked: SearchRequest, conditions: Query, after: SearchCursor | None, now: datetime
) -> SearchTiers:
    if not asked.search.words.strip():
        return SearchTiers(conditions, [conditions])
    wording = wording_of(asked.search.words)
    queries = WordQueries(snapshot.queries, conditions, wording, _hours(snapshot, wording, now))
    is_loose = after.tier >= FIRST_LOOSE if after else not snapshot.has_any(queries.all_fit)
    if is_loose:
        return SearchTiers(queries.some_fit, queries.some_tiers(), FIRST_LOOSE)
    return SearchTiers(queries.all_fit, queries.all_tiers())


def _hours(snapshot: Snapshot, wording: Wording, now: datetime) -> dict[str, Sequence[str]]:
    return {each.when: _hours_open(snapshot, each.when, now) for each in wording.segments if each.when}


def _hours_open(snapshot: Snapshot, when: str, now: datetime) -> Sequence[str]:
    if when == "now":
        return open_hours(snapshot, now)
    today = day_in_india(now)
    ahead = {"today": 0, "tomorrow": 1}.get(when)
    if ahead is None:
        ahead = (int(when) - today.weekday()) % 7
    return hours_open_on(snapshot, today + timedelta(days=ahead))
