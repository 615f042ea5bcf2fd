"""Name of a person: which letters and marks it may have, so that nothing but a name is written there.

Why: rule 4 of the wall. An officer has no free-text field about a person, and a name without digits holds no number.
"""

import re
import unicodedata

LONGEST_NAME = 40  # characters
_MARKS = frozenset(" .'-’")
_JOINERS = frozenset("\u200c\u200d")
"""Zero-width, and needed for spelling: beside the sign that takes a letter's vowel away, and between Arabic letters."""
_VIRAMA = 9  # combining class
# letters and marks that Unicode has nobody see: fillers, which read as an empty name, and selectors, each of which can
# stand for a byte
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U00016fe4\U0001bc9d\U000e0100-\U000e01ef]"
)
# marks that are digits: ten of them over one letter are a phone number
_DIGITS_AS_MARKS = re.compile("[\ua8e0-\ua8e9\U00011366-\U0001136c\U0001e8d0-\U0001e8d6]")


def name_problem(name: str) -> str | None:
    """``too_long`` or ``bad_letters`` for a name that may not be stored; None where it may (empty is fine)."""
    if len(name) > LONGEST_NAME:
        return "too_long"
    around = zip(" " + name, name, name[1:] + " ", strict=False)
    return None if all(_belongs(*letters) for letters in around) else "bad_letters"


def _belongs(before: str, letter: str, after: str) -> bool:
    if letter in _JOINERS:
        return _joins(before, after)
    if letter in _MARKS:
        return True
    is_other = _UNSEEN.match(letter) or _DIGITS_AS_MARKS.match(letter)
    return unicodedata.category(letter)[0] in {"L", "M"} and not is_other


def _joins(before: str, after: str) -> bool:
    if before in _JOINERS or after in _JOINERS:
        return False
    beside_virama = _VIRAMA in {unicodedata.combining(before), unicodedata.combining(after)}
    return beside_virama or {unicodedata.bidirectional(before), unicodedata.bidirectional(after)} == {"AL"}
