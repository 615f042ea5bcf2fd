"""Actions that a meeting agreed on: their states, who ends one and why one is dropped, and from when it is overdue.

Promises: pure. Not for when its owner is reminded (`reminders.py`). Source: docs/partnership.md.
"""

from collections.abc import Collection, Mapping
from datetime import date

from setu.roles import COORDINATOR, PARTNERS

ACTION_OPEN, ACTION_DONE, ACTION_DROPPED = "open", "done", "dropped"
ACTION_STATES = (ACTION_OPEN, ACTION_DONE, ACTION_DROPPED)
OVERDUE = "overdue"
"""Of an action, as it is shown; never stored."""
DROP_REASONS = ("not_needed", "taken_over", "cannot_be_done")
ACTION_ENDS: Mapping[str, Collection[str]] = {ACTION_DONE: PARTNERS, ACTION_DROPPED: (COORDINATOR,)}
"""How an open action ends → the roles that say so: a side of its own actions, a coordinator of every one."""


def action_state_on(stored: str, due: date, today: date) -> str:
    """The state of an action on a day as people read it: an open one is overdue once its day is over."""
    return OVERDUE if stored == ACTION_OPEN and due < today else stored
