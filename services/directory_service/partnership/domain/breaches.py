"""Reports of a breach of the agreement: kinds, states, steps, and the clock after which the state's body hears.

A report goes to the coordinator past every station; no meeting's agenda takes one. Promises: pure. When not to use it:
for what a report holds (`use_cases/board/report_breach.py`) and who reads it (policies of migration `0029_board.py`).
Source: docs/partnership.md.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.working_days import days_are_over
from setu.text import N_

KINDS: Mapping[str, str] = {
    "near_a_service": N_(
        "People were stopped, searched, watched or arrested near a service, or on the way because of it"
    ),
    "used_to_find_people": N_("A service was used to find people"),
    "card_as_ground": N_("A card, a needle or medicine alone was the ground for a stop or an arrest"),
    "pressed": N_("Somebody was pressed to accept help, or targets were set"),
    "asked_about_people": N_("Police asked a service about people, or for a list"),
    "hours_not_kept": N_("A service does not keep its hours, or does not answer"),
}
"""Code of a kind → its English words, which pages translate. Each is a clause of the agreement."""

REPORTED, TAKEN, WITH_PARENT, ANSWERED, CLOSED = "reported", "taken", "with_parent", "answered", "closed"
STATES = (REPORTED, TAKEN, WITH_PARENT, ANSWERED, CLOSED)
TAKE_DAYS = 3  # working days, after which the state's body hears
LONGEST_TEXT = 400
MOVES: Mapping[str, tuple[Collection[str], str]] = {
    "take": ((REPORTED,), TAKEN),
    "parent": ((TAKEN,), WITH_PARENT),
    "answer": ((TAKEN, WITH_PARENT), ANSWERED),
    "close": ((ANSWERED,), CLOSED),
}
"""A coordinator's step → the states from which it is taken, and the one that follows."""


def steps_open(state: str, *, parent_agreed: bool) -> list[str]:
    """A coordinator's steps from this state. The unit above hears only where the reporter agreed."""
    return [step for step, (before, _) in MOVES.items() if state in before and (parent_agreed or step != "parent")]


def state_after(step: str, state: str, *, parent_agreed: bool) -> str:
    """The state that follows. Raises NotNow where the step is not open."""
    if step not in steps_open(state, parent_agreed=parent_agreed):
        raise NotNow(state)
    return MOVES[step][1]


def state_hears(reported_on: date, today: date, is_holiday: Callable[[date], bool], *, past_coordinator: bool) -> bool:
    """Whether a report that nobody took is the state's body's to hear: past a coordinator in it at once, else late."""
    return past_coordinator or days_are_over(reported_on, TAKE_DAYS, today, is_holiday)
