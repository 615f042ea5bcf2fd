"""The rule of a phone number that a person can be rung at: one rule for every form and every API.

Why: a number with a digit too few passes a check of lengths, and then nobody is ever reached. Promises: digits of any
script and the usual spaces, hyphens and brackets are read; what comes back is E.164, valid in its country's numbering
plan (`phonenumbers`; `home`, where no country code is typed); what is refused is refused with a reason, a code.
When not to use it: for a number that was published elsewhere and is shown as it came.
"""

import unicodedata

import phonenumbers

LONGEST = 40  # as typed, with spaces and hyphens
_BETWEEN_DIGITS = str.maketrans("", "", " -().")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # E.164; seven for a landline without its area code


class BadNumber(ValueError):
    """Nobody can be rung at what was typed. `reason`: `no_number`, `mobile_length`, `no_area_code`, `other_country`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_phone_number(typed: str, *, home: str) -> str:
    """The number in E.164; `home` is a region (ISO 3166). Raises BadNumber."""
    plain = plain_number(typed) if len(typed) <= LONGEST else None
    if plain is None:
        raise BadNumber("no_number")
    try:
        number = phonenumbers.parse(plain, home)
    except phonenumbers.NumberParseException:
        raise BadNumber("other_country") from None
    if not phonenumbers.is_valid_number(number):
        raise BadNumber(_reason(number, home))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def plain_number(value: str) -> str | None:
    """The digits of a phone number with a leading + kept, ASCII whatever the script typed; None if it is none."""
    typed = value.strip()
    plus = "+" if typed.startswith("+") else ""
    digits = typed.removeprefix("+").translate(_BETWEEN_DIGITS)
    if not (digits.isdecimal() and _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS):
        return None
    return plus + (digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits))


def in_groups(number: str) -> str:
    """A number as `read_phone_number` gives it (E.164), in the groups of its country; any other text as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _reason(number: phonenumbers.PhoneNumber, home: str) -> str:
    if number.country_code != phonenumbers.country_code_for_region(home):
        return "other_country"
    return "mobile_length" if str(number.national_number)[0] in "6789" else "no_area_code"
