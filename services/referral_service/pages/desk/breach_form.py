"""Form of a data breach: what was typed, or what is wrong with it, each beside its field.

Promises: nothing is noticed before it happened, or the 72 hours would run from too early; nobody is told that nothing
can come of it and what can; what the notice prints as the way to ask is one that somebody can ring, write to or open.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from werkzeug.datastructures import MultiDict

from referral_service.domain.desk import details
from referral_service.domain.desk.details import Breach
from service_kit.errors import FieldError
from service_kit.phone_numbers import BadNumber, read_phone_number
from service_kit.translations import N_
from service_kit.web.html.i18n import gettext as _
from setu.india import INDIA
from setu.phone_words import HOME_REGION

_LONGEST_NUMBER = len(str(details.MOST_PEOPLE))
_FIRST_YEAR = 1900
"""What is before is a slip of the fingers; the first days of all cannot be shown in every time zone."""

TICKED: Mapping[str, tuple[Sequence[str], str]] = {
    "data": (details.BREACH_DATA, N_("Tick which data were concerned.")),
    "risks": (details.BREACH_RISKS, N_("Tick what can come of it, or that you know of nothing.")),
    "measures": (details.BREACH_MEASURES, N_("Tick what was done about it.")),
    "advice": (details.BREACH_ADVICE, N_("Tick what people can do.")),
}
"""Field in which several codes are ticked → the codes, and what to do where none is."""


def read_breach_form(
    form: MultiDict[str, str], now: datetime, errors: list[FieldError]
) -> tuple[Breach, datetime | None]:
    """The breach, and when it was noticed; adds to `errors` what is missing or cannot be."""
    kind, people = form.get("kind", ""), form.get("people", "").strip()
    if kind not in details.BREACH_KINDS:
        errors.append(FieldError("kind", _("Say what happened.")))
    happened_at, noticed_at = _moment(form, "happened", now, errors), _moment(form, "noticed", now, errors)
    if happened_at is not None and noticed_at is not None and noticed_at < happened_at:
        errors.append(FieldError("noticed_day", _("It cannot be noticed before it happened.")))
    ticked = _ticked(form, errors)
    is_number = people.isdecimal() and len(people) <= _LONGEST_NUMBER
    if people and not (is_number and int(people) <= details.MOST_PEOPLE):
        errors.append(FieldError("people", _("A number, or nothing while nobody knows.")))
    told = int(people) if is_number else None
    at = "" if happened_at is None else happened_at.isoformat()
    return Breach(kind, at, people=told, phone=_where_to_ask(form, errors), **ticked), noticed_at


def _ticked(form: MultiDict[str, str], errors: list[FieldError]) -> dict[str, list[str]]:
    chosen = {name: [code for code in codes if code in form.getlist(name)] for name, (codes, _words) in TICKED.items()}
    errors.extend(FieldError(name, _(TICKED[name][1])) for name, codes in chosen.items() if not codes)
    if details.NO_RISK in chosen["risks"] and len(chosen["risks"]) > 1:
        errors.append(FieldError("risks", _("Either you know of nothing, or tick what can come of it: not both.")))
    return chosen


def _where_to_ask(form: MultiDict[str, str], errors: list[FieldError]) -> str:
    typed = form.get("phone", "").strip()[: details.LONGEST_WAY_TO_ASK]
    if not typed:
        errors.append(FieldError("phone", _("Say where people may ask.")))
    elif not details.is_address(typed):
        try:
            read_phone_number(typed, home=HOME_REGION)
        except BadNumber:
            wrong = _("Enter a phone number with its area code, a mail address or a web address, and nothing else.")
            errors.append(FieldError("phone", wrong))
    return typed


def _moment(form: MultiDict[str, str], name: str, now: datetime, errors: list[FieldError]) -> datetime | None:
    try:
        at = datetime.fromisoformat(f"{form.get(f'{name}_day', '')}T{form.get(f'{name}_time', '')}")
    except ValueError:
        at = None
    if at is None or at.year < _FIRST_YEAR:
        errors.append(FieldError(f"{name}_day", _("Give day and time.")))
        return None
    moment = at.replace(tzinfo=INDIA)
    if moment > now:
        errors.append(FieldError(f"{name}_day", _("This is in the future.")))
    return moment
