"""Priority of a referral by its answers, before they are sealed.

The flags: `FLAGS` of `person_rules.py`. What a release date makes of it: `release_date.py`.
"""

from collections.abc import Iterable

from referral_service.domain.child_path import UNDER_18

URGENT, ROUTINE = "urgent", "routine"


def priority_of(flags: Iterable[str], age_band: str | None) -> str:
    """`urgent` with any urgent flag or under 18 (24-hour clock of the child path), else `routine`."""
    return URGENT if any(flags) or age_band == UNDER_18 else ROUTINE
