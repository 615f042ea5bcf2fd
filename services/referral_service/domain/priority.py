"""Priority of a referral: what makes it urgent, by its answers before they are sealed, and by the release as days pass.

The flags: `FLAGS` of `person_rules.py`. Which dates and flags of a release may be said: `release_date.py`. Promises:
pure; days are days in India.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from referral_service.domain.child_path import UNDER_18
from referral_service.domain.release_date import FOLLOW_THE_DATE, RELEASE_TODAY, leaves_soon

URGENT, ROUTINE = "urgent", "routine"


@dataclass(frozen=True)
class Release:
    """What a release date, or a flag that no date stands behind (`ticked`), makes of the priority on the day."""

    day: date | None
    urgent_otherwise: bool
    ticked: bool
    priority: str


def priority_of(flags: Iterable[str], age_band: str | None) -> str:
    """`urgent` with any urgent flag or under 18 (24-hour clock of the child path), else `routine`."""
    return URGENT if any(flags) or age_band == UNDER_18 else ROUTINE


def release_of(day: date | None, flags: Collection[str], age_band: str | None, today: date) -> Release:
    """Of what a new referral says of it; "released today" is a date, too."""
    if day is None and RELEASE_TODAY in flags:
        day = today
    ticked = day is None and not FOLLOW_THE_DATE.isdisjoint(flags)
    otherwise = urgent_otherwise(flags, age_band)
    return Release(day, otherwise, ticked, priority_now(otherwise or ticked, day, today))


def urgent_otherwise(flags: Collection[str], age_band: str | None) -> bool:
    """Whether it is urgent whatever becomes of the release."""
    return priority_of([flag for flag in flags if flag not in FOLLOW_THE_DATE], age_band) == URGENT


def priority_now(urgent_anyway: bool, release_on: date | None, today: date) -> str:  # a fact of the row, not a mode
    """The priority on this day."""
    return URGENT if urgent_anyway or leaves_soon(release_on, today) else ROUTINE
