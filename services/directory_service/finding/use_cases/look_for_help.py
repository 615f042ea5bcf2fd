"""Look for help as a person does: what is near or in a place, what there is beside it, and how to go on from nothing.

More than a search: whoever gives a PIN code is also shown what the same district has that is on no map, since a shelter
that keeps its address to itself is near nothing. Which district that is follows from public places alone, and
what is listed from the districts that services say they work in, so nothing tells where such a place is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tantivy import Query

from directory_service.finding.domain.search_request import (
    Search,
    SearchRequest,
)
from directory_service.finding.store.search.query import every
from directory_service.finding.store.search.reader import Snapshot
from directory_service.finding.use_cases.find_services import (
    SearchPage,
    find_services,
)
from directory_service.finding.use_cases.locate_pin_code import locate_pin_code
from directory_service.listings.domain.pin_codes import beginnings

RADII = (5, 10, 25, 50, 100)  # kilometres
WOMEN_ONLY = "women_only"  # whoever asks for this is not shown it last
_FEW = 5  # so many or fewer: say what a wider circle has
_COUNTED = ("needs", "statements", "language")


@dataclass(frozen=True)
class HelpQuery:
    """What somebody looks for. `postcode` and `districts` exclude each other; ages in years, `radius` in kilometres."""

    words: str = ""
    districts: tuple[int, ...] = ()
    postcode: str | None = None
    radius: int = 25
    need: str | None = None
    open_now: bool = False
    taking: bool = False
    statements: tuple[str, ...] = ()
    language: str | None = None
    age: int | None = None
    child: int | None = None


@dataclass(frozen=True)
class Relaxation:
    """The same wish with less asked for, and how many services that would find. `without` says what was left out."""

    without: str
    wish: HelpQuery
    count: int


@dataclass(frozen=True)
class Help:
    """What there is. `around`: the PIN code, or the beginning of one, that distances are from; None without one."""

    found: SearchPage | None
    unplaced: SearchPage | None = None
    around: str | None = None
    districts: tuple[int, ...] = ()
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    relaxations: Sequence[Relaxation] = ()

    @property
    def total(self) -> int:
        """How many services in all."""
        return sum(part.total for part in (self.found, self.unplaced) if part)


def look_for_help(snapshot: Snapshot, wish: HelpQuery, now: datetime, *, size: int) -> Help:
    """At most `size` services near or in the place, and as many of the PIN code's district that are on no map."""
    looker = _Looker(snapshot, wish, now)
    found, unplaced = looker.find(wish, size), looker.find_unplaced(wish, size)
    answer = Help(found, unplaced, looker.around, looker.districts, looker.counts(found, unplaced))
    return replace(answer, relaxations=tuple(looker.relaxations(answer.total)))


