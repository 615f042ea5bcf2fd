"""What templates of this service may call: words for codes, districts, opening hours, numerals.

Promises: everything is in the reader's language; nothing here reads the database, but for the names of districts once a
minute.
"""

from datetime import date, datetime

import flask_babel
from jinja2 import Environment

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.task_view import TaskView
from referral_service.domain.team_referral import TeamReferral
from referral_service.domain.trial import SAMPLE_NAMES, SAMPLE_NUMBERS
from referral_service.pages import (
    district_names,
    session_marks,
    transition_forms,
    words,
)
from referral_service.pages.desk.desk_words import given_words, tone_of
from referral_service.pages.words.opening_hours import hours_lines, hours_sentence
from referral_service.pages.words.reasons import reason_words
from referral_service.store.team_referrals import Workload
from service_kit.phone_numbers import in_groups
from service_kit.web.context import context
from service_kit.web.html.i18n import digits
from service_kit.web.html.relative_time import (
    clock_time,
    exact_date,
)
from setu.languages import SCREEN_LANGUAGES
from setu.phones import callable_number

_DIGITS = {"bn": "০১২৩৪৫৬৭৮৯"}


def numeral(position: int, language: str) -> str:
    """The number before a consent sentence, in the digits that the text itself is written with."""
    digits = _DIGITS.get(language, "0123456789")
    return "".join(digits[int(digit)] for digit in str(position)) + "."


def due_of(task: TaskView | TeamReferral | Workload) -> datetime | None:
    """When the task is due; None while nothing is (it waits for somebody else, or has ended)."""
    return None if task.due == NOTHING_DUE else task.due


def day_words(day: str | None) -> str:
    """An ISO 8601 date in the reader's language; empty without one."""
    return exact_date(date.fromisoformat(day)) if day else ""


def day_name(day: date) -> str:
    """The day of the week and the date in the reader's language: `Monday, 2 Mar 2026`."""
    return f"{flask_babel.format_date(day, 'EEEE', rebase=False)}, {exact_date(day)}"


def trial_samples() -> dict[str, list[tuple[str, str]]] | None:
    """The names and numbers of a trial as choices; None outside of one."""
    if not context().settings.trial:
        return None
    return {
        "names": [(name, name) for name in SAMPLE_NAMES],
        "numbers": [(number, in_groups(number)) for number in SAMPLE_NUMBERS],
    }


def install(environment: Environment) -> None:
    """Gives the functions to every template, imported macros included."""
    environment.globals.update(
        say=words.say,
        choices=words.choices,
        own_name=SCREEN_LANGUAGES.__getitem__,
        district_name=lambda code: district_names.name_of(int(code)),
        state_name=district_names.state_name,
        year_words=lambda year: digits(str(year)),
        hours_lines=hours_lines,
        clock_time=clock_time,
        numeral=numeral,
        hours_sentence=hours_sentence,
        due_of=due_of,
        in_groups=in_groups,
        callable_number=callable_number,
        day_words=day_words,
        day_name=day_name,
        reason_words=reason_words,
        owner_mark=session_marks.owner_mark,
        session_mark=session_marks.session_mark,
        tone_of=tone_of,
        given_words=given_words,
        trial_samples=trial_samples,
        words_of=lambda event, field: transition_forms.WORDS_OF[event, field],
    )
