"""States of a meeting and an agenda item, and the fixed frame of ninety minutes. All of it is data.

Promises: pure. A meeting's state moves by `MOVES` alone, an item's by `ITEM_MOVES`, both a coordinator's at the route;
what is left over goes on to the next meeting by `use_cases/carry_over.py`. Minutes that were confirmed are only added
to. Not for what was agreed to do (`actions.py`). Source: docs/partnership.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from setu.india import day_in_india
from setu.roles import COORDINATOR
from setu.text import N_

PROPOSED, PLANNED, HELD, NOT_QUORATE, CANCELLED = "proposed", "planned", "held", "not_quorate", "cancelled"
STATES = (PROPOSED, PLANNED, HELD, NOT_QUORATE, CANCELLED)
OPEN_STATES = (PROPOSED, PLANNED)
MET_STATES = (HELD, NOT_QUORATE)
MOVES: Mapping[str, tuple[str, ...]] = {
    "plan": (PROPOSED, PLANNED),
    "cancel": (PROPOSED, PLANNED),
    "settle": (PLANNED,),
    "write": (PLANNED, HELD, NOT_QUORATE),
    "change": (PLANNED, HELD, NOT_QUORATE),
    "confirm": MET_STATES,
}
"""What is done to a meeting or its minutes → the states in which it may be done."""
AHEAD_ALONE = ("plan",)
"""Done only before the meeting's hour has come."""
ONCE_BEGUN = ("settle", "write")
"""Done only from the meeting's hour on."""
UNCONFIRMED_ALONE = ("change", "confirm")
"""Done only until the minutes are confirmed: from then on they are only added to."""


@dataclass(frozen=True)
class Part:
    """One of the nine parts of the frame, in its order. `minutes` are set for a district that keeps to ninety."""

    number: int
    title: str
    minutes: int


FRAME: tuple[Part, ...] = tuple(
    Part(number, title, minutes)
    for number, (title, minutes) in enumerate(
        (
            (N_("Who is here"), 5),
            (N_("Actions overdue and due"), 15),
            (N_("The month's figures"), 10),
            (N_("Needs that nobody meets, and places free"), 15),
            (N_("Women and children"), 10),
            (N_("Agreements and handovers, cards to order"), 10),
            (N_("Proposals"), 10),
            (N_("Training and visits"), 10),
            (N_("Read back, next date"), 5),
        ),
        start=1,
    )
)
ACTIONS_PART, FIGURES_PART, CAPACITY_PART, WOMEN_PART, AGREEMENTS_PART, PROPOSALS_PART = 2, 3, 4, 5, 6, 7
TRAINING_PART = 8
LAST_PART = len(FRAME)

ITEM_PROPOSED, ITEM_ON, ITEM_DISCUSSED, ITEM_CARRIED = "proposed", "on", "discussed", "carried"
ITEM_STATES = (ITEM_PROPOSED, ITEM_ON, ITEM_DISCUSSED, ITEM_CARRIED)
ITEM_LEFT = (ITEM_PROPOSED, ITEM_ON)
"""Nobody talked about it yet."""
ITEM_MOVES: Mapping[str, tuple[Collection[str], str]] = {
    "take": ((ITEM_PROPOSED,), ITEM_ON),
    "discuss": (ITEM_LEFT, ITEM_DISCUSSED),
}
"""A coordinator's step with an item → the states from which it is taken, and the one that follows."""

NOTE, DECISION = "note", "decision"
LINE_KINDS = (NOTE, DECISION)

LONGEST_TEXT = 400
LONGEST_POST = 60
LONGEST_PLACE = 120
MOST_PEOPLE = 99  # of one organisation at one meeting


class NotNow(Exception):
    """The meeting's state does not allow this; `args[0]` is that state."""


def agenda_is_open(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether items are proposed, taken up and discussed: until the meeting's day in India is over, settled or not.

    What is left then goes to the next meeting. Both moments are aware.
    """
    return state != CANCELLED and day_in_india(now) <= day_in_india(starts_at)


def takes_items_of(role: str, state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether somebody in this role may still put something on: a side until the meeting begins. Moments are aware."""
    has_begun = starts_at < now
    return agenda_is_open(state, starts_at, now) and (role == COORDINATOR or not has_begun)


def part_of_item(role: str, asked: int) -> int:
    """The part in which an item stands: a side's among the proposals, a coordinator's where it was asked for."""
    return asked if role == COORDINATOR else PROPOSALS_PART


def is_open_to(move: str, state: str, starts_at: datetime, now: datetime, *, confirmed: bool = False) -> bool:
    """Whether a meeting allows the move now; `confirmed`: whether its minutes are. Both moments are aware."""
    has_begun = starts_at <= now
    is_too_late = (has_begun and move in AHEAD_ALONE) or (confirmed and move in UNCONFIRMED_ALONE)
    return state in MOVES[move] and not is_too_late and (has_begun or move not in ONCE_BEGUN)


def check_move(move: str, state: str, starts_at: datetime, now: datetime, *, confirmed: bool = False) -> None:
    """Raise NotNow where a meeting does not allow the move now."""
    if not is_open_to(move, state, starts_at, now, confirmed=confirmed):
        raise NotNow(state)