class _Looker:
    """One wish against one state of the index."""

    def __init__(self, snapshot: Snapshot, wish: HelpQuery, now: datetime) -> None:
        self._snapshot, self._wish, self._now = snapshot, wish, now
        area = locate_pin_code(snapshot, wish.postcode) if wish.postcode else None
        self._centre = area.middle if area else None
        self.around = area.of if area else None
        self.districts = self._districts_around(wish.postcode) if wish.postcode else wish.districts

    def _districts_around(self, postcode: str) -> tuple[int, ...]:
        """The districts that most services with the PIN code, or the longest beginning of it, work in."""
        for services in self._services_around(postcode):
            counted = self._snapshot.counts(services, ["district"])["district"]
            if counted:
                return tuple(sorted(int(code) for code, count in counted if count == counted[0][1]))
        return ()

    def _services_around(self, postcode: str) -> Iterator[Query]:
        yield from (self._snapshot.with_postcode(beginning) for beginning in beginnings(postcode))
        if self._centre:
            queries = self._snapshot.queries
            is_active = queries.term("status", "active")
            yield from (every([is_active, queries.in_box(self._centre, km * 1000.0)]) for km in RADII)

    def find(self, wish: HelpQuery, size: int, facets: Sequence[str] = _COUNTED) -> SearchPage | None:
        """Around the PIN code or in the place; None where nobody knows where the PIN code is."""
        if wish.postcode and self._centre is None:
            return None
        place = replace(self._search(wish), words=wish.words, districts=_codes(wish.districts))
        search = replace(place, near=self._centre, radius=wish.radius * 1000.0)
        return self._ask(search, "distance" if self._centre else "relevance", size, facets)

    def find_unplaced(self, wish: HelpQuery, size: int, facets: Sequence[str] = _COUNTED) -> SearchPage | None:
        """What the PIN code's district has that is on no map, the same PIN code first; None without a PIN code."""
        if wish.postcode is None or not self.districts:
            return None
        search = replace(self._search(wish), words=wish.words, districts=_codes(self.districts), unplaced=True)
        found = self._ask(search, "relevance", size, facets)
        same = self._ask(replace(search, postcode=wish.postcode), "relevance", size, ()).hits
        first = {hit.answers_at for hit in same}
        return replace(found, hits=[*same, *(hit for hit in found.hits if hit.answers_at not in first)][:size])

    def _ask(self, search: Search, order: str, size: int, facets: Sequence[str]) -> SearchPage:
        asked = SearchRequest(search, order, size=size, facets=facets, open_first=True, unconfirmed_last=True)
        asked = replace(asked, everybody_first=WOMEN_ONLY not in search.statements, taking_first=search.not_closed)
        return find_services(self._snapshot, asked, self._now)

    def _search(self, wish: HelpQuery) -> Search:
        return Search(
            needs=(wish.need,) if wish.need else (),
            statements=wish.statements,
            languages=(wish.language,) if wish.language else (),
            not_closed=wish.taking,
            age=wish.age,
            child_of_age=wish.child,
            status="active",
            open_at=self._now if wish.open_now else None,
        )

    def counts(self, *parts: SearchPage | None) -> dict[str, dict[str, int]]:
        """How many of what was found say what; kinds of help are counted as if none had been chosen."""
        made = _added(parts)
        if self._wish.need:
            open_to_all = replace(self._wish, need=None)
            again = (self.find(open_to_all, 1, ["needs"]), self.find_unplaced(open_to_all, 1, ["needs"]))
            made["needs"] = _added(again).get("needs", {})
        return made

    def count(self, wish: HelpQuery) -> int:
        """How many services a wish would find."""
        parts = (self.find(wish, 1, ()), self.find_unplaced(wish, 1, ()))
        return sum(part.total for part in parts if part)

    def relaxations(self, total: int) -> Iterator[Relaxation]:
        """From few: a wider circle. From none: the same without one of the conditions, where that finds something."""
        if self._centre and total <= _FEW and (wider := self._wider(total)):
            yield wider
        if total == 0:
            for without, wish in _relaxed(self._wish):
                if count := self.count(wish):
                    yield Relaxation(without, wish, count)

    def _wider(self, total: int) -> Relaxation | None:
        for radius in RADII:
            if radius > self._wish.radius:
                wish = replace(self._wish, radius=radius)
                if (count := self.count(wish)) > total:
                    return Relaxation("radius", wish, count)
        return None


def _codes(districts: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(code) for code in districts)


def _added(parts: Sequence[SearchPage | None]) -> dict[str, dict[str, int]]:
    made: dict[str, dict[str, int]] = {}
    for part in parts:
        for name, rows in part.facets.items() if part else ():
            kept = made.setdefault(name, {})
            for value, count in rows:
                kept[value] = kept.get(value, 0) + count
    return made


def _relaxed(wish: HelpQuery) -> Iterator[tuple[str, HelpQuery]]:
    """The wish with one kind of condition less; at last with nothing but its place."""
    asked_more = bool(wish.taking or wish.statements or wish.language or wish.age is not None or wish.child is not None)
    nothing_more = replace(wish, taking=False, statements=(), language=None, age=None, child=None)
    if wish.open_now:
        yield "open_now", replace(wish, open_now=False)
    if asked_more:
        yield "more", nothing_more
    if wish.need:
        yield "need", replace(wish, need=None)
    if wish.need and (wish.open_now or asked_more):
        yield "everything", replace(nothing_more, open_now=False, need=None)
