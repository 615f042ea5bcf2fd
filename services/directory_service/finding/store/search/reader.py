"""Snapshots of the index, by which services are searched as they are at this moment.

A web process opens the index at its first request, after the fork, and then looks at two file times a request: a commit
or a swap by the worker is seen at once. Whoever only repeats an answer (`followed_lately`) looks at most every 5 ms. A
`Snapshot` does not change; everything in one answer comes from the same one.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from math import inf
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import tantivy
from tantivy import DocAddress, Order, Query

from directory_service.finding.domain.search_request import (
    Point,
    metres_from,
)
from directory_service.finding.store.search.answers import (
    Answers,
    Reach,
)
from directory_service.finding.store.search.fields import opened
from directory_service.finding.store.search.folder import (
    NoIndex,
    current_build,
    is_followed,
)
from directory_service.finding.store.search.query import (
    Queries,
    but_not,
    every,
)
from service_kit.clock import Clock, SystemClock

MOST_NEAR = 10_000  # entries around a point whose distances are worked out
_NARROWER = 0.7  # of the radius, where more are within it
_key_of = attrgetter("key")
_YOUNG = 50_000_000  # nanoseconds
_LATELY = 0.005  # seconds: a commit alone takes twice that
_DEEP = 10_000  # from this offset on it is looked first whether there is so much


class Hit(NamedTuple):
    """An entry found: the value that it is sorted by, where its answers are (see `answers`), and a number asked for."""

    key: Any
    answers_at: int
    beside: int = 0


@dataclass(frozen=True)
class IndexState:
    """Which feed a build follows, how far it has come, and how far its answers go.

    `edited_at` (seconds since 1970): since when there is something in the files that no longer counts; None while there
    is nothing.
    """

    feed: str
    cursor: int
    reach: Reach
    edited_at: float | None = None


class Commit:
    """What is opened once for a commit of a build. Raises NoIndex, ValueError, OSError."""

    def __init__(self, build: str, path: str, index: tantivy.Index) -> None:
        self.build, self.searcher, self.queries = build, index.searcher(), Queries(index.schema)
        self.state = self._state()
        self.answers = Answers(path, self.state.reach)

    def _state(self) -> IndexState:
        found = self.searcher.search(self.queries.term("kind", "cursor"), 1, count=False).hits
        if not found:
            raise NoIndex("without a cursor")
        said = json.loads(_stored(self.searcher, found[0][1], "state_of_index"))
        return IndexState(said["feed"], said["cursor"], Reach(*said["answers"]), said["edited_at"])


class Snapshot:
    """The index at one commit. `tag` is another one whenever anything in it is; `changed_at`: when it was written.

    `hidden`: ids of services that nothing finds.
    """

    def __init__(self, commit: "Commit", changed_at: datetime, hidden: Sequence[str] = ()) -> None:
        self._commit, self._searcher, self.queries = commit, commit.searcher, commit.queries
        self.build, self.state, self.changed_at = commit.build, commit.state, changed_at
        self._hidden = self.queries.any_term("id", hidden) if hidden else None
        self.tag = f"{self.build}-{self.state.cursor}"
        if hidden:
            self.tag += f"-{sha256(','.join(sorted(hidden)).encode()).hexdigest()[:16]}"

    def without(self, services: Sequence[UUID], at: datetime) -> "Snapshot":
        """The same commit, in which nothing finds these services; `at`: when they were looked up."""
        return Snapshot(self._commit, at, [str(each) for each in services]) if services else self

    def _visible(self, query: Query) -> Query:
        return query if self._hidden is None else but_not(query, self._hidden)

    def count(self, query: Query) -> int:
        """How many entries there are."""
        return int(_count(self._searcher.search(self._visible(query), 1, count=True)))

    def has_any(self, query: Query) -> bool:
        """Whether there is one; nothing is counted."""
        return bool(self._searcher.search(self._visible(query), 1, count=False).hits)

    def sorted_by(
        self, query: Query, field: str, limit: int, offset: int = 0, *, descending: bool = False, beside: str = ""
    ) -> tuple[int, list[Hit]]:
        """How many entries there are, and some of them in the order of a fast field; `beside` names a number field."""
        if offset >= _DEEP and offset >= (total := self.count(query)):
            return total, []
        order = Order.Desc if descending else Order.Asc
        found = self._searcher.search(
            self._visible(query), max(1, limit), order_by_field=field, offset=offset, order=order
        )
        keys, addresses = [key for key, _ in found.hits[:limit]], [address for _, address in found.hits[:limit]]
        columns = [keys] + [self._numbers(name, addresses) for name in ("answers_at", beside) if name]
        return _count(found), list(map(Hit, *columns))

    def distances(self, query: Query, centre: Point, radius: float) -> tuple[float, list[Hit]]:
        """Entries within metres of a point, nearest first, then by id: (metres, by_id). Beside: `assured`.

        First the radius that was looked in: a smaller one where more than MOST_NEAR are in the one asked for.
        """
        inside = every([query, self.queries.in_box(centre, radius)])
        while self.count(inside) > MOST_NEAR and radius > 1:
            radius *= _NARROWER
            inside = every([query, self.queries.in_box(centre, radius)])
        found = self._searcher.search(self._visible(inside), MOST_NEAR, count=False)
        return radius, self._within(centre, radius, [address for _, address in found.hits])

    def _within(self, centre: Point, radius: float, addresses: list[DocAddress]) -> list[Hit]:
        fields = ("latitude", "longitude", "places", "by_id", "answers_at", "assured")
        columns = [self._searcher.fast_field_values(name, addresses) for name in fields]
        metres_to, found = metres_from(centre), []
        for address, latitude, longitude, places, identity, *rest in zip(addresses, *columns, strict=True):
            metres = metres_to(latitude, longitude)  # nobody is in the box without them
            if places != 1:
                metres = min(metres_to(*point) for point in self._points(address))
            if metres <= radius:
                found.append(Hit((round(metres), identity), *rest))
        return sorted(found, key=_key_of)

    def middle_of(self, postcode: str) -> Point | None:
        """The middle of the public places whose PIN code is this, or begins so; None if there is none."""
        hits = self._searcher.search(self._visible(self.with_postcode(postcode)), 1000, count=False).hits
        places = [place for _, address in hits for place in self._places(address) if place[2].startswith(postcode)]
        if not places:
            return None
        return Point(sum(each[0] for each in places) / len(places), sum(each[1] for each in places) / len(places))

    def with_postcode(self, beginning: str) -> Query:
        """Services at a public place whose PIN code begins so."""
        codes = [code for code, _ in self._searcher.terms_with_prefix("postcode", beginning)]
        return self.queries.any_term("postcode", codes)

    def answers(self, hits: Sequence[Hit], which: str) -> list[memoryview]:
        """The ready-made answers: `minimal`, `summary` or `full`."""
        places = [hit.answers_at for hit in hits]
        self._commit.answers.expect(places)
        return self._commit.answers.at(places, which)

    def ids(self, hits: Sequence[Hit]) -> list[str]:
        """The ids of the services found."""
        return [json.loads(bytes(answer))["id"] for answer in self.answers(hits, "minimal")]

    def counts(self, query: Query, fields: Sequence[str]) -> Mapping[str, list[tuple[str, int]]]:
        """For each field how many entries have which value, the most frequent first."""
        wanted = {name: {"terms": {"field": name, "size": 1000}} for name in fields}
        found = self._searcher.aggregate(self._visible(query), wanted)
        return {name: [(each["key"], each["doc_count"]) for each in found[name]["buckets"]] for name in fields}

    @cached_property
    def districts_served(self) -> list[int]:
        """LGD codes of the districts in which an active service works."""
        counted = self.counts(self.queries.term("status", "active"), ["district"])
        return [int(code) for code, _ in counted["district"]]

    @cached_property
    def hours(self) -> list[str]:
        """Every different value of the field `hours`."""
        return [value for value, _ in self._searcher.terms_with_prefix("hours", "")]

    def _numbers(self, field: str, addresses: list[DocAddress]) -> list[int]:
        return self._searcher.fast_field_values(field, addresses) if addresses else []  # type: ignore[return-value] # its stub says Any or None

    def _points(self, address: DocAddress) -> list[tuple[float, float]]:
        return [(latitude, longitude) for latitude, longitude, _ in self._places(address)]

    def _places(self, address: DocAddress) -> list[tuple[float, float, str]]:
        places: list[tuple[float, float, str]] = json.loads(_stored(self._searcher, address, "coordinates"))
        return places


def _stored(searcher: tantivy.Searcher, address: DocAddress, field: str) -> bytes:
    value: bytes = searcher.doc(address).get_first(field)  # type: ignore[assignment]  # its stub says Any or None
    return value


def _count(found: tantivy.SearchResult) -> int:
    count: int = found.count  # type: ignore[attr-defined]  # its stub forgets it
    return count


class SearchIndex:
    """The index in a folder. Opened at first use, so never before a fork. Safe to share among threads."""

    def __init__(
        self, folder: Path, clock: Clock | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self.clock, self._monotonic = str(folder), clock or SystemClock(), monotonic
        self._held: tuple[tuple[str, int, int], tantivy.Index, Snapshot] | None = None
        self._looked: tuple[float, Snapshot | None] = (-inf, None)

    def snapshot(self) -> Snapshot:
        """The newest commit; where the build in use is gone or damaged, the one seen last. Raises NoIndex without any.

        What was seen stays readable, since its files are mapped; the worker builds another meanwhile.
        """
        try:
            return self.newest()
        except NoIndex:
            held = self._held
            if held is None:
                raise
            return held[2]

    def newest(self) -> Snapshot:
        """The newest commit of the build in use. Raises NoIndex."""
        build = current_build(self._folder)
        try:
            return self._snapshot_of(build)
        except NoIndex:
            another = current_build(self._folder)
            if another == build:
                raise
            return self._snapshot_of(another)  # swapped, and the old one removed, between two looks

    def followed(self) -> Snapshot | None:
        """The newest commit if the worker follows the database; else None, for it may know less."""
        if not is_followed(self._folder, self.clock):
            return None
        try:
            return self.newest()
        except NoIndex:
            return None

    def followed_lately(self) -> Snapshot | None:
        """What `followed` said at most 5 ms ago, for answers that are repeated some thousand times a second.

        Each look at a file lets another thread run, and costs more than all else of a repeated answer.
        """
        (at, snapshot), now = self._looked, self._monotonic()
        if now - at > _LATELY:
            snapshot = self.followed()
            self._looked = now, snapshot
        return snapshot

    def _snapshot_of(self, build: str) -> Snapshot:
        path = f"{self._folder}/{build}"
        try:
            about = Path(path, "meta.json").stat()
        except OSError:
            raise NoIndex(f"{path} has no meta.json") from None
        mark = (build, about.st_ino, about.st_mtime_ns)
        held = self._held
        # file times are coarse: two commits at once may look like one, so a very young one is read again
        if held is not None and held[0] == mark and time.time_ns() - about.st_mtime_ns > _YOUNG:
            return held[2]
        return self._renewed(mark, path, held[1] if held is not None and held[0][0] == build else None)

    def _renewed(self, mark: tuple[str, int, int], path: str, index: tantivy.Index | None) -> Snapshot:
        try:
            if index is None:
                index = opened(path)
            index.reload()
            made = Snapshot(Commit(mark[0], path, index), datetime.fromtimestamp(mark[2] / 1e9, UTC))
        except (ValueError, OSError) as error:
            raise NoIndex(str(error)) from error
        self._held, self._looked = (mark, index, made), (-inf, None)  # else that holds the files of the old one
        return made
