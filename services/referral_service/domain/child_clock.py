"""Clock of a child's path: after 24 hours without a service that takes the child on, the state's body is told.

Promises: pure. The mark goes with the task, and no event, notice or list of others says that it is a child. Source:
rule 8 of docs/privacy.md; ADR 37.
"""

from dataclasses import replace
from datetime import timedelta

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.status import UNDECIDED
from referral_service.domain.task_view import TaskView

CHILD_CLOCK = timedelta(hours=24)
"""The law's span, and no setting."""


def start_child_clock(task: TaskView, at: Circumstances) -> TaskView:
    """It starts with the first record of a child; a forwarded one brings it along."""
    if not task.child_path or task.child_due is not None:
        return task
    return replace(task, child_due=at.now + CHILD_CLOCK)


def keep_child_clock(task: TaskView) -> TaskView:
    """It runs until a service has taken the child on, or nobody has to do anything any more.

    A ghost keeps it, and its place in the queue, until it has been answered; then nothing tells of a child.
    """
    if (task.status in UNDECIDED and task.closed_at is None) or task.coordinator_due is not None:
        return task
    return replace(task, child_due=None, child_path=task.child_path and not task.ghost)
