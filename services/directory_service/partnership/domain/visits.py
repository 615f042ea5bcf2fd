"""States of a hosted visit to a service, who may move it, the rules told before it is asked for, and when one is due.

Promises: pure; the table `MOVES` alone decides. A visit goes to a listed service (`use_cases/visit_service.py`), and no
other place is stored. A provider declines without a reason, and may stop a visit at any time.
Source: docs/partnership.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from directory_service.partnership.domain.meetings import NotNow
from directory_service.partnership.domain.months import months_before
from setu.roles import COORDINATOR, PROVIDER_MANAGER, UNIT_SUPERVISOR
from setu.text import N_

ASKED, AGREED, DECLINED, HELD, CANCELLED = "asked", "agreed", "declined", "held", "cancelled"
STATES = (ASKED, AGREED, DECLINED, HELD, CANCELLED)
AHEAD = (ASKED, AGREED)
"""The states in which a visit may still come, while its day is not over."""
MOST_SEATS = 8
DUE_MONTHS = 12
"""An agreement promises a visit a year."""
RULES: tuple[str, ...] = (
    N_("The provider agrees to each date, may decline without a reason, and may stop the visit."),
    N_("No clients are present."),
    N_("At most eight people, no uniform, no arms."),
    N_("No phones, no photographs."),
    N_("No lists, and no questions about people."),
)


@dataclass(frozen=True)
class VisitMove:
    """A step: from which states, to which, by whom; `after_day`: only from the visit's day on."""

    before: Collection[str]
    after: str
    roles: Collection[str]
    after_day: bool = False


_BOTH = (UNIT_SUPERVISOR, PROVIDER_MANAGER, COORDINATOR)
MOVES: Mapping[str, VisitMove] = {
    "agree": VisitMove((ASKED,), AGREED, (PROVIDER_MANAGER,)),
    "decline": VisitMove((ASKED,), DECLINED, (PROVIDER_MANAGER,)),
    "cancel": VisitMove((ASKED, AGREED), CANCELLED, _BOTH),
    "hold": VisitMove((AGREED,), HELD, (PROVIDER_MANAGER, COORDINATOR), after_day=True),
}


def check_asked(day: date, seats: int, today: date) -> None:
    """Raise ValueError for other than 1 to 8 seats, NotNow for a day that is not ahead: nobody asks for that."""
    if not 1 <= seats <= MOST_SEATS:
        raise ValueError(seats)
    if day <= today:
        raise NotNow(ASKED)


def moves_open(state: str, role: str, day: date, today: date) -> list[str]:
    """The steps that somebody in this role may take, in the order of the table."""
    return [
        name
        for name, move in MOVES.items()
        if role in move.roles
        and state in move.before
        and (day <= today if move.after_day else name != "agree" or day >= today)
    ]


def check_visit_move(name: str, state: str, role: str, day: date, today: date) -> str:
    """The state that follows. Raises NotNow where the step is not open."""
    if name not in moves_open(state, role, day, today):
        raise NotNow(state)
    return MOVES[name].after


def told_of_move(state: str, by: str, day: date, today: date) -> Collection[str]:
    """The roles whose side is told that a visit came into a state by somebody in the role `by`: never the own one.

    Nobody where its day is over: whether it was held stands on the page. That it was held is told to nobody.
    """
    if state == HELD or day < today:
        return ()
    return tuple(role for role in (UNIT_SUPERVISOR, PROVIDER_MANAGER) if role != by)


def visit_due(last_held: date | None, day: date) -> bool:
    """Whether an agreement's yearly visit is due on a day: none was held in the twelve months before it."""
    return last_held is None or last_held <= months_before(day, DUE_MONTHS)
