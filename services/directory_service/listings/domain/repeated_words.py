"""Comparison of a public text with what a confidential place keeps to itself: words, whatever stands between them.

Promises: two words in a row of its name, street or landmark are known again, and three of its description and way
there, also where they are glued together, their letters composed in another way, or their figures written in another
script (a PIN code is kept in ASCII); so is each word of its name of four letters, the PIN code, and the beginning of a
long text, which an import cuts short. Its town's name and its district's tell nothing, unless one of those texts is
nothing but the town. When not to use it: for words of the same meaning.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final
from unicodedata import category, decimal, normalize

from directory_service.listings.domain.records import Location

Words = Sequence[str]
_WORD: Final = 4  # letters of a word of the name that is known again by itself
_GLUED: Final = 6  # letters of two words and more that are known again without what parts them
_LONG: Final = 40  # letters; nobody calls a part of town so, and an import cuts at a hundred


def repeats_exact(place: Location, text: object, named: Collection[str] = ()) -> bool:
    """Whether a text repeats what the place keeps to itself. `named`: what its district is called."""
    said = _words(text)
    if not said or said in [_words(each) for each in named]:
        return False
    coarse = [_words(each) for each in chain(named, _town(place))]
    parts = list(_parts(said, [words for words in coarse if words]))
    names = [_words(each) for each in (place.name, place.hsds.get("alternate_name"))]
    ways = [_words(each) for each in (place.address_1, place.address_2, place.landmark, *_streets(place))]
    prose = [_words(each) for each in (place.transportation, place.hsds.get("description"))]
    return (
        any(each in "".join(said) for each in _pin_codes(place))
        or any(_is_whole(said, each) for each in (*names, *ways, *prose))
        or any(_shares(parts, each, 2) for each in (*names, *ways))
        or any(_shares(parts, each, 3) for each in prose)
        or any(len(word) >= _WORD and word in part for words in names for word in words for part in parts)
    )


def _is_whole(said: Words, words: Words) -> bool:
    """Whether a text is this one, or its beginning where it is long."""
    text, whole = "".join(said), "".join(words)
    return text == whole or (len(text) >= _LONG and whole.startswith(text))


def _shares(parts: Iterable[Words], words: Words, run: int) -> bool:
    """Whether so many words stand in both one after the other, or the one is in the other as it is glued together."""
    runs = _runs(words, run)
    return any(not runs.isdisjoint(_runs(part, run)) or _is_glued(part, words, run) for part in parts)


def _is_glued(part: Words, words: Words, run: int) -> bool:
    said, text = "".join(part), "".join(words)
    inside = len(words) > 1 and len(text) >= _GLUED and text in said
    return inside or (len(part) >= run and len(said) >= _GLUED and said in text)


def _runs(words: Words, length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _parts(said: Words, coarse: Collection[Words]) -> Iterator[Words]:
    """What stands between the names of towns and districts."""
    part: list[str] = []
    at = 0
    while at < len(said):
        found = max((len(each) for each in coarse if list(said[at : at + len(each)]) == list(each)), default=0)
        if found:
            yield part
            part = []
        else:
            part.append(said[at])
        at += found or 1
    yield part


def _town(place: Location) -> Iterator[object]:
    yield place.city
    for address in _addresses(place):
        yield from (address.get("city"), address.get("region"), address.get("state_province"))


def _streets(place: Location) -> Iterator[object]:
    for address in _addresses(place):
        yield from (address.get("address_1"), address.get("address_2"))


def _pin_codes(place: Location) -> Iterator[str]:
    """Without what a file writes between the figures."""
    codes = (place.postal_code, *(address.get("postal_code") for address in _addresses(place)))
    yield from filter(None, ("".join(_words(each)) for each in codes))


def _addresses(place: Location) -> list[dict[str, Any]]:
    addresses = place.hsds.get("addresses")
    return addresses if isinstance(addresses, list) else []


def _words(text: object) -> list[str]:
    """Words of a text, whatever stands between them, however its letters are composed, its figures in ASCII."""
    if not isinstance(text, str):
        return []
    letters = [str(decimal(each, each)) for each in normalize("NFKC", text).casefold() if category(each) != "Cf"]
    spaced = "".join(" " if category(each)[0] in "PZC" else each for each in letters)
    return normalize("NFC", spaced).split()
