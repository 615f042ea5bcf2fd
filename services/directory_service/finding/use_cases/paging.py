"""Walk through tiers of the index in an order: from an offset, or on from a place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from tantivy import Query

from directory_service.finding.store.search.entry import name_number
from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import (
    Hit,
    Snapshot,
)
from directory_service.finding.use_cases.cursor import SearchCursor

_LONGEST_RUN = 10_000  # entries with the same key
_key_of = attrgetter("key")


@dataclass(frozen=True)
class Order:
    """The fast field that a tier is sorted by; None where the order is worked out from distances."""

    field: str | None
    descending: bool = False


#: By the names of `domain.finding.SORTS`.
ORDERS: Mapping[str, Order] = {
    "id": Order("by_id"),
    "best": Order("by_best"),
    "relevance": Order("by_best"),
    "name": Order("name_key"),
    "modified": Order("by_change", descending=True),
    "distance": Order(None),
}


@dataclass(frozen=True)
class HitPage:
    """How many each tier has, some of all, and the place after the last one if there are more."""

    counts: tuple[int, ...]
    hits: Sequence[Hit]
    next: SearchCursor | None

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.counts)


def walk(
    snapshot: Snapshot,
    order: Order,
    tiers: Sequence[Query],
    *,
    size: int,
    offset: int,
    after: SearchCursor | None,
    counted: bool = True,
) -> HitPage:
    """At most `size` hits, after a place if one is given, else from `offset`; `counted` False leaves counts open."""
    counts, left, found = list[int](), offset if after is None else 0, list[tuple[int, Hit]]()
    more = False
    for number, tier in enumerate(tiers):
        missing = size - len(found)
        if after is not None and number <= after.tier and counted:
            counts.append(snapshot.count(tier))
        if after is not None and number < after.tier:
            continue
        if after is not None and number == after.tier:
            count, hits = beyond(snapshot, order, tier, after, missing)
        else:
            count, hits = some(snapshot, order, tier, missing, left)
            counts.append(count)
            count, left = max(0, count - left), max(0, left - count)
        found += [(number, hit) for hit in hits]
        more = more or count > len(hits)
    last = SearchCursor(found[-1][0], found[-1][1].key) if more and found else None
    return HitPage(tuple(counts), [hit for _, hit in found], last)


def some(snapshot: Snapshot, order: Order, tier: Query, size: int, offset: int) -> tuple[int, list[Hit]]:
    """How many a tier has, and so many of them from an offset on. Entries with the same key stand in the order of ids.

    One more is read on either side, which tells whether such a run goes on there.
    """
    first = max(0, offset - 1)
    count, hits = snapshot.sorted_by(
        tier, order.field or "", size + offset - first + 1, first, descending=order.descending
    )
    if len({hit.key for hit in hits}) < len(hits):
        hits = list(_without_ties(snapshot, order, tier, hits, first))
    return count, hits[offset - first :][:size]


def _without_ties(snapshot: Snapshot, order: Order, tier: Query, hits: Sequence[Hit], first: int) -> Iterator[Hit]:
    """The same part of the order, which begins at `first`; of entries with the same key the last alone has it as it is.

    The others have the key with the id's number, so that a cursor can stand between them.
    """
    position = first
    for key, group in groupby(hits, _key_of):
        same = list(group)
        if len(same) > 1:
            begins = position
            if position == first:
                begins = snapshot.count(tier) - _count_from(snapshot, order, tier, key)
            same = _run(snapshot, order, tier, key)[position - begins :][: len(same)]
        yield from same
        position += len(same)


def _run(snapshot: Snapshot, order: Order, tier: Query, key: int) -> list[Hit]:
    """All entries with this key, in the order of ids."""
    inside = every([tier, snapshot.queries.between(order.field or "", key, key)])
    _, run = snapshot.sorted_by(inside, "by_id", _LONGEST_RUN)
    return [Hit([key, hit.key], hit.answers_at) for hit in run[:-1]] + [Hit(key, hit.answers_at) for hit in run[-1:]]


def _count_from(snapshot: Snapshot, order: Order, tier: Query, key: int) -> int:
    """How many entries have this key or a later one."""
    later = snapshot.queries.beyond(order.field or "", key, descending=order.descending, inclusive=True)
    return snapshot.count(every([tier, later]))


def beyond(snapshot: Snapshot, order: Order, tier: Query, after: SearchCursor, size: int) -> tuple[int, list[Hit]]:
    """How many come after the place, at least whether more than `size` do, and the first of them."""
    if order.field == "name_key":
        return _beyond_name(snapshot, order, tier, after.key, size)
    key, same = after.key, list[Hit]()
    if isinstance(key, list):
        key, identity = key
        run = _run(snapshot, order, tier, key)
        same = [hit for hit in run[:-1] if hit.key[1] > identity] + run[-1:]
    later = snapshot.queries.beyond(order.field or "", key, descending=order.descending)
    count, hits = some(snapshot, order, every([tier, later]), max(1, size - len(same)), 0)
    return len(same) + count, [*same, *hits][:size]


def _beyond_name(snapshot: Snapshot, order: Order, tier: Query, name: str, size: int) -> tuple[int, list[Hit]]:
    """The same by name: texts have no ranges, so begin where the first letters are the same, and pass by."""
    begun = every([tier, snapshot.queries.beyond("by_name", name_number(name.partition("\0")[0]), inclusive=True)])
    reach = size + 100
    while True:
        count, hits = some(snapshot, order, begun, reach, 0)
        past = [hit for hit in hits if hit.key > name]
        if len(past) >= size or len(hits) >= count:
            return count - (len(hits) - len(past)), past[:size]
        reach *= 4
