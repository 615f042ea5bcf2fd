"""Wording: what somebody typed, read as segments, each of which a service may fit.

A segment is a phrase of the lexicon or a single word. What only joins others ("where can I get", "कहाँ मिलेगा") is left
out, unless nothing else was typed. Pure; keeps nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from directory_service.finding.domain.lexicon import LONGEST_PHRASE, NOTHING, Concepts, Lexicon, Tokens

MOST_SEGMENTS = 8


@dataclass(frozen=True)
class Segment:
    """A part of what was typed: its words; what they mean, or may mean; and a time that they name.

    `when`: a weekday as a digit (Monday is "0"), or `today`, `tomorrow`, `now`; None for none.
    """

    tokens: Tokens
    meant: Concepts = NOTHING
    hinted: Concepts = NOTHING
    when: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether it says for sure what is meant."""
        return bool(self.meant or self.when)


@dataclass(frozen=True)
class Wording:
    """The segments; `is_loose` False: all of them are fillers, so a service must have every one."""

    segments: tuple[Segment, ...]
    is_loose: bool = True

    @property
    def known(self) -> tuple[Segment, ...]:
        """The segments that say for sure what is meant."""
        return tuple(segment for segment in self.segments if segment.is_known)


def read_wording(tokens: Sequence[str], lexicon: Lexicon) -> Wording:
    """The wording of these words; of more than MOST_SEGMENTS those that are known, then the longest."""
    segments = list(_segments(tuple(tokens), lexicon))
    if not segments:
        return Wording(tuple(Segment((token,)) for token in tokens[:MOST_SEGMENTS]), is_loose=False)
    if len(segments) > MOST_SEGMENTS:
        by_worth = sorted(segments, key=lambda each: (not each.is_known, -sum(map(len, each.tokens))))
        kept = set(by_worth[:MOST_SEGMENTS])
        segments = [each for each in segments if each in kept]
    return Wording(tuple(dict.fromkeys(segments)))


def _segments(tokens: Tokens, lexicon: Lexicon) -> Iterator[Segment]:
    at = 0
    while at < len(tokens):
        segment, length = _longest(tokens[at:], lexicon)
        if segment:
            yield segment
        elif tokens[at] not in lexicon.fillers:
            yield Segment((tokens[at],), hinted=lexicon.hinted(tokens[at]))
        at += length


def _longest(tokens: Tokens, lexicon: Lexicon) -> tuple[Segment | None, int]:
    """The longest phrase that the words begin with, and how many words that is; None and 1 where none does."""
    for length in range(min(LONGEST_PHRASE, len(tokens)), 0, -1):
        key = tokens[:length]
        if segment := _known(key, lexicon) or _known_without_fillers(key, lexicon):
            return segment, length
    return None, 1


def _known(key: Tokens, lexicon: Lexicon) -> Segment | None:
    meant, when = lexicon.phrases.get(key, NOTHING), lexicon.times.get(key)
    return Segment(key, meant, when=when) if meant or when else None


def _known_without_fillers(key: Tokens, lexicon: Lexicon) -> Segment | None:
    short = lexicon.without_fillers(key)
    is_shorter = 1 < len(short) < len(key) and key[0] == short[0] and key[-1] == short[-1]
    return _known(short, lexicon) if is_shorter else None
