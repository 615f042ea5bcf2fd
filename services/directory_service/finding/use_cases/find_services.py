"""Find services: the one way, for the API and for the pages.

Every order is total (see `store.search.query`), so a cursor can stand after any entry: `Link: next` carries one,
and whoever follows it is neither shown a service twice nor passed by one because others were added or taken out.
In the order `id` no edit moves a service either; in the others an edited service may move to its new place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tantivy import Query

from directory_service.finding.domain.finding import (
    FACETS,
    Search,
)
from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import (
    MOST_NEAR,
    Hit,
    Snapshot,
)
from directory_service.finding.store.pin_code_areas import PinCodeArea
from directory_service.finding.use_cases.locate_pin_code import locate_pin_code
from directory_service.finding.use_cases.open_hours import open_hours
from directory_service.finding.use_cases.paging import (
    ORDERS,
    HitPage,
    page_through,
)
from directory_service.finding.use_cases.search_cursor import (
    SearchCursor,
    read_search_cursor,
    write_search_cursor,
)
from directory_service.listings.domain.confirmation import UNCONFIRMED_DAYS
from setu.india import INDIA, day_in_india

_BY_DAY = frozenset({"relevance", "best"})
_AT_ONCE, _LINES = 500, 50


@dataclass(frozen=True)
class SearchRequest:
    """A search and which part of its answer. `sort` None: by relevance if there are words, else distance, else id.

    `open_first`: within each tier of `best` or `relevance` first what is open at the moment of asking.
    `everybody_first`: within each of these what serves women and men before what serves some people alone.
    `unconfirmed_last`: so in the order of distance too, which then has no cursors; the others are so anyway. `counted`
    False: the total is not wanted, and is zero from the second page on.
    """

    search: Search
    sort: str | None = None
    page: int = 1
    size: int = 25
    cursor: str | None = None
    facets: Sequence[str] = ()
    open_first: bool = False
    everybody_first: bool = False
    unconfirmed_last: bool = False
    counted: bool = True

    @property
    def order(self) -> str:
        """The order that is meant."""
        if self.sort:
            return "best" if self.sort == "relevance" and not self.search.words.strip() else self.sort
        return "relevance" if self.search.words.strip() else "distance" if self.search.near else "id"


@dataclass(frozen=True)
class SearchPage:
    """A part of the answer. `metres` beside each hit where distance was asked for; `next` is a cursor, or None.

    `within`: the radius (metres) that was looked in, where there is a point: a smaller one than was asked for where
    more than MOST_NEAR are in that. `around`: the PIN code, or the beginning of one, whose middle that point is.
    """

    total: int
    hits: Sequence[Hit]
    next: str | None
    metres: Sequence[int] | None
    within: int | None
    around: str | None
    facets: dict[str, list[tuple[str, int]]]


class UnknownPlace(LookupError):
    """Nobody knows where this PIN code lies, so nothing can be near it."""


class NoPoint(ValueError):
    """Distance was asked for without a point."""


def tag_of(snapshot: Snapshot, asked: SearchRequest, now: datetime, *, clock_matters: bool) -> str:
    """What the answer depends on beside the address: the index's generation, and day or minute where time counts."""
    if clock_matters:
        return f"{snapshot.tag}-{now.astimezone(INDIA):%Y%m%d%H%M}"
    return f"{snapshot.tag}-{now.astimezone(INDIA):%Y%m%d}" if asked.order in _BY_DAY else snapshot.tag


def changed_at(snapshot: Snapshot, asked: SearchRequest, now: datetime, *, clock_matters: bool) -> datetime | None:
    """Since when the answer is the same; None where that is not known because the minute counts."""
    if clock_matters:
        return None
    if asked.order not in _BY_DAY:
        return snapshot.changed_at
    return max(snapshot.changed_at, now.astimezone(INDIA).replace(hour=0, minute=0, second=0, microsecond=0))


