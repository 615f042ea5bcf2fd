"""Reminder steps: days before (or, negative, after) a due day at which somebody is told, each once.

Promises: pure; however rarely the clock looks, what was missed is told once and only its latest step, since two
reminders in one minute say no more than one.
"""

from collections.abc import Sequence

from directory_service.organizations.domain.standing import GONE
from setu.roles import COORDINATING_BODY

MEETING_STEPS = (7, 1)
REVIEW_STEPS = (7, 0, -7)
ACTION_STEPS = (3, 0, -3, -6)
ACTION_TO_COORDINATOR = -6
"""From this step on an action is the coordinator's to hear of."""


def due_step(days_left: int, steps: Sequence[int], last: int | None) -> int | None:
    """The latest step that is reached and comes after `last`, the one given before; None where none is due."""
    reached = [step for step in steps if days_left <= step and (last is None or step < last)]
    return min(reached, default=None)


def is_coordinators(step: int, owner_kind: str, owner_standing: str) -> bool:
    """Whether a step of an action is the coordinator's to hear of: a late one, the body's own, a gone owner's."""
    return step == ACTION_TO_COORDINATOR or owner_kind == COORDINATING_BODY or owner_standing in GONE
