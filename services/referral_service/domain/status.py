"""Statuses of a referral, which of them are open, held or ended, and its business statuses.

Why: the life-cycle table, the schemas, the screens and the docs spell them once. Promises: statuses are those of a FHIR
R4 Task. Not for what a referrer sees of it (`referrer_view.py`), or for where an act leads (`transitions.py`).
"""

from enum import StrEnum


class Status(StrEnum):
    """FHIR R4 Task.status, the ones Setu uses."""

    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


UNDECIDED = frozenset({Status.REQUESTED, Status.RECEIVED})
WORKING = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})
OPEN = UNDECIDED | WORKING
HELD = frozenset({Status.RECEIVED}) | WORKING
"""Opened by a service and not ended: the team knows of the person."""
ENDED = frozenset(Status) - OPEN


def answer_is_due_anyway(status: Status, *, ghost: bool) -> bool:
    """Whether it was closed behind the wall and still waits for the team's answer (rule 1)."""
    return ghost and status in UNDECIDED


INFO_REQUESTED = "info-requested"
NO_RESPONSE = "no-response"
CLOSED_ANSWER_ANYWAY = "closed-answer-anyway"
"""Business status of a referral whose consent was withdrawn or which was voided: "closed; answer as you would have"."""
