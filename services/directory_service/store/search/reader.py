"""Search the index as it is at this moment.

A web process opens it at its first request, after the fork, and then looks at two file times a request: a commit or a
swap by the worker is seen at once. A `Snapshot` does not change; everything in one answer comes from the same one.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy
from tantivy import DocAddress, Order, Query

from directory_service.domain.finding import Point, nearest
from directory_service.store.search.entry import answer_of
from directory_service.store.search.fields import opened
from directory_service.store.search.folder import NoIndex, current_build
from directory_service.store.search.query import Queries, every

_MANY = 10_000_000
_DEEP = 10_000  # from this offset on it is looked first whether there is so much


@dataclass(frozen=True)
class Hit:
    """An entry found, with the value that it is sorted by."""

    key: Any
    address: DocAddress


@dataclass(frozen=True)
class State:
    """Which feed a build follows, and how far it has come."""

    feed: str
    cursor: int


class Snapshot:
    """The index at one commit. `tag` is another one whenever anything in it is."""

    def __init__(self, build: str, index: tantivy.Index) -> None:
        self._searcher = index.searcher()
        self.queries = Queries(index.schema)
        self.state = self._state()
        self.tag = f"{build}-{self.state.cursor}"

    def _state(self) -> State:
        found = self._searcher.search(self.queries.term("kind", "cursor"), 1, count=False).hits
        if not found:
            raise NoIndex("without a cursor")
        return State(**json.loads(self._stored(found[0][1], "state_of_index")))

    def count(self, query: Query) -> int:
        """How many entries there are."""
        return int(_count(self._searcher.search(query, 1, count=True)))

    def sorted_by(
        self, query: Query, field: str, limit: int, offset: int = 0, *, descending: bool = False
    ) -> tuple[int, list[Hit]]:
        """How many entries there are, and some of them in the order of a fast field."""
        if offset >= _DEEP and offset >= (total := self.count(query)):
            return total, []
        order = Order.Desc if descending else Order.Asc
        found = self._searcher.search(query, max(1, limit), order_by_field=field, offset=offset, order=order)
        return _count(found), [Hit(key, address) for key, address in found.hits[:limit]]

    def distances(self, query: Query, centre: Point, radius: float) -> list[Hit]:
        """Entries within metres of a point, nearest first, then by id; keys are (metres, by_id)."""
        inside = every([query, self.queries.in_box(centre, radius)])
        addresses = [address for _, address in self._searcher.search(inside, _MANY, count=False).hits]
        fields = ("latitude", "longitude", "places", "by_id")
        columns = [self._searcher.fast_field_values(name, addresses) for name in fields]
        found = []
        for address, latitude, longitude, places, identity in zip(addresses, *columns, strict=True):
            points = self._points(address) if places and places > 1 else [Point(float(latitude), float(longitude))]
            metres = nearest(centre, points)
            if metres <= radius:
                found.append(Hit((round(metres), int(identity or 0)), address))
        return sorted(found, key=lambda hit: hit.key)

    def middle_of(self, postcode: str) -> Point | None:
        """The middle of the public places with this PIN code; None if there is none."""
        hits = self._searcher.search(self.queries.term("postcode", postcode), 1000, count=False).hits
        places = [place for _, address in hits for place in self._places(address) if place[2] == postcode]
        if not places:
            return None
        return Point(sum(each[0] for each in places) / len(places), sum(each[1] for each in places) / len(places))

    def answers(self, hits: Sequence[Hit], which: str) -> list[bytes]:
        """The ready-made answers: `minimal`, `summary` or `full`."""
        return [answer_of(self._stored(hit.address, "answers"), which) for hit in hits]

    def ids(self, hits: Sequence[Hit]) -> list[str]:
        """The ids of the services found."""
        return [json.loads(answer)["id"] for answer in self.answers(hits, "minimal")]

    def counts(self, query: Query, fields: Sequence[str]) -> Mapping[str, list[tuple[str, int]]]:
        """For each field how many entries have which value, the most frequent first."""
        wanted = {name: {"terms": {"field": name, "size": 1000}} for name in fields}
        found = self._searcher.aggregate(query, wanted)
        return {name: [(each["key"], each["doc_count"]) for each in found[name]["buckets"]] for name in fields}

    @cached_property
    def hours(self) -> list[str]:
        """Every different value of the field `hours`."""
        return [value for value, _ in self._searcher.terms_with_prefix("hours", "")]

    def _points(self, address: DocAddress) -> list[Point]:
        return [Point(latitude, longitude) for latitude, longitude, _ in self._places(address)]

    def _places(self, address: DocAddress) -> list[tuple[float, float, str]]:
        places: list[tuple[float, float, str]] = json.loads(self._stored(address, "coordinates"))
        return places

    def _stored(self, address: DocAddress, field: str) -> bytes:
        value: bytes = self._searcher.doc(address).get_first(field)  # type: ignore[assignment]
        return value


def _count(found: tantivy.SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]  # its stub forgets it
    return count


class SearchIndex:
    """The index in a folder. Opened at first use, so never before a fork. Safe to share among threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: tuple[tuple[str, int, int], tantivy.Index, Snapshot] | None = None

    def snapshot(self) -> Snapshot:
        """The newest commit of the build in use. Raises NoIndex."""
        build = current_build(self.folder)
        path = f"{self.folder}/{build}"
        try:
            about = os.stat(f"{path}/meta.json")  # noqa: PTH116 # a Path would be made for every request
        except OSError:
            raise NoIndex(path) from None
        mark = (build, about.st_ino, about.st_mtime_ns)
        held = self._held
        if held is not None and held[0] == mark:
            return held[2]
        return self._renewed(mark, path, held[1] if held is not None and held[0][0] == build else None)

    def _renewed(self, mark: tuple[str, int, int], path: str, index: tantivy.Index | None) -> Snapshot:
        try:
            if index is None:
                index = opened(path)
            index.reload()
            made = Snapshot(mark[0], index)
        except (ValueError, OSError) as error:
            raise NoIndex(str(error)) from error
        self._held = (mark, index, made)
        return made
