"""What templates of this service may call: words for codes, districts, opening hours, numerals.

Promises: everything is in the reader's language; nothing here reads the database.
"""

from collections.abc import Iterator
from datetime import date, datetime

import flask_babel
from jinja2 import Environment

from referral_service.domain.effects import NOTHING_DUE
from referral_service.domain.listed_service import ListedService
from referral_service.domain.opening_hours import Hours
from referral_service.domain.wall import TaskView, TeamReferral
from referral_service.pages import acting, places, words
from service_kit.web.i18n import gettext as _
from service_kit.web.words import clock_time, exact_date

_DIGITS = {"bn": "০১২৩৪৫৬৭৮৯"}


def numeral(position: int, language: str) -> str:
    """The number before a consent sentence, in the digits that the text itself is written with."""
    digits = _DIGITS.get(language, "0123456789")
    return "".join(digits[int(digit)] for digit in str(position)) + "."


def hours_lines(service: ListedService) -> list[str]:
    """Days and times of each line of the listing, in the reader's language; none where none is known."""
    return [f"{_days(line)} {clock_time_of(line)}" for line in service.hours]


def due_of(task: TaskView | TeamReferral) -> datetime | None:
    """When the task is due; None while nothing is (it waits for somebody else, or has ended)."""
    return None if task.due == NOTHING_DUE else task.due


def in_groups(number: str) -> str:
    """An Indian number (`+919876543210`) as people read it aloud: `+91 98765 43210`; any other as it is."""
    return f"+91 {number[3:8]} {number[8:]}" if number.startswith("+91") and len(number) == 13 else number


def day_words(day: str | None) -> str:
    """An ISO 8601 date in the reader's language; empty without one."""
    return exact_date(date.fromisoformat(day)) if day else ""


def always_open(service: ListedService) -> bool:
    """Whether it never closes, so that no closing time is said."""
    return any(line.opens == line.closes and len(line.days) == 7 for line in service.hours)


def clock_time_of(line: Hours) -> str:
    """From–to of one line."""
    if line.opens == line.closes:
        return _("round the clock")
    return f"{line.opens:%H:%M}–{line.closes:%H:%M}"


def _days(line: Hours) -> str:
    names = flask_babel.get_locale().days["format"]["abbreviated"]
    if len(line.days) == 7:
        return _("Every day")
    return ", ".join(
        f"{names[first]}–{names[last]}" if last > first else names[first] for first, last in _runs(line.days)
    )


def _runs(days: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Weekdays as runs: {0, 1, 2, 5} → (0, 2), (5, 5)."""
    start: int | None = None
    for day in range(8):
        if day in days and start is None:
            start = day
        elif day not in days and start is not None:
            yield start, day - 1
            start = None


def install(environment: Environment) -> None:
    """Gives the functions to every template, imported macros included."""
    environment.globals.update(
        say=words.say,
        choices=words.choices,
        own_name=words.OWN_NAME.__getitem__,
        district_name=lambda code: places.name_of(int(code)),
        hours_lines=hours_lines,
        clock_time=clock_time,
        numeral=numeral,
        always_open=always_open,
        due_of=due_of,
        in_groups=in_groups,
        day_words=day_words,
        words_of=lambda event, field: acting.WORDS_OF[event, field],
    )
