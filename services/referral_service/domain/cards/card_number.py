"""Card number: seven digits and a check digit (Luhn), which an officer types from the card.

Why: a typing error must not bind another card of the unit. The number is no secret and resolves nothing; only the code
on the card does, and only for providers.
"""

import re

_SHAPE = re.compile(r"\A[0-9]{8}\Z")
NOT_AN_UNUSED_CARD = "Not the number of an unused card of your unit."
"""The one answer to a number that cannot be a card's, is another unit's, or is used up."""


def card_number(ordinal: int) -> str:
    """The number of the n-th card, such as `0000123-0`. ValueError beyond seven digits."""
    digits = f"{ordinal:07d}"
    if len(digits) != 7 or ordinal < 0:
        raise ValueError("card numbers have seven digits")
    return f"{digits}-{_check_digit(digits)}"


def as_card_number(text: str) -> str | None:
    """What somebody typed, in the form in which it is stored; None where it cannot be a card's number."""
    bare = "".join(text.split()).replace("-", "")
    if not _SHAPE.match(bare) or _check_digit(bare[:7]) != bare[7]:
        return None
    return f"{bare[:7]}-{bare[7]}"


def _check_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
