"""Name of a person: which letters and marks it may have, so that nothing but a name is written there.

Why: rule 4 of the wall. An officer has no free-text field about a person, and a name without digits holds no number.
"""

import unicodedata

LONGEST_NAME = 40  # characters
_MARKS = frozenset(" .'-’")
_JOINERS = frozenset("\u200c\u200d")  # zero-width joiners, which Bengali and Hindi spelling needs


def name_problem(name: str) -> str | None:
    """``too_long`` or ``bad_letters`` for a name that may not be stored; None where it may (empty is fine)."""
    if len(name) > LONGEST_NAME:
        return "too_long"
    return None if all(_belongs(letter) for letter in name) else "bad_letters"


def _belongs(letter: str) -> bool:
    return letter in _MARKS or letter in _JOINERS or unicodedata.category(letter)[0] in {"L", "M"}
