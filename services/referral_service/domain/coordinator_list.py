"""Coordinator's list: what puts a referral on it and takes it off again, and the kinds of what is on it.

Why: a closed door must not be the end where the person agreed to another service, and a mistake needs a second pair of
eyes. Promises: pure; `coordinator_due` is set exactly while an ended referral, or a case worker's word, waits for a
hand; the kinds are told apart by what a coordinator may know of a referral, and each counts once. What is overdue while
it is undecided needs no mark: the list reads that from its due times (`store/coordinator_list.py`).
"""

from dataclasses import replace
from enum import StrEnum

from referral_service.domain import clocks
from referral_service.domain.circumstances import Circumstances
from referral_service.domain.status import NO_RESPONSE, Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transitions import Transition
from setu.roles import CASE_WORKER


class Hand(StrEnum):
    """Why it is on the list, in the order in which it is asked.

    What was told to the state is a child's; no other body has this kind.
    """

    TOLD_TO_STATE = "told_to_state"
    ASKED_FOR = "asked_for"
    MAY_BE_FORWARDED = "may_be_forwarded"
    LEFT_BEHIND = "left_behind"
    UNDECIDED = "undecided"
    RAN_OUT = "ran_out"
    UNANSWERED = "unanswered"


def with_coordinator_due(
    before: TaskView, after: TaskView, row: Transition, body: TransitionBody, at: Circumstances
) -> TaskView:
    """The task with what the coordinator is asked, and by when; `before` and `after` are around this transition."""
    if row.event == "settle":
        return replace(after, settled_at=at.now, settled_as=body.reason, coordinator_due=None)
    if before.status is not after.status:  # the team has gone on, so its word that it was a mistake falls
        after = replace(after, void_asked_at=None, void_asked_for=None, coordinator_due=None)
    asked = _asked(after, row, body, at)
    if asked is None and not _left_alone(before, after):
        return after
    due = clocks.coordinate_due(after.priority, at.now, at.is_holiday, at.times)
    return replace(asked or after, coordinator_due=due)


def _asked(task: TaskView, row: Transition, body: TransitionBody, at: Circumstances) -> TaskView | None:
    """A case worker's word, written down."""
    if CASE_WORKER not in row.who:
        return None
    if row.event == "void":
        return replace(task, void_asked_at=at.now, void_asked_for=body.reason)
    if row.event == "forward":
        asked = replace(task, said_yes_on=body.said_yes_on, said_yes_by=body.channel)
        return replace(asked, forward_asked_at=at.now, settled_at=None, settled_as=None)
    return None


def _left_alone(before: TaskView, after: TaskView) -> bool:
    """Declined with consent to another service, or never answered."""
    if after.ghost or before.status is after.status:
        return False
    return after.reason == NO_RESPONSE or (after.status is Status.REJECTED and after.another_service)
