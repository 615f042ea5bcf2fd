"""Walk through tiers of the index in an order: from an offset, or on from a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tantivy import Query

from directory_service.store.search.entry import name_number
from directory_service.store.search.query import every
from directory_service.store.search.reader import Hit, Snapshot
from directory_service.use_cases.place_in_order import Place


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
class Walked:
    """How many each tier has, some of all, and the place after the last one if there are more."""

    counts: tuple[int, ...]
    hits: Sequence[Hit]
    next: Place | None

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
    after: Place | None,
    counted: bool = True,
) -> Walked:
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
    last = Place(found[-1][0], found[-1][1].key) if more and found else None
    return Walked(tuple(counts), [hit for _, hit in found], last)


def some(snapshot: Snapshot, order: Order, tier: Query, size: int, offset: int) -> tuple[int, list[Hit]]:
    """How many a tier has, and so many of them from an offset on."""
    return snapshot.sorted_by(tier, order.field or "", size, offset, descending=order.descending)


def beyond(snapshot: Snapshot, order: Order, tier: Query, after: Place, size: int) -> tuple[int, list[Hit]]:
    """How many come after the place, at least whether more than `size` do, and the first of them."""
    if order.field != "name_key":
        later = snapshot.queries.beyond(order.field or "", after.key, descending=order.descending)
        return some(snapshot, order, every([tier, later]), size, 0)
    # names are compared as texts, which have no ranges: begin where the first letters are the same, and pass by
    begun = every([tier, snapshot.queries.beyond("by_name", name_number(after.key.partition("\0")[0]), inclusive=True)])
    reach = size + 100
    while True:
        count, hits = some(snapshot, order, begun, reach, 0)
        past = [hit for hit in hits if hit.key > after.key]
        if len(past) >= size or len(hits) >= count:
            return count - (len(hits) - len(past)), past[:size]
        reach *= 4
