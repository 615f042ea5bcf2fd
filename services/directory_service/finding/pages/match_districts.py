"""Which districts somebody means by a word, in any language: whole names first, then beginnings, then states."""

from collections.abc import Sequence

from directory_service.listings.store.public_services import KnownDistrict


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
    return begun or [district for district in known if text == district.state.casefold()]


def _fits(text: str, name: str) -> bool:
    folded = name.casefold()
    return len(text) > 1 and (folded.startswith(text) or text in folded.split() or text.startswith(folded + ","))
