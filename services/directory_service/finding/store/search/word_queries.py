"""Query builder for words: which services fit the segments of a wording, and how well, best first.

A segment is fitted in a name; by what it means (a need, a place, a time); by its words anywhere; by beginnings; by near
misses (one slip from four letters on, two from eight). Where no service fits all segments, some will do: first all
whose meaning is known, then as many as can be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from tantivy import Occur, Query

from directory_service.finding.domain.wording import Segment, Wording
from directory_service.finding.store.search.fields import NAME_WORDS, WORDS
from directory_service.finding.store.search.query import Queries, any_of, but_not, every

HOURS_UNKNOWN = "[]"  # the value of the field `hours` where no rule is known
Hours = Mapping[str, Sequence[str]]  # `Segment.when` → the values of the field `hours` that are open then
_Fit = Callable[[Segment], Query]


class WordQueries:
    """The queries of one wording, within conditions."""

    def __init__(self, queries: Queries, conditions: Query, wording: Wording, hours: Hours) -> None:
        self._queries, self._conditions, self._hours = queries, conditions, hours
        self._wording, self._segments = wording, wording.segments

    @property
    def all_fit(self) -> Query:
        """What every segment fits somehow."""
        return self._each(self._segments, self._nearly)

    @property
    def some_fit(self) -> Query:
        """What at least one segment fits somehow; nothing where each must."""
        return self._at_least(1) if self._is_loose else Query.empty_query()

    def all_tiers(self) -> list[Query]:
        """What all segments fit, best first, none overlapping another."""
        fitting = [self._each(self._segments, fit) for fit in self._fits()]  # each holds the one before
        return fitting[:1] + [but_not(tier, better) for better, tier in pairwise(fitting)]

    def some_tiers(self) -> list[Query]:
        """What not all segments fit, those that it fits best first, none overlapping another."""
        known, count = self._wording.known, len(self._segments)
        if not self._is_loose:
            return [Query.empty_query()]
        surely = [self._each(known, self._anywhere)] if 0 < len(known) < count else []
        fitting = [self._at_least(number) for number in range(count - 1, 0, -1)]
        without = [surely, *([*surely, better] for better in fitting)]
        others = [
            but_not(tier, any_of(better)) if better else tier for tier, better in zip(fitting, without, strict=False)
        ]
        return [*surely, *others]

    @property
    def _is_loose(self) -> bool:
        return self._wording.is_loose and len(self._segments) > 1

    def _fits(self) -> Iterator[_Fit]:
        yield self._in_name
        if self._wording.known:
            yield self._meant
        yield from (self._anywhere, self._begun)
        if len(self._wording.known) < len(self._segments):
            yield self._nearly

    def _each(self, segments: Sequence[Segment], fit: _Fit) -> Query:
        return every([self._conditions, *(fit(segment) for segment in segments)]) if segments else Query.empty_query()

    def _at_least(self, number: int) -> Query:
        some = [(Occur.Should, self._nearly(segment)) for segment in self._segments]
        return every([self._conditions, Query.boolean_query(some, minimum_number_should_match=number)])

    def _in_name(self, segment: Segment) -> Query:
        return every([self._queries.term(NAME_WORDS, token) for token in segment.tokens])

    def _meant(self, segment: Segment) -> Query:
        concepts = [self._queries.term(concept.field, concept.value) for concept in segment.meant]
        times = [self._queries.any_term("hours", self._hours[segment.when])] if segment.when else []
        return any_of([self._in_name(segment), *concepts, *times])

    def _anywhere(self, segment: Segment) -> Query:
        return any_of([self._meant(segment), every([self._queries.term(WORDS, token) for token in segment.tokens])])

    def _begun(self, segment: Segment) -> Query:
        hints = [self._queries.term(concept.field, concept.value) for concept in segment.hinted]
        begun = every([self._queries.beginning(WORDS, token) for token in segment.tokens])
        unknown = [self._queries.term("hours", HOURS_UNKNOWN)] if segment.when else []
        return any_of([self._anywhere(segment), begun, *hints, *unknown])

    def _nearly(self, segment: Segment) -> Query:
        if segment.is_known:
            return self._begun(segment)
        near = every([self._queries.near_miss(WORDS, token) for token in segment.tokens])
        return any_of([self._begun(segment), near])
