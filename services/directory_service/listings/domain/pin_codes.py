"""PIN codes of India Post as people type them: six digits, the first not zero, with or without a space in the middle.

The first three digits name a sorting district, so codes that begin alike lie near each other. When not to use it: for
where a code lies; that says `finding.use_cases.locate_pin_code`.
"""

import re
from unicodedata import decimal

DIGITS = 6
SORTING_DISTRICT = 3  # digits
_CODE = r"([1-9][0-9]{2})[ -]?([0-9]{3})"
_ALONE, _INSIDE = re.compile(_CODE), re.compile(rf"(?<![0-9]){_CODE}(?![0-9])")


def plain_digits(text: str) -> str:
    """The text with the digits of any script as ASCII ones."""
    return "".join(str(decimal(symbol, symbol)) for symbol in text)


def pin_code_in(text: str) -> str | None:
    """The PIN code in a text ("700 001", "Kolkata 700001", "৭০০০০১"), or None."""
    found = _INSIDE.search(plain_digits(text))
    return "".join(found.groups()) if found else None


def as_pin_code(text: str) -> str | None:
    """The PIN code that the text is and nothing beside, as six ASCII digits, or None."""
    found = _ALONE.fullmatch(plain_digits(text))
    return "".join(found.groups()) if found else None


def is_meant_as_pin_code(text: str) -> bool:
    """Whether somebody who typed this can only have meant a PIN code: nothing but digits."""
    return re.sub(r"[ -]", "", plain_digits(text)).isdecimal()


def beginnings(code: str) -> list[str]:
    """The code and its beginnings down to the sorting district, the longest first."""
    return [code[:length] for length in range(DIGITS, SORTING_DISTRICT - 1, -1)]
