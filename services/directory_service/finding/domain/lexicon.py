"""Lexicon: what words and phrases mean that people type, in English, Hindi, Bengali and in Roman letters.

Why: providers write their own words, and those who look for them write others. What a word means is looked up when
somebody searches, so the index holds none of these words, and a new word needs no new index.
Promises: pure and read only. What was typed is kept nowhere, not in a cache either.
When not to use it: for what a service says of itself; that is full text of the index.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

Tokens = tuple[str, ...]
Cut = Callable[[str], Sequence[str]]  # a text's words, as they are indexed
Source = Mapping[str, Any]
Texts = Mapping[str, Sequence[str]]  # code → names or sentences in all languages
WORDS = Path(__file__).parent / "words"
LANGUAGES = ("english", "hindi", "bengali")
LONGEST_PHRASE = 8  # words
_ENDING = 3  # letters that a language may add: plurals, cases
_STEM, _SLIPPED = 4, 5  # letters that a word must have
_ALIKE = 0.82  # of difflib's ratio
_VAGUE = 4  # a word in the names or meanings of more needs hints at none


@dataclass(frozen=True)
class Concept:
    """A field of the index (`needs`, `statements`, `district`, `state`) and the value that is meant."""

    field: str
    value: str


Concepts = frozenset[Concept]
NOTHING: Concepts = frozenset()


@dataclass
class Lexicon:
    """Phrases by what they mean.

    `cores`: what phrases mean whose other words are fillers, by the one that is none; `hints`: single words of names
    and meanings; `times`: see `Segment.when`.
    """

    cut: Cut
    phrases: dict[Tokens, Concepts] = field(default_factory=dict)
    cores: dict[str, Concepts] = field(default_factory=dict)
    hints: dict[str, Concepts] = field(default_factory=dict)
    times: dict[Tokens, str] = field(default_factory=dict)
    fillers: set[str] = field(default_factory=set)

    def add(self, phrases: Iterable[str], concept: Concept) -> None:
        """Each of the phrases may mean this."""
        for phrase in phrases:
            key = tuple(self.cut(phrase))
            self.phrases[key] = self.phrases.get(key, NOTHING) | {concept}
            short = self.without_fillers(key)
            if len(short) == 1 < len(key):
                self.cores[short[0]] = self.cores.get(short[0], NOTHING) | {concept}
            elif short and short != key:
                self.phrases[short] = self.phrases.get(short, NOTHING) | {concept}

    def add_hints(self, texts: Texts) -> None:
        """Need → sentences about it, whose words hint at it unless they hint at many."""
        found = defaultdict[str, set[str]](set)
        for need, sentences in texts.items():
            for word in (word for sentence in sentences for word in self.cut(sentence)):
                found[word].add(need)
        for word, needs in found.items():
            if len(needs) <= _VAGUE and word not in self.fillers and len(word) > 1:
                self.hints[word] = frozenset(Concept("needs", need) for need in needs)

    def without_fillers(self, key: Tokens) -> Tokens:
        """The words that say something."""
        return tuple(token for token in key if token not in self.fillers)

    def hinted(self, token: str) -> Concepts:
        """What a word may mean that is no phrase: by its phrases or a meaning, inflected, begun, or mistyped."""
        if known := self.cores.get(token) or self.hints.get(token) or self._stem(token) or self._longer(token):
            return known
        return self._slipped(token) or self._inflected(token)

    def _stem(self, token: str) -> Concepts:
        for length in range(len(token) - 1, max(_STEM, len(token) - _ENDING) - 1, -1):
            if known := self.phrases.get((token[:length],)):
                return known
        return NOTHING

    def _longer(self, token: str) -> Concepts:
        if len(token) < _STEM:
            return NOTHING
        return self._of(word for word in self._single_words(token[0]) if word.startswith(token))

    def _slipped(self, token: str) -> Concepts:
        if len(token) < _SLIPPED:
            return NOTHING
        return self._of(get_close_matches(token, list(self._single_words(token[0])), n=2, cutoff=_ALIKE))

    def _inflected(self, token: str) -> Concepts:
        """Of the words that begin as this one does, and end in as little as a language may add, the most alike."""
        if len(token) < _STEM:
            return NOTHING
        words = (*self._single_words(token[0]), *self.cores)
        alike = {word: _same_beginning(token, word) for word in words if word.startswith(token[:_STEM])}
        longest = max(alike.values(), default=0)
        if len(token) - longest > _ENDING:
            return NOTHING
        best = [word for word, same in alike.items() if same == longest and len(word) - same <= _ENDING]
        return NOTHING.union(*(self.phrases.get((word,), NOTHING) | self.cores.get(word, NOTHING) for word in best))

    def _single_words(self, letter: str) -> Iterator[str]:
        return (key[0] for key in self.phrases if len(key) == 1 and key[0][:1] == letter)

    def _of(self, words: Iterable[str]) -> Concepts:
        return NOTHING.union(*(self.phrases[word,] for word in words))


def _same_beginning(one: str, other: str) -> int:
    """How many letters."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))


def build_lexicon(cut: Cut, names: Mapping[str, Texts], meanings: Texts) -> Lexicon:
    """The lexicon of the tables in `words`, of names (for `needs` and `statements`) and of what needs mean."""
    lexicon = Lexicon(cut)
    sources = [_read(language) for language in LANGUAGES]
    lexicon.fillers = {token for source in sources for token in cut(source["fillers"])}
    for source in sources:
        _add_language(lexicon, source)
    _add_places(lexicon, _read("places"))
    for name, texts in names.items():
        for code, called in texts.items():
            lexicon.add([code, *called], Concept(name, code))
    lexicon.add_hints({need: [*called, *meanings[need]] for need, called in names["needs"].items()})
    return lexicon


def _read(name: str) -> Source:
    return tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))


def split_phrases(text: str) -> list[str]:
    """The phrases of a table, which commas divide."""
    return [phrase for phrase in (part.strip() for part in text.split(",")) if phrase]


def _add_language(lexicon: Lexicon, source: Source) -> None:
    for shared in source["shared"]:
        for need in shared["needs"]:
            lexicon.add(split_phrases(shared["words"]), Concept("needs", need))
    for table in ("needs", "needs_in_roman"):
        for need, words in source.get(table, {}).items():
            lexicon.add(split_phrases(words), Concept("needs", need))
    lexicon.add(split_phrases(source["transgender"]), Concept("statements", "trans_inclusive"))
    named = {str(number): words for number, words in enumerate(source["days"])}
    for when, words in (named | {name: source[name] for name in ("today", "tomorrow", "now")}).items():
        lexicon.times.update({tuple(lexicon.cut(phrase)): when for phrase in split_phrases(words)})


def _add_places(lexicon: Lexicon, source: Source) -> None:
    for table, name in (("states", "state"), ("districts", "district")):
        for code, words in source[table].items():
            lexicon.add(split_phrases(words), Concept(name, code))
