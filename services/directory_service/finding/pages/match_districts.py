"""Which districts somebody means by a word, in any language: whole names first, then beginnings, then states.

Old names and other spellings (Calcutta, Haora, পশ্চিমবঙ্গ) come from the lexicon.
"""

from collections.abc import Sequence

from directory_service.finding.domain.lexicon import Concepts
from directory_service.finding.store.search.lexicon import wording_of
from directory_service.listings.store.public_services import KnownDistrict
from setu.districts import STATE_CODES, STATE_OF_DISTRICT


def districts_meant(words: str, known: Sequence[KnownDistrict]) -> list[KnownDistrict]:
    """Those of the known districts that the words name."""
    text = words.casefold()
    if not text:
        return []
    names = [({district.name, *district.names.values()}, district) for district in known]
    whole = [district for all_names, district in names if text in {name.casefold() for name in all_names}]
    if whole:
        return whole
    begun = [district for all_names, district in names if any(_fits(text, name) for name in all_names)]
    return begun or [district for district in known if text == district.state.casefold()] or _called(words, known)


def _called(words: str, known: Sequence[KnownDistrict]) -> list[KnownDistrict]:
    """Those that the words name, and nothing beside, by a name of the lexicon: districts, else states."""
    segments = wording_of(words).segments
    if not segments or not all(map(_is_a_place, (segment.meant for segment in segments))):
        return []
    codes = {(concept.field, concept.value) for segment in segments for concept in segment.meant}
    in_districts = [district for district in known if ("district", str(district.code)) in codes]
    return in_districts or [district for district in known if ("state", _state_code(district.code)) in codes]


def _state_code(district: int) -> str:
    return str(STATE_CODES.get(STATE_OF_DISTRICT.get(district, ""), 0))


def _is_a_place(meant: Concepts) -> bool:
    return bool(meant) and all(concept.field in {"district", "state"} for concept in meant)


def _fits(text: str, name: str) -> bool:
    folded = name.casefold()
    return len(text) > 1 and (folded.startswith(text) or text in folded.split() or text.startswith(folded + ","))
