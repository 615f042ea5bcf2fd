"""Phone numbers in E.164, by the world's numbering plans (the `phonenumbers` library). India is the default.

Promises: what is kept of an account is a number that can be rung (`to_keep`). What somebody signs in with is read more
freely (`to_e164`): it is only compared, also with numbers that were kept before the rule was so strict.
"""

import phonenumbers

from directory_service.accounts.domain.handles import (
    BadHandle,
    kind_of,
    mail,
    user_name,
)
from service_kit.phone_numbers import BadNumber, read_phone_number
from setu.phone_words import HOME_REGION, WORDS


def to_keep(text: str) -> str:
    """The number in E.164. Raises `BadHandle("phone")`, whose text is a message key: what to do about it."""
    try:
        return read_phone_number(text, home=HOME_REGION)
    except BadNumber as bad:
        raise BadHandle("phone", WORDS[bad.reason]) from bad


def to_e164(text: str) -> str:
    """`+919876543210` of any spelling that people use. Raises `BadHandle("phone")`."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise BadHandle("phone", "A phone number with its area code, such as 98765 43210.") from error
    if not phonenumbers.is_possible_number(number):
        raise BadHandle("phone", "A phone number with its area code, such as 98765 43210.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spell(text: str) -> tuple[str, str]:
    """What kind of handle a text is, and its one spelling. Raises `BadHandle`."""
    kind = kind_of(text)
    return kind, {"mail": mail, "phone": to_e164, "user_name": user_name}[kind](text)


def one_spelling(text: str) -> str:
    """A handle so that every way of typing it is the same text; what is no handle stays as it is."""
    try:
        return spell(text)[1]
    except BadHandle:
        return text
