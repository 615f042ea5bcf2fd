"""Pages of a search that was made before: at one commit its counts, and where some hundred entries lie, are kept.

For each page the index counts and sorts everything that fits, so the price of a page grows with the directory, and
with the page's number. The first page that is asked for is found so. Another one of the same search is cut out of a
block: a fixed part of the order, found once, of which a few bytes an entry are kept. So following `Link: next` to the
end costs one search for each block, wherever that is.

Promises: what is given is what `walk` gives. A cursor is right wherever it stands by now: its place is looked for in
the block where it is thought to be, and else in the index. All of it belongs to a `Snapshot` and goes with it, and is
bounded in bytes. Not for searches that depend on the second of asking, and not for orders by distance.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from tantivy import Query

from directory_service.domain.finding import Search
from directory_service.store.search.reader import Hit, Snapshot
from directory_service.use_cases.place_in_order import Place
from directory_service.use_cases.walk_in_order import Order, Walked, beyond, some, walk

BLOCK = 250  # entries
_DEEP = 1_000  # from this position on it is cheaper to go on from the block before than to pass all by
_WALKING, _AHEAD = (
    4,
    8,
)  # blocks: who comes to the end of one as far down as this is shown all, and more is found at once
_BESIDE = 1_000  # bytes that a kept value takes beside what is in it
_LETTER, _VALUE = 4, 100  # bytes that a search takes for each letter of its words, and for each other value, at most


class Sought(NamedTuple):
    """What names an order within one commit. `day`: today, where it counts."""

    search: Search
    order: str
    day: date | None


class _Block(NamedTuple):
    """Entries from the position `begin` to the end of the block; it begins later where somebody came in by a cursor."""

    begin: int
    keys: "array[int] | list[str]"
    answers_at: "array[int]"

    def after(self, key: object, thought: int) -> int | None:
        """The position after the entry with the key, at best the one that is thought of; None where it is not here."""
        within = thought - 1 - self.begin
        if 0 <= within < len(self.keys) and self.keys[within] == key:
            return thought
        if key not in self.keys:
            return None
        return self.begin + max(at for at, each in enumerate(self.keys) if each == key) + 1


def keep(snapshot: Snapshot, sought: Sought, key: object, value: object, size: int) -> None:
    """Keep something about an order for as long as the snapshot lives, or until others need the room."""
    search = sought.search
    several = (search.needs, search.districts, search.states, search.genders, search.languages, search.accepting)
    values = sum(map(len, (*several, search.costs, search.statements)))
    letters = len(search.words) + len(search.postcode or "")
    snapshot.kept.put((sought, key), value, _BESIDE + _LETTER * letters + _VALUE * values + size)


def walk_known(
    snapshot: Snapshot,
    order: Order,
    sought: Sought,
    tiers: Callable[[], Sequence[Query]],
    *,
    size: int,
    offset: int,
    after: Place | None,
) -> Walked:
    """As `walk`; `offset` is where the page is thought to begin also where a place is given."""
    counts: tuple[int, ...] | None = snapshot.kept.get((sought, "counts"))
    if counts is None:
        walked = walk(snapshot, order, tiers(), size=size, offset=offset, after=after)
        keep(snapshot, sought, "counts", walked.counts, 8 * len(walked.counts))
        return walked
    if after is not None and not offset:  # where the cursor stands is not said
        walked = walk(snapshot, order, tiers(), size=size, offset=0, after=after, counted=False)
        return replace(walked, counts=counts)
    known = _Known(snapshot, order, sought, tiers, counts)
    return known.page(offset if after is None else known.position(after, offset), size)


class _Known:
    """An order whose tiers are counted."""

    def __init__(
        self,
        snapshot: Snapshot,
        order: Order,
        sought: Sought,
        tiers: Callable[[], Sequence[Query]],
        counts: tuple[int, ...],
    ) -> None:
        self._snapshot, self._order, self._sought, self._counts = snapshot, order, sought, counts
        self._tiers = tiers
        self._ends = tuple(accumulate(counts))

    def position(self, after: Place, thought: int) -> int:
        """Where the entries after a place begin, which is thought to be known; whatever it is, it is right."""
        if after.tier >= len(self._counts):
            return self._ends[-1]
        number = (thought - 1) // BLOCK
        block = self._kept(number) if number else self._block(0)
        position = block.after(after.key, thought) if block else None
        if position is not None and self._tier_of(position - 1) == after.tier:
            return position
        left, hits = beyond(self._snapshot, self._order, self._tiers()[after.tier], after, BLOCK)
        position = self._ends[after.tier] - left
        block = self._kept(position // BLOCK)
        if block is None or block.begin > position:
            self._keep(position, hits)
        return position

    def page(self, offset: int, size: int) -> Walked:
        """So many entries from the offset on."""
        end, hits = min(offset + size, self._ends[-1]), list[Hit]()
        if offset >= end:
            return Walked(self._counts, [], None)
        for number in range(offset // BLOCK, (end - 1) // BLOCK + 1):
            block = self._block(number, offset)
            part = slice(max(0, offset - block.begin), end - block.begin)
            hits += map(Hit, block.keys[part], block.answers_at[part])
        more = end < self._ends[-1]
        return Walked(self._counts, hits, Place(self._tier_of(end - 1), hits[-1].key) if more else None)

    def _tier_of(self, position: int) -> int:
        return next(tier for tier, end in enumerate(self._ends) if position < end)

    def _kept(self, number: int) -> _Block | None:
        return self._snapshot.kept.get((self._sought, number))

    def _block(self, number: int, first: int = 0) -> _Block:
        """The block, with everything in it from the position `first` on."""
        block = self._kept(number)
        if block is None or block.begin > max(first, number * BLOCK):
            block = self._keep(number * BLOCK, [])
        return block

    def _keep(self, begin: int, hits: list[Hit]) -> _Block:
        """Keep the block from the position `begin` on, where these hits come first; for who walks, some more blocks."""
        number, room = begin // BLOCK, BLOCK - begin % BLOCK
        walks = not hits and number >= _WALKING and self._kept(number - 1) is not None
        end = min((number + (_AHEAD if walks else 1)) * BLOCK, self._ends[-1])
        hits = [*hits, *self._found(begin + len(hits), end)][: end - begin]
        for at in range(room, len(hits), BLOCK):
            self._keep_one(begin + at, hits[at : at + BLOCK])
        return self._keep_one(begin, hits[:room])

    def _keep_one(self, begin: int, hits: list[Hit]) -> _Block:
        names = self._order.field == "name_key"
        keys = [hit.key for hit in hits] if names else array("Q", [hit.key for hit in hits])
        block = _Block(begin, keys, array("Q", [hit.answers_at for hit in hits]))
        size = sum(80 + 4 * len(key) for key in keys) if names else 8 * len(keys)
        keep(self._snapshot, self._sought, begin // BLOCK, block, size + 8 * len(hits))
        return block

    def _found(self, start: int, end: int) -> list[Hit]:
        """The entries from one position to another; `start` begins a block or a tier."""
        hits, tiers = list[Hit](), self._tiers()
        for tier, (last, count) in enumerate(zip(self._ends, self._counts, strict=True)):
            first = max(0, start - (last - count))
            size = min(last, end) - (last - count) - first
            if size > 0:
                before = self._kept(start // BLOCK - 1) if first >= _DEEP else None
                hits += self._some(tiers[tier], count, first, size, before)
        return hits

    def _some(self, tier: Query, count: int, first: int, size: int, before: _Block | None) -> list[Hit]:
        if before is not None:
            left, hits = beyond(self._snapshot, self._order, tier, Place(0, before.keys[-1]), size)
            if left == count - first:  # else several have the same key
                return hits
        return some(self._snapshot, self._order, tier, size, first)[1]
