"""Rules of single texts, a function each: phone number, mail address, web address, language, PIN code, time of day.

Each returns the text as it is kept, or raises InvalidFields. What is kept is ASCII, as the standard's formats ask. The
tables of fields read them for records, `hsds.objects` for what only the standard has a field for.
"""

import re
from collections.abc import Callable

from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.hsds.uris import as_uri
from directory_service.listings.domain.pin_codes import as_pin_code

TIME_OF_DAY = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
LONGEST_PHONE, LONGEST_MAIL, LONGEST_WEB, LONGEST_PIN = 24, 254, 2000, 7
"""Characters, as they are typed."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{1,22}")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_MAIL = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+", re.ASCII)
_WEB = re.compile(
    rf"https?://(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?"
    r"(?:[/?#][!#-;=?-\[\]_a-z~]*)?",
    re.IGNORECASE | re.ASCII,
)
_LANGUAGE = re.compile(r"(?=.{2,35}\Z)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # as long as RFC 5646 §4.4.1 asks to keep
_TIME = re.compile(TIME_OF_DAY)

TextRule = Callable[[str], str]


def phone(text: str) -> str:
    """A phone number: digits, blanks and + ( ) -, two characters to 24."""
    return _matching(_PHONE, text, "phone")


def mail(text: str) -> str:
    """A mail address: dot-atom and host name (RFC 5321 §4.1.2), 254 characters at most."""
    return _matching(_MAIL, text, "mail")


def web_address(text: str) -> str:
    """The address of a page, http or https (RFC 3986); one in another script becomes the same in ASCII."""
    made = as_uri(text)
    if len(made) > LONGEST_WEB:
        raise InvalidFields(FieldFault("too-long", figures={"most": LONGEST_WEB}))
    return _matching(_WEB, made, "web")


def language(text: str) -> str:
    """A language code (BCP 47)."""
    return _matching(_LANGUAGE, text, "language")


def time_of_day(text: str) -> str:
    """Hours and minutes: `09:30`."""
    return _matching(_TIME, text, "time")


def postal_code(text: str) -> str:
    """A PIN code as people type it, in the digits of any script, as six ASCII digits."""
    if code := as_pin_code(text):
        return code
    raise InvalidFields(FieldFault("postal-code"))


def without_control(text: str) -> str:
    """Text of one or more lines, without characters that cannot be seen or stored."""
    if _CONTROL.search(text):
        raise InvalidFields(FieldFault("control"))
    return text


def _matching(form: re.Pattern[str], text: str, code: str) -> str:
    if form.fullmatch(text):
        return text
    raise InvalidFields(FieldFault(code))
