"""Board of concerns and ideas: categories, states and steps, whose board an item stands on, when an answer is late.

Promises: pure. A district with fewer than three units or providers has no board of its own: its items stand on the
state's, without the district, since among so few the place names the writer. Source: docs/partnership.md.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.working_days import days_are_over
from setu.text import N_

CATEGORIES: Mapping[str, str] = {
    "access": N_("Getting help"),
    "form_and_cards": N_("The form and the cards"),
    "training": N_("Training"),
    "custody": N_("Prison and custody"),
    "women_and_children": N_("Women and children"),
    "idea": N_("An idea"),
}
"""Code of a category → its English name, which pages translate."""

OPEN, ANSWERED, ON_AGENDA, DONE, HIDDEN = "open", "answered", "on_agenda", "done", "hidden"
STATES = (OPEN, ANSWERED, ON_AGENDA, DONE, HIDDEN)
HIDE_REASONS = ("tells_of_somebody", "not_for_the_board", "twice")
LEAST = 3  # units, and providers, of a board
ANSWER_DAYS = 10  # working days
LONGEST_TEXT = 400
UNNAMED_A_DAY = 3  # of one account, in one web process
NAMED_A_DAY = 10  # of one account
MOVES: Mapping[str, tuple[Collection[str], str]] = {
    "agenda": ((OPEN, ANSWERED), ON_AGENDA),
    "done": ((OPEN, ANSWERED, ON_AGENDA), DONE),
    "hide": ((OPEN, ANSWERED, ON_AGENDA, DONE), HIDDEN),
}
"""A coordinator's step → the states from which it is taken, and the one that follows."""


@dataclass(frozen=True)
class Writers:
    """How many active units and providers of a place have somebody who can sign in and write."""

    units: int
    providers: int

    @property
    def is_enough(self) -> bool:
        """Whether an item without an author could be anybody's."""
        return min(self.units, self.providers) >= LEAST


@dataclass(frozen=True)
class BoardPlace:
    """Whose board it is. `district` is None for the state's; `takes_unnamed`: items without an author, too."""

    state: int
    district: int | None
    takes_unnamed: bool

    @property
    def takes_unnamed_reports(self) -> bool:
        """Whether a report of a breach without a name could be anybody's: it always tells the district."""
        return self.district is not None


def place_of(state: int, district: int, of_state: Writers, of_district: Writers) -> BoardPlace:
    """The board that somebody in the district posts to."""
    if of_district.is_enough:
        return BoardPlace(state, district, takes_unnamed=True)
    return BoardPlace(state, None, takes_unnamed=of_state.is_enough)


def steps_open(state: str, *, has_district: bool) -> list[str]:
    """A coordinator's steps from this state, in the order of the table. A state's board has no meeting's agenda."""
    return [step for step, (before, _) in MOVES.items() if state in before and (has_district or step != "agenda")]


def state_after(step: str, state: str, *, has_district: bool) -> str:
    """The state that follows. Raises NotNow where the step is not open."""
    if step not in steps_open(state, has_district=has_district):
        raise NotNow(state)
    return MOVES[step][1]


def state_once_answered(state: str) -> str:
    """The state that follows an answer. Raises NotNow for an item that is done or hidden: it takes none."""
    if state in (DONE, HIDDEN):
        raise NotNow(state)
    return ANSWERED if state == OPEN else state


def is_late(posted_on: date, by: date, is_holiday: Callable[[date], bool]) -> bool:
    """Whether an answer on the day `by`, or none until then, comes after the ten working days."""
    return days_are_over(posted_on, ANSWER_DAYS, by, is_holiday)
