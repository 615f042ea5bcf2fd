"""The two taxonomies of the profile `harm-reduction-in`: needs, and attributes of a service.

Built from the tables of `needs` and `attributes`; ids are computed, so every installation has the same ones.
"""

from functools import cache

from directory_service.listings.domain.attributes import (
    FACTS,
    FLAGS,
)
from directory_service.listings.domain.hsds.ids import nested_id
from setu.needs import NEEDS

PROFILE = "harm-reduction-in"
PROFILE_VERSION = "1.1.0"
NEEDS_TAXONOMY = "harm-reduction-in/needs"
ATTRIBUTES_TAXONOMY = "harm-reduction-in/attributes"

_MEANINGS = {
    NEEDS_TAXONOMY: "What a person who uses drugs may need, and a service may offer.",
    ATTRIBUTES_TAXONOMY: "What a provider states about a service, so that the right person is sent to it.",
}


def taxonomy(name: str) -> dict[str, object]:
    """One taxonomy as an HSDS object."""
    return {
        "id": nested_id("taxonomy", name),
        "name": name,
        "description": _MEANINGS[name],
        "version": PROFILE_VERSION,
    }


def taxonomies() -> list[dict[str, object]]:
    """Both taxonomies, needs first."""
    return [taxonomy(name) for name in _MEANINGS]


@cache
def _terms() -> dict[tuple[str, str], dict[str, object]]:
    rows = [(NEEDS_TAXONOMY, need.code, need.name, need.meaning) for need in NEEDS]
    rows += [(ATTRIBUTES_TAXONOMY, flag.code, flag.name, flag.meaning) for flag in FLAGS]
    rows += [(ATTRIBUTES_TAXONOMY, fact.code, fact.name, fact.meaning) for fact in FACTS]
    return {(owner, code): _term(owner, code, name, meaning) for owner, code, name, meaning in rows}


def _term(owner: str, code: str, name: str, meaning: str) -> dict[str, object]:
    return {
        "id": nested_id("taxonomy", owner, code),
        "code": code,
        "name": name,
        "description": meaning,
        "taxonomy": owner,
        "language": "en",
        "taxonomy_id": nested_id("taxonomy", owner),
    }


def term(owner: str, code: str) -> dict[str, object]:
    """One term by its taxonomy's name and its code; raises KeyError if there is none."""
    return dict(_terms()[owner, code])


def terms() -> list[dict[str, object]]:
    """Every term of both taxonomies, needs first, in the profile's order."""
    return [dict(each) for each in _terms().values()]


@cache
def terms_by_id() -> dict[str, dict[str, object]]:
    """Every term of both taxonomies by its id; not to be changed."""
    return {str(each["id"]): each for each in terms()}