def find_services(snapshot: Snapshot, asked: SearchRequest, now: datetime) -> SearchPage:
    """Raises UnknownPlace, NoPoint, BadCursor (from `cursor`)."""
    search, order = asked.search, ORDERS[asked.order]
    area = _area(snapshot, search)
    centre = area.middle if area else None if isinstance(search.near, str) else search.near
    if order.field is None and centre is None:
        raise NoPoint("sort=distance needs near")
    conditions = _conditions(snapshot, search)
    near = within = None
    if centre is not None:
        worded = snapshot.queries.any_word_tier(conditions, search.words)
        within, near = snapshot.distances(worded, centre, search.radius)
    if near is not None and (order.field or asked.facets):
        conditions = every([conditions, snapshot.queries.among([hit.key[1] for hit in near])])
    after = read_search_cursor(asked.cursor, asked.order) if asked.cursor else None
    if order.field is None:
        nearest = near or []
        if asked.unconfirmed_last:
            nearest = _confirmed_first(nearest, now)
        page = _by_distance(nearest, asked, after)
    else:
        tiers = _tiers(snapshot, asked, conditions, now)
        offset = (asked.page - 1) * asked.size
        page = page_through(snapshot, order, tiers, size=asked.size, offset=offset, after=after, counted=asked.counted)
    return SearchPage(
        total=page.total,
        hits=page.hits,
        next=write_search_cursor(asked.order, page.next) if page.next else None,
        metres=_metres(near, page.hits),
        within=None if within is None else round(within),
        around=area.of if area else None,
        facets=_facets(snapshot, conditions, asked),
    )


def every_answer(snapshot: Snapshot, asked: SearchRequest, which: str, now: datetime) -> Iterator[memoryview]:
    """All answers, as of one moment, with little memory."""
    # distances are worked out for all at once, so they are asked for once
    size = _AT_ONCE if ORDERS[asked.order].field else MOST_NEAR
    asked = replace(asked, size=size, facets=(), counted=False)
    while True:
        found = find_services(snapshot, asked, now)
        for start in range(0, len(found.hits), _LINES):
            yield from snapshot.answers(found.hits[start : start + _LINES], which)
        if found.next is None:
            return
        asked = replace(asked, cursor=found.next)


def _conditions(snapshot: Snapshot, search: Search) -> Query:
    hours = open_hours(snapshot, search.open_at) if search.open_at else None
    return snapshot.queries.conditions(search, hours)


def _area(snapshot: Snapshot, search: Search) -> PinCodeArea | None:
    """Where the PIN code lies that is asked for, if one is."""
    if not isinstance(search.near, str):
        return None
    area = locate_pin_code(snapshot, search.near)
    if area is None:
        raise UnknownPlace(search.near)
    return area


def _tiers(snapshot: Snapshot, asked: SearchRequest, conditions: Query, now: datetime) -> list[Query]:
    queries, words, today = snapshot.queries, asked.search.words, day_in_india(now)
    if asked.order == "relevance":
        tiers = queries.tiers(conditions, words, today)
    elif asked.order == "best":
        tiers = queries.tiers(queries.any_word_tier(conditions, words), "", today)
    else:
        return [queries.any_word_tier(conditions, words)]
    if asked.open_first:
        tiers = queries.open_first(tiers, open_hours(snapshot, now))
    return queries.everybody_first(tiers) if asked.everybody_first else tiers


def _confirmed_first(near: Sequence[Hit], now: datetime) -> list[Hit]:
    oldest = day_in_india(now).toordinal() - UNCONFIRMED_DAYS
    return sorted(near, key=lambda hit: hit.beside < oldest)


def _by_distance(near: Sequence[Hit], asked: SearchRequest, after: SearchCursor | None) -> HitPage:
    if after is None:
        left = near[(asked.page - 1) * asked.size :]
    else:
        left = [hit for hit in near if hit.key > tuple(after.key)]
    hits = left[: asked.size]
    return HitPage((len(near),), hits, SearchCursor(0, list(hits[-1].key)) if len(left) > len(hits) and hits else None)


def _metres(near: Sequence[Hit] | None, hits: Sequence[Hit]) -> list[int] | None:
    if near is None:
        return None
    if hits and isinstance(hits[0].key, tuple):
        return [hit.key[0] for hit in hits]
    known = {hit.answers_at: hit.key[0] for hit in near}
    return [known[hit.answers_at] for hit in hits]


def _facets(snapshot: Snapshot, conditions: Query, asked: SearchRequest) -> dict[str, list[tuple[str, int]]]:
    wanted = [name for name in FACETS if name in asked.facets]
    if not wanted:
        return {}
    counted = snapshot.counts(snapshot.queries.any_word_tier(conditions, asked.search.words), wanted)
    # a state is indexed by both of its codes, and counted by the one
    return {
        name: [(value, count) for value, count in rows if name != "state" or value.isdigit()]
        for name, rows in counted.items()
    }
