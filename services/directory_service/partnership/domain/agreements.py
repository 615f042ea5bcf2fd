"""Agreement of a unit and a provider: its state by the calendar, what makes it active, and its reviews.

Promises: pure. `upcoming`, `lapsing` and `lapsed` follow from the day alone, so no row goes stale. While a party is
suspended or closing an agreement rests, which `store/agreements_in_force.py` reads from its standing, and its days run
on: one that has lapsed meanwhile is lapsed. An agreement gates no referral: the referral service never hears of it
(`setu.events`). When not to use it: for what both sides sign (`agreement_clauses.py`); for whom each side names
(`focal_points.py`). Source: docs/partnership.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from directory_service.partnership.domain.focal_points import FOCAL_POINTS
from directory_service.partnership.domain.reminders import due_step

DRAFT, ACTIVE, LAPSING, LAPSED, ENDED = "draft", "active", "lapsing", "lapsed", "ended"
UPCOMING = "upcoming"
"""Signed, and its first day is ahead; never stored."""
RESTING = "resting"
"""In force by its days, and a party is not at work: shown, never stored."""
IN_FORCE = (ACTIVE, LAPSING)
UNIT, PROVIDER_SIDE = "unit", "provider"
SIDES = (UNIT, PROVIDER_SIDE)
WARN_DAYS = (60, 30, 7)
LONGEST_YEARS = 5
LARGEST_DOCUMENT = 2 * 1024 * 1024  # bytes
_SIXTY = timedelta(days=WARN_DAYS[0])


@dataclass(frozen=True)
class Terms:
    """From when until when, and when it is looked at again."""

    from_day: date
    to_day: date
    review_on: date

    @property
    def fault(self) -> str | None:
        """Which field cannot be: `to_day` or `review_on`; None where all can."""
        if not timedelta(0) < self.to_day - self.from_day <= timedelta(days=366 * LONGEST_YEARS):
            return "to_day"
        return None if self.from_day < self.review_on <= self.to_day else "review_on"


@dataclass(frozen=True)
class Review:
    """When both sides reviewed it, and when they do so again; `next_on`: None where not before it ends."""

    held_on: date
    next_on: date | None

    def fault(self, terms: Terms, before: date | None, today: date) -> str | None:
        """Which field cannot be: `held_on` or `next_on`; None where both can. `before`: the day of the last review."""
        if not max(terms.from_day, before or terms.from_day) <= self.held_on <= today:
            return "held_on"
        return None if self.next_on is None or today < self.next_on <= terms.to_day else "next_on"


def review_is_due(state: str, review_on: date, today: date, *, closed: bool) -> bool:
    """Whether an agreement in this state (as it is by its days) has to be reviewed; `closed`: not before it ends."""
    return state in IN_FORCE and not closed and review_on <= today


def needs_talk(state: str, *, review_due: bool, is_incomplete: bool) -> bool:
    """Whether a meeting has to speak of it: it rests, lapses, has lapsed or is reviewed, or somebody is missing.

    `is_incomplete`: a side has yet to name a focal point, or a handover is open.
    """
    return state in (RESTING, LAPSING, LAPSED) or review_due or is_incomplete


def next_review(terms: Terms, today: date) -> date | None:
    """The day that is offered for the next review: a year ahead, or None where the agreement ends before."""
    ahead = today + timedelta(days=365)
    return ahead if ahead <= terms.to_day else None


def state_on(stored: str, terms: Terms, today: date) -> str:
    """The state on a day (India's): what is stored, and what the calendar makes of an active one."""
    if stored != ACTIVE:
        return stored
    if today < terms.from_day:
        return UPCOMING
    if terms.to_day < today:
        return LAPSED
    return LAPSING if terms.to_day - today <= _SIXTY else ACTIVE


def shown_state(stored: str, terms: Terms, today: date, *, rests: bool) -> str:
    """The state on a day as people read it; `rests`: whether a party is not at work now."""
    state = state_on(stored, terms, today)
    return RESTING if rests and state in IN_FORCE else state


def may_become_active(signed: Sequence[bool], focal_points: Mapping[str, int]) -> bool:
    """Whether both sides have signed and each has named two focal points."""
    return all(signed) and all(focal_points.get(side, 0) >= FOCAL_POINTS for side in SIDES)


def may_be_renewed(stored: str, from_day: date, today: date) -> bool:
    """Whether the next version may be drafted: of one that has begun, also where it has lapsed since."""
    return stored == ACTIVE and from_day <= today


def due_warning(to_day: date, today: date, warned: int | None) -> int | None:
    """How many days ahead a warning is due now, that was not given yet: 60, 30 or 7. `warned`: the last one given."""
    left = (to_day - today).days
    return due_step(left, WARN_DAYS, warned) if left >= 0 else None


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin and end as a PDF does (ISO 32000-2, 7.5); nothing in them is run or rendered here."""
    return content[:1024].lstrip()[:5] == b"%PDF-" and b"%%EOF" in content[-1024:]
