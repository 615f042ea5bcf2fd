"""Words of meetings on a page: states, parts, reasons, days. One table for each code."""

from collections.abc import Mapping
from datetime import date, datetime

import flask_babel

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.actions import action_state_on
from directory_service.partnership.store.tables import MeetingAction
from service_kit.translations import N_
from service_kit.web.html.i18n import digits, language
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.relative_time import clock_time
from setu.india import INDIA

STATE_WORDS: Mapping[str, tuple[str, str]] = {
    "proposed": (N_("date proposed"), "amber"),
    "planned": (N_("planned"), "green"),
    "held": (N_("held"), "green"),
    "not_quorate": (N_("too few came"), "amber"),
    "cancelled": (N_("called off"), "quiet"),
}
"""State of a meeting → its words, and the tone of the tag."""
ITEM_WORDS: Mapping[str, tuple[str, str]] = {
    "proposed": (N_("proposed"), "amber"),
    "on": (N_("on the agenda"), "quiet"),
    "discussed": (N_("discussed"), "green"),
    "carried": (N_("carried over"), "amber"),
}
_ACTION_WORDS: Mapping[str, tuple[str, str]] = {
    "open": (N_("open"), "quiet"),
    "overdue": (N_("overdue"), "red"),
    "done": (N_("done"), "green"),
    "dropped": (N_("dropped"), "quiet"),
}
KIND_WORDS: Mapping[str, str] = {"note": N_("Note"), "decision": N_("Decision")}
DROP_WORDS: Mapping[str, str] = {
    "not_needed": N_("It is not needed any more"),
    "taken_over": N_("Somebody else does it"),
    "cannot_be_done": N_("It cannot be done"),
}
BLOCK_WORDS: Mapping[str, str] = {
    "holiday": N_("Holiday of the district"),
    "festival": N_("Festival: police are on duty"),
    "election": N_("Election: police are on duty"),
    "other": N_("Another reason"),
}
WEEKDAYS: tuple[str, ...] = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"))


def action_words(action: MeetingAction, today: date) -> tuple[str, str]:
    """The state of an action on a day, English and marked, and the colour of its tag."""
    return _ACTION_WORDS[action_state_on(action.state, action.due, today)]


def day_words(day: date | datetime) -> str:
    """`Tuesday 22 December 2026` in the reader's language; of a moment, the day in India."""
    local = day.astimezone(INDIA).date() if isinstance(day, datetime) else day
    return digits(flask_babel.format_date(local, "EEEE d MMMM y", rebase=False))


def when_words(at: datetime) -> str:
    """The day and the hour of a meeting."""
    return _("%(day)s, %(time)s", day=day_words(at), time=clock_time(at))


def month_words(day: date) -> str:
    """`November 2026` in the reader's language."""
    return digits(flask_babel.format_date(day, "LLLL y", rebase=False))


def quarter_words(last: date) -> str:
    """`October to December 2026` of the quarter that ends with a month, in the reader's language."""
    first = flask_babel.format_date(last.replace(month=last.month - 2), "LLLL", rebase=False)
    return _("%(first)s to %(last)s", first=first, last=month_words(last))


def district_name(district: District) -> str:
    """The district in the reader's language."""
    return str(district.names.get(language(), district.name))


def local_time(at: datetime) -> str:
    """`11:00` in India, in ASCII digits, as a time field wants it."""
    return f"{at.astimezone(INDIA):%H:%M}"
