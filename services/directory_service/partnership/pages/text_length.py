"""Length of a typed text, counted as the guard would store it: single spaces, whatever line breaks a browser sends.

Why: a field with `maxlength` cuts a long paste without a word. A text that is too long is refused instead, stands in
the form as it was typed, and its writer reads how many characters there are too many.
"""

from service_kit.web.html.i18n import ngettext, number


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
