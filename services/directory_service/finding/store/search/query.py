"""Query builder: conditions as index queries, and the order of the answers as tiers.

An order is a list of tiers, best first, and within a tier one fast field: so every order is total, a cursor in it
is a few numbers, and nothing depends on scores that move when somebody else's entry changes. A condition that somebody
chose leaves out what does not fulfil it, and what does not say so, but for whom it is and whether it takes new people;
a tier leaves out nothing. The tiers of words are made by `word_queries`. Which services fit a referral:
`referral_service/domain/matching/eligibility.py`.
"""

from collections.abc import Iterator, Sequence
from datetime import date

import tantivy
from tantivy import FieldType, Occur, Query

from directory_service.finding.domain.search_request import (
    Point,
    Search,
    box_around,
)
from directory_service.finding.store.search.entry import (
    milliseconds,
    need_in,
)
from directory_service.finding.store.search.fields import GENDERS_NOT_SAID
from directory_service.listings.domain.confirmation import UNCONFIRMED_DAYS


class Queries:
    """Makes queries for the schema of one build."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def conditions(self, search: Search, hours: Sequence[str] | None) -> Query:
        """Everything but words and distance. `hours`: the values of the field `hours` that are open, None for any."""
        parts = [*self._exact(search), *self._numbers(search)]
        if hours is not None:
            parts.append(Query.term_set_query(self._schema, "hours", list(hours)))
        # the entry that holds the cursor fulfils no condition, so nobody pays for leaving it out who has one
        return every(parts or [self.term("kind", "service")])

    def confirmed_first(self, tiers: Sequence[Query], today: date) -> list[Query]:
        """The tiers of what somebody confirmed lately, then those of what nobody did for long, as of `today`."""
        fresh = self._range("assured", today.toordinal() - UNCONFIRMED_DAYS, None)
        return [every([tier, fresh]) for tier in tiers] + [but_not(tier, fresh) for tier in tiers]

    def open_first(self, tiers: Sequence[Query], hours: Sequence[str]) -> list[Query]:
        """The tiers, each cut in two: first what is open (`hours`) and takes new people or has a waiting list."""
        is_open = Query.term_set_query(self._schema, "hours", list(hours))
        first = every([is_open, self._is_taking()])
        return [part for tier in tiers for part in (every([tier, first]), but_not(tier, first))]

    def taking_first(self, tiers: Sequence[Query]) -> list[Query]:
        """The tiers of who takes new people or has a waiting list, then those of who does not say so."""
        taking = self._is_taking()
        return [every([tier, taking]) for tier in tiers] + [but_not(tier, taking) for tier in tiers]

    def everybody_first(self, tiers: Sequence[Query]) -> list[Query]:
        """The tiers, each cut in two: first what serves women and men, then what serves some people alone."""
        both = every([self.term("gender", "woman"), self.term("gender", "man")])
        return [part for tier in tiers for part in (every([tier, both]), but_not(tier, both))]

    def beginning(self, field: str, word: str) -> Query:
        """Entries with a word that begins so; of one letter, with this word."""
        if len(word) < 2:
            return self.term(field, word)
        return Query.fuzzy_term_query(self._schema, field, word, distance=0, prefix=True)

    def near_miss(self, field: str, word: str) -> Query:
        """Entries with a word that differs by one slip (from four letters on) or two (from eight)."""
        slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        return Query.fuzzy_term_query(self._schema, field, word, distance=slips, transposition_cost_one=True)

    def term(self, field: str, value: str) -> Query:
        """Entries that have exactly this value."""
        return Query.term_query(self._schema, field, value, "basic")

    def any_term(self, field: str, values: Sequence[str]) -> Query:
        """Entries that have one of these values."""
        return Query.term_set_query(self._schema, field, list(values))

    def among(self, identities: Sequence[int]) -> Query:
        """Entries with one of these numbers in `by_id`."""
        return Query.term_set_query(self._schema, "by_id", list(identities))

    def in_box(self, centre: Point, radius: float) -> Query:
        """Entries with a latitude and a longitude in a box around the circle (metres)."""
        low, high = box_around(centre, radius)
        up = Query.range_query(self._schema, "latitude", FieldType.Float, low.latitude, high.latitude)
        along = Query.range_query(self._schema, "longitude", FieldType.Float, low.longitude, high.longitude)
        return every([up, along])

    def between(self, field: str, first: int, last: int) -> Query:
        """Entries whose number is one of these, the last one too."""
        return self._range(field, first, last)

    def beyond(self, field: str, value: int, *, descending: bool = False, inclusive: bool = False) -> Query:
        """Entries that come after a value of the field."""
        low, high = (None, value) if descending else (value, None)
        kept = {"include_upper" if descending else "include_lower": inclusive}
        return Query.range_query(self._schema, field, FieldType.Unsigned, low, high, **kept)

    def _is_taking(self) -> Query:
        return any_of([self.term("accepting", word) for word in ("open", "waiting_list")])

    def _exact(self, search: Search) -> Iterator[Query]:
        yield from self._needs(search)
        if search.not_closed:
            yield but_not(self.term("kind", "service"), self.term("accepting", "closed"))
        yield from (self.term("statements", said) for said in search.statements)
        several = {
            "district": () if search.needs else search.districts,
            "state": search.states,
            "gender": search.genders,
            "language": search.languages,
            "accepting": search.accepting,
            "cost": search.costs,
        }
        for field, values in several.items():
            wanted = [self.term(field, each) for each in values]
            # whom a service is for excludes nobody where nobody said it
            wanted += [self.term("kind", GENDERS_NOT_SAID)] if wanted and field == "gender" else []
            yield from [any_of(wanted)] if wanted else []
        single = {
            "status": search.status,
            "organization": search.organization_id,
            "term": search.taxonomy_term_id,
            "taxonomy": search.taxonomy_id,
            "postcode": search.postcode,
        }
        yield from (self.term(field, str(value)) for field, value in single.items() if value is not None)

    def _needs(self, search: Search) -> Iterator[Query]:
        for need in search.needs:
            where = [self.term("need_district", need_in(need, district)) for district in search.districts]
            yield any_of(where) if where else self.term("needs", need)

    def _numbers(self, search: Search) -> Iterator[Query]:
        if search.age is not None:
            yield self._range("youngest", None, search.age)
            yield self._range("oldest", search.age, None)
        if search.child_of_age is not None:
            yield self._range("child", search.child_of_age + 1, None)
        if search.modified_after is not None:
            # stored to the millisecond, rounded down; so is the moment asked for
            yield self._range("shown", milliseconds(search.modified_after), None)
        if search.unplaced:
            yield self._range("places", None, 0)

    def _range(self, field: str, low: int | None, high: int | None) -> Query:
        return Query.range_query(self._schema, field, FieldType.Unsigned, low, high)


def every(parts: Sequence[Query]) -> Query:
    """All of them; scores play no part."""
    if len(parts) == 1:
        return parts[0]
    return Query.const_score_query(Query.boolean_query([(Occur.Must, part) for part in parts]), 1.0)


def any_of(parts: Sequence[Query]) -> Query:
    """At least one of them."""
    return parts[0] if len(parts) == 1 else Query.boolean_query([(Occur.Should, part) for part in parts])


def but_not(part: Query, without: Query) -> Query:
    """The first without the second."""
    return Query.boolean_query([(Occur.Must, part), (Occur.MustNot, without)])
