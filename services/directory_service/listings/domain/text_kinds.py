"""Kinds of single texts: words, phone number, mail address, web address, language, PIN code, time of day.

What is kept is ASCII, as the standard's formats ask. The tables of fields read these for records, `hsds.objects` for
what only the standard has a field for. Not whether a text would run in a spreadsheet: see `spreadsheet_cells`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from directory_service.listings.domain.hsds.uris import as_uri
from directory_service.listings.domain.pin_codes import as_pin_code
from directory_service.listings.domain.value_kinds import Kind, fault
from directory_service.organizations.domain.invisible_characters import text_has_invisible
from setu.recurrence import rule_fault

TIME_OF_DAY = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_WEB = re.compile(
    rf"https?://(?:[A-Za-z0-9._~!$&'()*+,;=:%-]*@)?(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{{1,5}})?"
    r"(?:[/?#][!#-;=?-\[\]_a-z~]*)?",
    re.IGNORECASE | re.ASCII,
)


def _by(code: str, rule: Callable[[str], str], figures: Mapping[str, Any] | None = None) -> Kind:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise fault("text")
        return rule(value)

    return Kind(code, check, figures=figures or {})


def text(most: int, least: int = 1) -> Kind:
    """Words of `least` to `most` characters, of one line or more, with none that cannot be seen or stored."""

    def rule(value: str) -> str:
        if not least <= len(value) <= most:
            raise fault("too-long" if value else "empty", {"most": most})
        if text_has_invisible(value):
            raise fault("control")
        return value

    return _by("too-long", rule, {"most": most})


def _pattern(code: str, form: str, most: int) -> Kind:
    whole = re.compile(form, re.ASCII)

    def rule(value: str) -> str:
        if len(value) > most or not whole.fullmatch(value):
            raise fault(code)
        return value

    return _by(code, rule, {"most": most})


def _web_address(value: str) -> str:
    made = as_uri(value)
    if len(made) > WEB.figures["most"]:
        raise fault("too-long", WEB.figures)
    if not _WEB.fullmatch(made):
        raise fault("web")
    return made


def _postal_code(value: str) -> str:
    if code := as_pin_code(value):
        return code
    raise fault("postal-code")


def _rule(value: str) -> str:
    if wrong := rule_fault(value):
        raise fault(f"hours-{wrong}")
    return value


#: Digits, blanks and + ( ) -.
PHONE = _pattern("phone", r"\+?[0-9][0-9 ()-]{1,22}", 24)
#: Dot-atom and the name of a host (RFC 5321 §4.1.2).
MAIL = _pattern("mail", rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+", 254)
#: The address of a page, http or https (RFC 3986); one in another script becomes the same in ASCII.
WEB = _by("web", _web_address, {"most": 2000})
#: A BCP 47 code, as long as RFC 5646 §4.4.1 asks to keep.
LANGUAGE = _pattern("language", "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", 35)
TIME = _pattern("time", TIME_OF_DAY, 5)
#: A PIN code as people type it, in the digits of any script; six ASCII digits are kept.
POSTAL_CODE = _by("postal-code", _postal_code, {"most": 7})
#: Days of opening (RFC 5545), as `setu.recurrence` takes them.
RULE = _by("hours-form", _rule)
