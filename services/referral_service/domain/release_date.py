"""Rules of a release date: who says one, which may be said, and the flags that follow it by the day.

Why: a date is said once and the days pass by themselves, so a flag that was ticked by hand would soon be wrong.
Promises: pure; days are days in India. A release that has passed stays urgent: the first days outside are the most
dangerous ones. When not to use it: for a flag that no date stands behind, or for the priority (`priority.py`).
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from setu.roles import CUSTODY_HEALTH

TODAY, NOT_KNOWN = "today", "unknown"
"""What prison health staff may say of a release instead of a date."""
SOON = timedelta(days=14)
FARTHEST_RELEASE = timedelta(days=3653)  # ten years; a longer sentence has no date that anybody can plan with
RELEASE_TODAY, RELEASE_14_DAYS = "RELEASE_TODAY", "RELEASE_14_DAYS"
FOLLOW_THE_DATE = frozenset({RELEASE_TODAY, RELEASE_14_DAYS})


def may_say_release(role: str, setting: str) -> bool:
    """Whether a referral may come with a date of release: from prison, and from prison health staff always."""
    return role == CUSTODY_HEALTH or setting == "prison"


def is_possible_release(day: date, today: date) -> bool:
    """Whether somebody may be said to leave on that day: today or later, at most ten years ahead."""
    return today <= day <= today + FARTHEST_RELEASE


def release_faults(day: date | None, urgent: Collection[str], today: date) -> Iterator[str]:
    """What cannot be true about a release: ``date`` (past, or beyond ten years), ``both`` flags, ``date_and_flag``."""
    flags = FOLLOW_THE_DATE.intersection(urgent)
    if flags == FOLLOW_THE_DATE:
        yield "both"
    if day is None:
        return
    if not is_possible_release(day, today):
        yield "date"
    elif (RELEASE_TODAY in flags and day > today) or (RELEASE_14_DAYS in flags and day > today + SOON):
        yield "date_and_flag"


def leaves_soon(release_on: date | None, today: date) -> bool:
    """Whether the person leaves within 14 days, or has left."""
    return release_on is not None and release_on <= today + SOON


def release_flags(release_on: date | None, today: date) -> tuple[str, ...]:
    """The urgent flags that the date makes today."""
    if release_on is None or not today <= release_on <= today + SOON:
        return ()
    return (RELEASE_TODAY,) if release_on == today else (RELEASE_14_DAYS,)


def flags_now(ticked: Collection[str], release_on: date | None, today: date) -> tuple[str, ...]:
    """What was ticked, and of the release what its date makes of it; without a date the tick stands."""
    if release_on is None:
        return tuple(ticked)
    return (*(flag for flag in ticked if flag not in FOLLOW_THE_DATE), *release_flags(release_on, today))


def release_day(said: date | str | None, today: date) -> date | None:
    """The day that was said: a date, `today`, or None for `unknown`."""
    if isinstance(said, date):
        return said
    return {TODAY: today, NOT_KNOWN: None, None: None}[said]
