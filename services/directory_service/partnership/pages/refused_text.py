"""Refused text: what its writer is told, where it is too long or the guard finds a person, a case or a place in it.

A length is counted as the guard would store it: single spaces, whatever line breaks a browser sends. Why no
`maxlength`: a field with it cuts a long paste without a word. A refused text stands in the form as it was typed, and is
stored nowhere. What is refused: `setu/guard.py`; how long a text may be: `LONGEST_TEXT` of `domain/board.py`,
`domain/breaches.py` and `domain/meetings.py`.
"""

from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import ngettext, number
from setu.guard import CaseDetails
from setu.guard_faults import FAULT_WORDS


def guard_words(refused: CaseDetails) -> str:
    """What to do about a text that the guard refuses."""
    found = ", ".join(_(FAULT_WORDS[code]) for code in refused.codes)
    return _("Say what should change, not who or where. This has: %(found)s. It was not stored.", found=found)


def length_of(typed: str) -> int:
    """How many characters would be stored; 0 for a text of spaces alone."""
    return len(" ".join(typed.split()))


def too_long_words(typed: str, most: int) -> str:
    """What to do about a text of more than `most` characters; empty for one that is short enough."""
    over = length_of(typed) - most
    if over <= 0:
        return ""
    return ngettext(
        "Take out %(num)s character: at most %(most)s fit. What you typed is still here, and not stored yet.",
        "Take out %(num)s characters: at most %(most)s fit. What you typed is still here, and not stored yet.",
        over,
        most=number(most),
    )
