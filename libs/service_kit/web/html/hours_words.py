"""Formatting of opening hours, the same in every service: one sentence about now, and the rows of a week.

Takes plain values (whether it is open, until when, the spans of each weekday), because how rules are read is none of
the kit's matter. Not for hours in a spreadsheet or in an API: those have forms of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time

import flask_babel

from service_kit.web.html.i18n import (
    gettext,
)
from service_kit.web.html.relative_time import clock_time
from service_kit.web.site import site

Span = tuple[time, time]


def hours_words(*, known: bool, is_open: bool, until: datetime | None, now: datetime) -> str:
    """One sentence about now and the next change (`until`, None where none is in sight). `known`: any hours are."""
    if not known:
        return gettext("Please ask for the opening hours.")
    if not is_open:
        return _closed_words(until, now)
    if until is None:
        return gettext("Open day and night.")
    return gettext("Open now, until %(time)s.", time=clock_time(until))


def _closed_words(until: datetime | None, now: datetime) -> str:
    if until is None:
        return gettext("Closed now.")
    days = (until.date() - now.astimezone(site().time_zone).date()).days
    at = clock_time(until)
    if days == 0:
        return gettext("Closed now. Opens today at %(time)s.", time=at)
    if days == 1:
        return gettext("Closed now. Opens tomorrow at %(time)s.", time=at)
    day = flask_babel.format_date(until.date(), "EEEE" if days < 7 else "d MMMM")
    return gettext("Closed now. Opens %(day)s at %(time)s.", day=day, time=at)


def week_rows(
    week: Sequence[Sequence[Span]],
    rare: Iterable[tuple[str | None, Span]],
    *,
    closed_days: bool = True,
    short: bool = False,
) -> Iterator[tuple[str, str]]:
    """Day and hours, Monday first; days with the same hours that follow each other stand in one row.

    `week`: the spans of each day from Monday. `rare`: hours that do not come every week, with what is said of them.
    `closed_days`: whether these have a row, too. `short`: "Mon–Fri" instead of "Monday to Friday", to save room.
    """
    names = flask_babel.get_locale().days["stand-alone"]["abbreviated" if short else "wide"]
    spans = [", ".join(span_words(span) for span in day) for day in week]
    first = 0
    for day in range(1, 8):
        if day == 7 or spans[day] != spans[first]:
            if spans[first] or closed_days:
                yield _days_words(names[first], names[day - 1], short=short), spans[first] or gettext("closed")
            first = day
    for said, span in rare:
        yield said or gettext("Some days of the month"), span_words(span)


def _days_words(first: str, last: str, *, short: bool) -> str:
    if first == last or short:
        return first if first == last else f"{first}–{last}"
    return gettext("%(first)s to %(last)s", first=first, last=last)


def span_words(span: Span) -> str:
    """From–to, in the reader's digits; 23:59 is the end of the day, and the same time twice is a day and night."""
    if span in {(time(), time(23, 59)), (time(), time())}:
        return gettext("day and night")
    opens, closes = (clock_time(datetime(2024, 1, 1, at.hour, at.minute, tzinfo=site().time_zone)) for at in span)
    return gettext("24 hours, from %(time)s", time=opens) if opens == closes else f"{opens}–{closes}"
