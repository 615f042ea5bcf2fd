"""Find services: the one way, for the API and for the pages.

Every order is total (see `store.search.query`), so a cursor can stand after any entry: `Link: next` carries one,
and whoever follows it is neither shown a service twice nor passed by one because others were added or taken out.
In the order `id` no edit moves a service either; in the others an edited service may move to its new place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tantivy import Query

from directory_service.finding.domain.search_request import FACETS, Point, Search, SearchRequest
from directory_service.finding.store.pin_code_areas import PinCodeArea
from directory_service.finding.store.search.entry import LAST_DAY
from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import (
    MOST_NEAR,
    Hit,
    Snapshot,
)
from directory_service.finding.use_cases.locate_pin_code import locate_pin_code
from directory_service.finding.use_cases.open_hours import open_hours
from directory_service.finding.use_cases.paging import (
    ORDERS,
    DistanceTier,
    FieldTier,
    Tier,
    page_through,
)
from directory_service.finding.use_cases.search_cursor import (
    read_search_cursor,
    write_search_cursor,
)
from directory_service.finding.use_cases.search_tiers import SearchTiers, search_tiers
from directory_service.listings.domain.confirmation import UNCONFIRMED_DAYS
from setu.india import INDIA, day_in_india

_AT_ONCE, _LINES = 500, 50


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
    return f"{snapshot.tag}-{now.astimezone(INDIA):%Y%m%d}" if _goes_by_day(asked) else snapshot.tag


def changed_at(snapshot: Snapshot, asked: SearchRequest, now: datetime, *, clock_matters: bool) -> datetime | None:
    """Since when the answer is the same; None where that is not known because the minute counts."""
    if clock_matters:
        return None
    if not _goes_by_day(asked):
        return snapshot.changed_at
    return max(snapshot.changed_at, now.astimezone(INDIA).replace(hour=0, minute=0, second=0, microsecond=0))


def _goes_by_day(asked: SearchRequest) -> bool:
    """Whether the answer moves with the day: by what was confirmed lately, or by a weekday among the words."""
    return asked.order in {"relevance", "best"} or bool(asked.search.words.strip())


def find_services(snapshot: Snapshot, asked: SearchRequest, now: datetime) -> SearchPage:
    """Raises UnknownPlace, NoPoint, BadCursor (from `cursor`)."""
    area = _area(snapshot, asked.search)
    centre = area.middle if area else None if isinstance(asked.search.near, str) else asked.search.near
    if ORDERS[asked.order].field is None and centre is None:
        raise NoPoint("sort=distance needs near")
    after = read_search_cursor(asked.cursor, asked.order, near=centre is not None) if asked.cursor else None
    found = search_tiers(snapshot, asked, _conditions(snapshot, asked.search), after, now)
    near = _near(snapshot, found.matching, centre, asked.search.radius) if centre else None
    tiers = _tiers(snapshot, asked, found, near, now)
    offset = (asked.page - 1) * asked.size
    page = page_through(
        tiers,
        size=asked.size,
        offset=offset,
        after=after,
        first=found.first,
        count_all=lambda: _count(snapshot, asked, found.matching, near),
    )
    return SearchPage(
        total=page.total,
        hits=page.hits,
        next=write_search_cursor(asked.order, page.next) if page.next else None,
        metres=_metres(near, page.hits),
        within=round(near.within) if near else None,
        around=area.of if area else None,
        facets=_facets(snapshot, _among(snapshot, found.matching, near), asked.facets),
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


@dataclass(frozen=True)
class _Near:
    """What was found around a point: the nearest first, and the radius (metres) that was looked in."""

    centre: Point
    within: float
    hits: Sequence[Hit]


def _near(snapshot: Snapshot, matching: Query, centre: Point, radius: float) -> _Near:
    within, hits = snapshot.distances(matching, centre, radius)
    return _Near(centre, within, hits)


def _tiers(
    snapshot: Snapshot, asked: SearchRequest, found: SearchTiers, near: _Near | None, now: datetime
) -> Sequence[Tier]:
    order = ORDERS[asked.order]
    if near is None:
        return [FieldTier(snapshot, order, tier) for tier in found.tiers]
    if order.field is None:
        cut = [near.hits] if len(found.tiers) == 1 else [_hits_near(snapshot, tier, near) for tier in found.tiers]
        return [DistanceTier(_confirmed_first(hits, now) if asked.unconfirmed_last else hits) for hits in cut]
    if asked.order == "relevance":
        return [DistanceTier(_by_confirmation(snapshot, tier, near)) for tier in found.tiers]
    return [FieldTier(snapshot, order, _among(snapshot, tier, near)) for tier in found.tiers]


def _by_confirmation(snapshot: Snapshot, tier: Query, near: _Near) -> list[Hit]:
    """The nearest first; of those at one distance what was confirmed last."""
    hits = _hits_near(snapshot, tier, near)
    return sorted(hit._replace(key=(hit.key[0], LAST_DAY - hit.beside, hit.key[1])) for hit in hits)


def _hits_near(snapshot: Snapshot, tier: Query, near: _Near) -> Sequence[Hit]:
    return snapshot.distances(tier, near.centre, near.within)[1]


def _count(snapshot: Snapshot, asked: SearchRequest, matching: Query, near: _Near | None) -> int:
    """How many there are in all; 0 where nobody wants to know."""
    if not asked.counted:
        return 0
    return snapshot.count(matching) if near is None else len(near.hits)


def _among(snapshot: Snapshot, query: Query, near: _Near | None) -> Query:
    """Of what the query finds, what is near."""
    return query if near is None else every([query, snapshot.queries.among([hit.key[1] for hit in near.hits])])


def _confirmed_first(near: Sequence[Hit], now: datetime) -> list[Hit]:
    oldest = day_in_india(now).toordinal() - UNCONFIRMED_DAYS
    return sorted(near, key=lambda hit: hit.beside < oldest)


def _metres(near: _Near | None, hits: Sequence[Hit]) -> list[int] | None:
    if near is None:
        return None
    known = {hit.answers_at: hit.key[0] for hit in near.hits}
    return [known[hit.answers_at] for hit in hits]


def _facets(snapshot: Snapshot, matching: Query, facets: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    wanted = [name for name in FACETS if name in facets]
    if not wanted:
        return {}
    # a state is indexed by both of its codes, and counted by the one
    return {
        name: [(value, count) for value, count in rows if name != "state" or value.isdigit()]
        for name, rows in snapshot.counts(matching, wanted).items()
    }
