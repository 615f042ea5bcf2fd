"""What a person types to say who they are: a user name, a phone number or a mail address.

Promises: one account has one spelling. Telling the three apart needs no database. Phone numbers are brought to E.164
outside (the numbering plan is a library's work); this module only says what a text is meant to be.
"""

import re
import unicodedata

USER_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
MAIL = re.compile(
    r"[a-z0-9_][a-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)"
)
"""ASCII, and a domain's name: no address of a host, no sign that nobody sees, no first sign that a spreadsheet runs."""
PHONE_LIKE = re.compile(r"\+?[\d\s().-]{7,24}")


class BadHandle(ValueError):
    """The text is no user name, phone number or mail address; `field` says which was expected, `code` what to do."""

    def __init__(self, field: str, text: str, code: str = "") -> None:
        super().__init__(text)
        self.field = field
        self.code = code or field


def kind_of(text: str) -> str:
    """`mail`, `phone` or `user_name`, by the look of the text alone."""
    if "@" in text:
        return "mail"
    return "phone" if PHONE_LIKE.fullmatch(text.strip()) else "user_name"


def user_name(text: str) -> str:
    """The one spelling of a user name: lower case, 3 to 40 letters, digits, `.`, `_`, `-`. Raises `BadHandle`."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if not USER_NAME.fullmatch(folded):
        raise BadHandle("user_name", "3 to 40 letters, digits, dots, hyphens or underscores; the first is a letter.")
    return folded


def mail(text: str) -> str:
    """The one spelling of a mail address: lower case, at most 254 characters. Raises `BadHandle`."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if len(folded) > 254 or not MAIL.fullmatch(folded):
        raise BadHandle("mail", "A mail address such as name@example.org.")
    return folded
