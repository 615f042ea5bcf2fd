"""Language of a card: the person's, not the sender's.

Why: the card goes home with the person. Promises: always one of the languages that screens have; a person who speaks
another gets the one of these that is most read in the state where help is wanted, else English.
When not to use it: for screens, which are in their reader's language.
Source: official languages of the states; Bengali in Tripura and West Bengal, Hindi as the first official language.
"""

from collections.abc import Mapping

from setu.districts import STATE_OF_DISTRICT
from setu.languages import SCREEN_LANGUAGES

_HINDI = ("BR", "CG", "CH", "DL", "HP", "HR", "JH", "MP", "RJ", "UK", "UP")
_OF_STATE: Mapping[str, str] = {"WB": "bn", "TR": "bn", **dict.fromkeys(_HINDI, "hi")}


def card_language(spoken: str, district: int) -> str:
    """`spoken`: what the person speaks best (BCP 47); `district`: where help is wanted (LGD code)."""
    language = spoken.split("-", maxsplit=1)[0].lower()
    if language in SCREEN_LANGUAGES:
        return language
    return _OF_STATE.get(STATE_OF_DISTRICT.get(district, ""), "en")
