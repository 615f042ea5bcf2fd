"""Opening hours in words, in the language of the moment: "Mon–Fri 09:00–17:00", "Every day round the clock".

Promises: nothing is guessed; a service without hours has no line.
"""

from collections.abc import Iterator

import flask_babel

from referral_service.domain.listed_service import ListedService
from referral_service.domain.opening_hours import Hours
from service_kit.web.i18n import gettext as _


def hours_lines(service: ListedService) -> list[str]:
    """Days and times of each line of the listing, in the reader's language; none where none is known."""
    return [f"{_days(line)} {clock_time_of(line)}" for line in service.hours]


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
