"""Guards of the life cycle's table, by name, and the facts that they judge by: what the one who asks may know.

Why: an officer's request is judged by the own row alone (`referrer_view.py`), a provider's by the task; both meet the
table (`transitions.py`) as a `KnownFacts`. Promises: pure. When not to use it: for what happens then (`lifecycle.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from referral_service.domain.reasons_and_outcomes import DIED
from referral_service.domain.referrer_view import View
from referral_service.domain.status import NO_RESPONSE, Status, answer_is_due_anyway
from setu.roles import CUSTODY_HEALTH


@dataclass(frozen=True)
class KnownFacts:
    """Where a referral stands, as far as the one who asks may know. `status` is what the service's acts made of it.

    `opened`: a service has opened, or answered, it. `identity_open`: the holder may open the identity now.
    `contacted`: the first contact has been made. `transferred`: to another prison than the sender's.
    `in_custody`: by the sender's custody row the person is still in that prison.
    `sent_by_reader`: who asks has sent it, and not a colleague of the prison's health staff.
    """

    status: Status
    view: View | None = None
    ghost: bool = False
    voided: bool = False
    unclaimed: bool = False
    others_left: bool = False
    sender_role: str | None = None
    transferred: bool = False
    question_open: bool = False
    another_service: bool = False
    forwarded: bool = False
    forward_asked: bool = False
    reason: str | None = None
    opened: bool = False
    identity_open: bool = False
    contacted: bool = False
    in_custody: bool = False
    sent_by_reader: bool = False
    settled: bool = False
    void_asked: bool = False


GUARDS: Mapping[str, Callable[[KnownFacts], bool]] = {
    "unclaimed": lambda at: at.unclaimed,
    "claimed": lambda at: not at.unclaimed,
    "work_is_left": lambda at: not at.ghost or answer_is_due_anyway(at.status, ghost=at.ghost),
    "from_custody": lambda at: at.sender_role == CUSTODY_HEALTH and not at.transferred,
    "in_custody": lambda at: at.in_custody,
    "question_open": lambda at: at.question_open,
    "no_question_open": lambda at: not at.question_open,
    "identity_open": lambda at: at.identity_open,
    "contacted": lambda at: at.contacted,
    "never_contacted": lambda at: not at.contacted,
    "last_candidate": lambda at: not at.others_left,
    "others_left": lambda at: at.others_left,
    "never_opened": lambda at: at.view is View.SENT,
    "sent_by_reader": lambda at: at.sent_by_reader,
    "not_voided": lambda at: not at.voided,
    "unopened_or_word_given": lambda at: at.void_asked or not at.opened,
    "void_not_asked": lambda at: not at.void_asked,
    "another_service": lambda at: at.another_service,
    "this_service_only": lambda at: not at.another_service,
    "not_forwarded": lambda at: not at.forwarded,
    "not_settled": lambda at: not at.settled,
    "forward_not_asked": lambda at: not at.forward_asked,
    "unanswered_if_cancelled": lambda at: at.status is not Status.CANCELLED or at.reason == NO_RESPONSE,
    "asked_for_if_failed": lambda at: at.status is not Status.FAILED or at.forward_asked,
    "asked_for_or_left_behind_if_failed": lambda at: (
        at.status is not Status.FAILED or at.forward_asked or at.reason == NO_RESPONSE
    ),
    "alive": lambda at: at.reason != DIED,
}  # fmt: skip
"""What else must hold, by the name that the table uses; each reads a `KnownFacts`."""
