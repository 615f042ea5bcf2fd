"""Paging through tiers of the index in one order: by offset, or on from a cursor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol

from tantivy import Query

from directory_service.finding.store.search.entry import name_number
from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import (
    Hit,
    Snapshot,
)
from directory_service.finding.use_cases.search_cursor import SearchCursor

_LONGEST_RUN = 10_000  # entries with the same key
_key_of = attrgetter("key")


@dataclass(frozen=True)
class Order:
    """The fast field that a tier is sorted by; None where the order is worked out from distances."""

    field: str | None
    descending: bool = False


#: By the names of `SORTS` in `finding/domain/search_request.py`.
ORDERS: Mapping[str, Order] = {
    "id": Order("by_id"),
    "best": Order("by_best"),
    "relevance": Order("by_confirmed"),
    "name": Order("name_key"),
    "modified": Order("by_change", descending=True),
    "distance": Order(None),
}


@dataclass(frozen=True)
class HitPage:
    """A page of hits, how many there are in all, and the cursor after the last hit if there are more."""

    total: int
    hits: Sequence[Hit]
    next: SearchCursor | None


class Tier(Protocol):
    """A part of everything that was found, in one order."""

    def count(self) -> int:
        """How many entries there are."""

    def from_offset(self, offset: int, size: int) -> tuple[int, Sequence[Hit]]:
        """How many there are, and at most `size` of them from an offset on."""

    def after(self, key: Any, size: int) -> tuple[int, Sequence[Hit]]:
        """How many come after the key of a cursor, at least whether more than `size` do, and the first of them."""


def page_through(
    tiers: Sequence[Tier],
    *,
    size: int,
    offset: int,
    after: SearchCursor | None,
    count_all: Callable[[], int],
    first: int = 0,
) -> HitPage:
    """At most `size` hits, after a cursor if one is given, else from `offset`; `first`: the first tier's number.

    Tiers behind a full page are not looked at: `count_all` is asked where the total does not follow from the others.
    """
    left, found, total = offset if after is None else 0, list[tuple[int, Hit]](), 0
    more = False
    for number, tier in enumerate(tiers, first):
        if after is not None and number < after.tier:
            continue
        missing = size - len(found)
        if after is not None and number == after.tier:
            count, hits = tier.after(after.key, missing)
        else:
            count, hits = tier.from_offset(left, missing)
            total += count
            count, left = max(0, count - left), max(0, left - count)
        found += [(number, hit) for hit in hits]
        more = more or count > len(hits)
        if more and len(found) == size:
            break
    is_whole = after is None and number == first + len(tiers) - 1
    last = SearchCursor(found[-1][0], _listed(found[-1][1].key)) if more and found else None
    return HitPage(total if is_whole else count_all(), [hit for _, hit in found], last)


def _listed(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


@dataclass(frozen=True)
class DistanceTier:
    """A tier whose hits are known, in the order of their keys: tuples, metres first."""

    hits: Sequence[Hit]

    def count(self) -> int:
        """How many entries there are."""
        return len(self.hits)

    def from_offset(self, offset: int, size: int) -> tuple[int, Sequence[Hit]]:
        """How many there are, and at most `size` of them from an offset on."""
        return len(self.hits), self.hits[offset:][:size]

    def after(self, key: Any, size: int) -> tuple[int, Sequence[Hit]]:
        """Those after the key of a cursor."""
        later = [hit for hit in self.hits if hit.key > tuple(key)]
        return len(later), later[:size]


@dataclass(frozen=True)
class FieldTier:
    """One tier in the order. Entries with the same key stand in the order of ids.

    Of those the last alone has the key as it is; the others have it with the id's number, so that a cursor can stand
    between them.
    """

    snapshot: Snapshot
    order: Order
    query: Query

    def count(self) -> int:
        """How many entries there are."""
        return self.snapshot.count(self.query)

    def from_offset(self, offset: int, size: int) -> tuple[int, list[Hit]]:
        """How many there are, and at most `size` of them from an offset on.

        One more is read on either side, which tells whether entries with the same key go on there.
        """
        first = max(0, offset - 1)
        count, hits = self.snapshot.sorted_by(
            self.query, self._field, size + offset - first + 1, first, descending=self.order.descending
        )
        if len({hit.key for hit in hits}) < len(hits):
            hits = list(self._in_order_of_ids(hits, first))
        return count, hits[offset - first :][:size]

    def after(self, key: Any, size: int) -> tuple[int, list[Hit]]:
        """How many come after the key of a cursor, at least whether more than `size` do, and the first of them."""
        if self.order.field == "name_key":
            return self._after_name(key, size)
        same = list[Hit]()
        if isinstance(key, list):
            key, identity = key
            run = self._with_key(key)
            same = [hit for hit in run[:-1] if hit.key[1] > identity] + run[-1:]
        count, hits = self._later(key).from_offset(0, max(1, size - len(same)))
        return len(same) + count, [*same, *hits][:size]

    @property
    def _field(self) -> str:
        return self.order.field or ""

    def _in_order_of_ids(self, hits: Sequence[Hit], first: int) -> Iterator[Hit]:
        """The same part of the order, which begins at `first`, ties broken by id."""
        position = first
        for key, group in groupby(hits, _key_of):
            same = list(group)
            if len(same) > 1:
                run_begins = self.count() - self._later(key, inclusive=True).count()
                same = self._with_key(key)[position - run_begins :][: len(same)]
            yield from same
            position += len(same)

    def _with_key(self, key: int) -> list[Hit]:
        """All entries with this key, in the order of ids."""
        inside = every([self.query, self.snapshot.queries.between(self._field, key, key)])
        _, found = self.snapshot.sorted_by(inside, "by_id", _LONGEST_RUN)
        run = [Hit([key, hit.key], hit.answers_at) for hit in found]
        return run[:-1] + [hit._replace(key=key) for hit in run[-1:]]

    def _later(self, key: int, *, inclusive: bool = False) -> "FieldTier":
        """The part of the tier with later keys; `inclusive`: and with this one."""
        later = self.snapshot.queries.beyond(self._field, key, descending=self.order.descending, inclusive=inclusive)
        return replace(self, query=every([self.query, later]))

    def _after_name(self, name: str, size: int) -> tuple[int, list[Hit]]:
        """After a name: texts have no ranges, so begin where the first letters are the same, and pass by."""
        number = name_number(name.partition("\0")[0])
        from_letters = self.snapshot.queries.beyond("by_name", number, inclusive=True)
        begun = replace(self, query=every([self.query, from_letters]))
        reach = size + 100
        while True:
            count, hits = begun.from_offset(0, reach)
            past = [hit for hit in hits if hit.key > name]
            if len(past) >= size or len(hits) >= count:
                return count - (len(hits) - len(past)), past[:size]
            reach *= 4
