"""The words of a referral's life: its statuses, its clocks, and the codes that bodies may carry.

Why: the life-cycle table, the schemas, the screens and the docs spell them once. Promises: statuses are those of a FHIR
R4 Task; codes never change meaning. Not for what a referrer sees of it (`referrer_view.py`), roles (`setu.roles`),
needs (`setu.needs`), settings or what is said about a person (`person_rules.py`).
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


class Clock(StrEnum):
    """The one clock that runs for a referral after a transition; RESUME lets a paused one run on, and no other."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    PAUSED = "paused"
    RESUME = "resume"
    CONTACT = "contact"
    WORK = "work"
    REVIEW = "review"
    NONE = "none"


UNDECIDED = frozenset({Status.REQUESTED, Status.RECEIVED})
WORKING = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})
OPEN = UNDECIDED | WORKING
HELD = frozenset({Status.RECEIVED}) | WORKING
"""Opened by a service and not ended: the team knows of the person."""
ENDED = frozenset(Status) - OPEN


def answer_is_due_anyway(status: Status, *, ghost: bool) -> bool:
    """Whether it was closed behind the wall and still waits for the team's answer (rule 1)."""
    return ghost and status in UNDECIDED


SYSTEM = "system"
PERSON = "person"
"""The person referred, by the code on the card; no account stands behind it, also where the code came by phone."""

INFO_REQUESTED = "info-requested"
NO_RESPONSE = "no-response"
CLOSED_ANSWER_ANYWAY = "closed-answer-anyway"
"""Business status of a referral whose consent was withdrawn or which was voided: "closed; answer as you would have"."""

DECLINE_REASONS = ("no_capacity", "not_right_service", "outside_area")
"""About the service alone: what a referrer reads of a decline may say nothing about the person."""
HOLD_REASONS = ("travelling", "in_custody", "ill", "waiting_list", "other")
OUTCOMES = ("engaged", "referred_on", "other")
PERSON_DECLINED = "person_declined"
DIED = "died"
FAIL_REASONS = ("not_reachable", PERSON_DECLINED, "moved", DIED, "other")
WITHDRAW_REASONS = ("mistake", "duplicate", "person_asked", "other")
VOID_REASONS = ("mistake", "duplicate", "test", "other")
NO_SERVICE_EXISTS = "no_service_exists"
SETTLE_REASONS = ("nothing_to_do", "called_the_service", NO_SERVICE_EXISTS)
"""How a coordinator ends what needs a hand; that no service exists is an unmet need."""
ATTEMPTS = ("met", "reached", "no_answer", "wrong_contact", "message_left")
"""`met`: face to face, which alone lets a case worker tell a person what is kept; `reached`: by phone or message."""
IN_CONTACT = frozenset({"met", "reached"})
"""Which attempts are contact with the person."""
QUESTIONS = ("contact_still_right", "visit_possible", "release_date_known", "interpreter_needed", "medicine_continues")
"""Coded questions to prison health staff (rule 4: police are never asked back)."""
ANSWERS = ("yes", "no", "not_known", "ask_the_person")
LONGEST_NOTE = 2000  # characters of a case note
TODAY, NOT_KNOWN = "today", "unknown"
"""What prison health staff may say of a release instead of a date."""
