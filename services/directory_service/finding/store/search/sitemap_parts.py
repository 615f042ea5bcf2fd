"""Partition of the services into parts of about one size, for whoever reads all of them in pieces (a site map).

A part is a range of `by_id`, which is a digest of the id: so parts are even, whatever the ids are; a service stays in
its part while the number of parts is the same; and a part is read without counting or passing by the ones before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tantivy import Query

from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import Snapshot

_ALL = 1 << 64
_AT_ONCE = 100
_MOST = 100_000


@dataclass(frozen=True)
class SitemapPart:
    """The `number`-th of `parts` (a power of two), from 1 on."""

    parts: int
    number: int


def parts_needed(snapshot: Snapshot, size: int) -> int:
    """How many parts there must be for one to have about `size` services, and not more: a power of two."""
    needed = max(1, -(-snapshot.count(_in_use(snapshot)) // size))
    return 1 << (needed - 1).bit_length()


def services_in(snapshot: Snapshot, part: SitemapPart) -> Iterator[tuple[str, datetime]]:
    """Id and last change of each service of a part."""
    _, hits = snapshot.sorted_by(_inside(snapshot, part), "by_id", _MOST, beside="modified")
    for start in range(0, len(hits), _AT_ONCE):
        some = hits[start : start + _AT_ONCE]
        for each, hit in zip(snapshot.ids(some), some, strict=True):
            yield each, _moment(hit.beside)


def last_change(snapshot: Snapshot, part: SitemapPart) -> datetime | None:
    """When the newest change of one of its services was; None where it has none."""
    _, hits = snapshot.sorted_by(_inside(snapshot, part), "modified", 1, descending=True)
    return _moment(hits[0].key) if hits else None


def _in_use(snapshot: Snapshot) -> Query:
    return snapshot.queries.term("status", "active")


def _inside(snapshot: Snapshot, part: SitemapPart) -> Query:
    width = _ALL // part.parts
    first = (part.number - 1) * width
    return every([_in_use(snapshot), snapshot.queries.between("by_id", first, first + width - 1)])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
