"""Moments and references as people say and read them, in the reader's language and the site's time zone.

Relative times: "due in 40 minutes", "yesterday 14:10". Exact times, where a relative one would
change from answer to answer. The macro `moment` in `lists.html` takes the mode.
"""

from datetime import date, datetime, timedelta

import flask_babel

from service_kit.web.context import context
from service_kit.web.html.i18n import digits, gettext
from service_kit.web.site import site


def exact(moment: datetime) -> str:
    """Date and time to the minute, `24 Nov 2026, 14:10` in the reader's language."""
    return f"{exact_date(moment)}, {clock_time(moment)}"


def exact_date(day: date) -> str:
    """The day, `24 Nov 2026` in the reader's language; of a moment, the day in the site's time zone."""
    local = day.astimezone(site().time_zone).date() if isinstance(day, datetime) else day
    return digits(flask_babel.format_date(local, "d MMM y", rebase=False))


def clock_time(moment: datetime) -> str:
    """The time of day, `14:10` in the reader's digits."""
    return digits(flask_babel.format_time(moment, "HH:mm"))


def due(moment: datetime) -> str:
    """How long until something is due, or for how long it has been overdue."""
    left = moment - context().clock.now()
    if left < timedelta(minutes=-1):
        return gettext("overdue by %(time)s", time=_span(-left))
    if left < timedelta(minutes=1):
        return gettext("due now")
    return gettext("due in %(time)s", time=_span(left))


def ago(moment: datetime) -> str:
    """When something happened: minutes, then `today 14:10`, `yesterday 14:10`, then the exact time."""
    now = context().clock.now()
    passed = now - moment
    if timedelta(0) <= passed < timedelta(minutes=1):
        return gettext("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        return gettext("%(time)s ago", time=_span(passed))
    days = (now.astimezone(site().time_zone).date() - moment.astimezone(site().time_zone).date()).days
    if days == 0:
        return gettext("today %(time)s", time=clock_time(moment))
    if days == 1:
        return gettext("yesterday %(time)s", time=clock_time(moment))
    return exact(moment)


def _span(length: timedelta) -> str:
    """In one unit, but hours with their minutes: "89 minutes" must be worked out, and "2 hours" would be late."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not 1 <= hours < 24:
        return digits(flask_babel.format_timedelta(length, granularity="minute", threshold=1.5))
    parts = [timedelta(hours=hours), timedelta(minutes=minutes)]
    return digits(" ".join(flask_babel.format_timedelta(part, "minute", threshold=1) for part in parts if part))


def grouped(code: str) -> list[str]:
    """A reference or code in groups of four: `R-7K3M-9QXT` → ["R", "7K3M", "9QXT"]."""
    if "-" in code:
        return code.split("-")
    return [code[start : start + 4] for start in range(0, len(code), 4)]
