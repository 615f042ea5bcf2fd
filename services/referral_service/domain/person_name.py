"""Name of a person: which letters and marks it may have, so that nothing but a name is written there.

Why: rule 4 of the wall. An officer has no free-text field about a person, and a name without digits holds no number.
"""

import re
import unicodedata

LONGEST_NAME = 40  # characters
_MARKS = frozenset(" .'-’")
_JOINERS = frozenset("\u200c\u200d")  # zero-width joiners, which Bengali and Hindi spelling needs
# letters and marks that Unicode has nobody see: fillers, which read as an empty name, and selectors, each of which can
# stand for a byte
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def name_problem(name: str) -> str | None:
    """``too_long`` or ``bad_letters`` for a name that may not be stored; None where it may (empty is fine)."""
    if len(name) > LONGEST_NAME:
        return "too_long"
    return None if all(_belongs(letter) for letter in name) else "bad_letters"


def _belongs(letter: str) -> bool:
    if letter in _MARKS or letter in _JOINERS:
        return True
    return unicodedata.category(letter)[0] in {"L", "M"} and _UNSEEN.match(letter) is None
