"""Table of transitions of a referral: who may do what, from where to where, and all that it touches.

Why: the API's allowed actions, the screens' buttons, the diagram in the docs and the property tests all come from
`TRANSITIONS`; nothing else decides what may happen. On a *ghost* (consent withdrawn, or voided) only the rows marked
`on_ghost` apply: the provider answers as it would have, and the referrer's view moves as it would have.
When not to use it: to decide (`lifecycle.py`), for who may see what (`sent_referral.py`, `task_view.py`,
`team_referral.py`) or for due times (`clocks.py`). Source: docs/lifecycle.md, which is made from it.
"""

from dataclasses import dataclass

from referral_service.domain.clocks import Clock
from referral_service.domain.consent.consent_record import CHANNELS
from referral_service.domain.reasons_and_outcomes import (
    ANSWERS,
    ATTEMPTS,
    DECLINE_REASONS,
    FAIL_REASONS,
    HOLD_REASONS,
    OUTCOMES,
    PERSON_DECLINED,
    QUESTIONS,
    SETTLE_REASONS,
    VOID_REASONS,
    WITHDRAW_REASONS,
)
from referral_service.domain.referrer_view import View
from referral_service.domain.status import ENDED, HELD, INFO_REQUESTED, OPEN, UNDECIDED, WORKING, Status
from setu import roles

SYSTEM = "system"
PERSON = "person"
"""The person referred, by the code on the card; no account stands behind it, also where a data officer types it
(`pages/desk/by_code.py`)."""


@dataclass(frozen=True)
class Field:
    """One field of an event's body, with the codes that it takes.

    `kind` is code, date, moment (aware), text, account, reference, release (a date, `today` or `unknown`), prison, or
    services (`service_id` / `candidates`; without either Setu picks). `required` in this row; a field may be left out
    where another row takes it.
    """

    name: str
    kind: str = "code"
    codes: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Transition:
    """One row: who may do it, from where to where, and everything that it touches.

    `target` None: the status stays. `view` moves the referrer's row where `VIEW_MOVES` lets it. `custody` names what of
    the custody row it writes (question, answer, appointment; a question tells its sender). `clock` None: the running
    clock goes on. `tells` is the event type for the team, or for the coordinators; for a ghost it is sent only with
    `tells_of_ghosts`, which asks for an answer and never for contact. `claims`: an unclaimed candidate becomes the
    holder. `drops`: the candidate leaves, and the rest hear of it if it had been claimed. `hides`: it makes a ghost;
    the status it leads to is what the provider is told, and the service's own stays; a team that never opened it hears
    nothing.
    """

    event: str
    who: frozenset[str]
    sources: frozenset[Status]
    target: Status | None
    label: str
    body: tuple[Field, ...] = ()
    guards: tuple[str, ...] = ()
    view: View | None = None
    custody: str | None = None
    clock: Clock | None = None
    destroys_key: bool = False
    on_ghost: bool = False
    claims: bool = False
    drops: bool = False
    hides: bool = False
    business_status: str | None = None
    tells: str | None = None
    tells_of_ghosts: bool = False


_WORKER = frozenset(roles.CASE_WORKERS)
_COORDINATOR = frozenset({roles.COORDINATOR})
_CUSTODY_HEALTH = frozenset({roles.CUSTODY_HEALTH})
_REFERRERS = frozenset(roles.REFERRERS)
_REASON = "reason"
_REQUESTED = frozenset({Status.REQUESTED})
_RECEIVED = frozenset({Status.RECEIVED})
_NEEDS_A_HAND = frozenset({Status.REJECTED, Status.FAILED, Status.CANCELLED})

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "submit", _REFERRERS, frozenset(), Status.REQUESTED, "Send",
        view=View.SENT, clock=Clock.ACKNOWLEDGE, tells="referral.submitted.v1",
    ),
    Transition(
        "open", _WORKER, _REQUESTED, Status.RECEIVED, "Open",
        view=View.OPENED, clock=Clock.DECIDE, on_ghost=True, claims=True,
    ),
    Transition(
        "claim", _WORKER, _REQUESTED, Status.RECEIVED, "Claim", guards=("unclaimed",),
        view=View.OPENED, clock=Clock.DECIDE, on_ghost=True, claims=True,
    ),
    Transition(
        "ask", _WORKER, _RECEIVED, None, "Ask the sender", body=(Field("question", codes=QUESTIONS),),
        guards=("from_custody", "no_question_open"), custody="question", clock=Clock.PAUSED, on_ghost=True,
        business_status=INFO_REQUESTED,
    ),
    Transition(
        "answer", _CUSTODY_HEALTH, frozenset(Status), None, "Answer the question",
        body=(Field("answer", codes=ANSWERS),), guards=("question_open",),
        custody="answer", clock=Clock.RESUME, on_ghost=True, tells="referral.question.answered.v1",
    ),
    Transition(
        "accept", _WORKER, UNDECIDED, Status.ACCEPTED, "Accept",
        view=View.ACCEPTED, clock=Clock.CONTACT, on_ghost=True, claims=True,
    ),
    Transition(
        "decline", _WORKER, UNDECIDED, Status.REJECTED, "Decline", body=(Field(_REASON, codes=DECLINE_REASONS),),
        guards=("last_candidate", "this_service_only"), view=View.NOT_TAKEN, clock=Clock.NONE, on_ghost=True,
    ),
    # the coordinator looks for another at once
    Transition(
        "decline", _WORKER, UNDECIDED, Status.REJECTED, "Decline", body=(Field(_REASON, codes=DECLINE_REASONS),),
        guards=("last_candidate", "another_service"), view=View.NOT_TAKEN, clock=Clock.NONE,
        tells="referral.forward.requested.v1",
    ),
    Transition(
        "decline", _WORKER, UNDECIDED, Status.REQUESTED, "Decline", body=(Field(_REASON, codes=DECLINE_REASONS),),
        guards=("others_left",), clock=Clock.ACKNOWLEDGE, on_ghost=True, drops=True, tells="referral.submitted.v1",
        tells_of_ghosts=True,
    ),
    Transition(
        "start", _WORKER, frozenset({Status.ACCEPTED}), Status.IN_PROGRESS, "First contact made",
        body=(Field("first_contact", "date"),), clock=Clock.WORK,
    ),
    Transition(
        "note", _WORKER, OPEN, None, "Write a note", body=(Field("text", "text"),), guards=("identity_open",),
    ),
    # the team's own order; the manager sees reference, status, due times and owner
    Transition(
        "assign", frozenset({roles.CASE_WORKER, roles.PROVIDER_MANAGER}), OPEN, None, "Assign",
        body=(Field("assignee", "account"),), guards=("claimed", "work_is_left"), on_ghost=True,
    ),
    # judged by the sender's custody row alone, whatever happened behind it
    Transition(
        "release", _CUSTODY_HEALTH, frozenset(Status), None, "Change the release or transfer",
        body=(Field("expected_release", "release", required=False), Field("transfer_to", "prison", required=False)),
        guards=("in_custody",), custody="release", on_ghost=True, tells="referral.release.changed.v1",
    ),
    Transition(
        "contact", _WORKER, WORKING, None, "Record an attempt",
        body=(
            Field("attempt", codes=ATTEMPTS),
            Field("time", "moment", required=False),
            Field("next_appointment", "moment", required=False),
        ),
        custody="appointment", on_ghost=True,
    ),
    Transition(
        "hold", _WORKER, frozenset({Status.ACCEPTED, Status.IN_PROGRESS}), Status.ON_HOLD, "Put on hold",
        body=(Field(_REASON, codes=HOLD_REASONS), Field("review_on", "date")), clock=Clock.REVIEW,
    ),
    # back to where it was: whoever has not been contacted yet still waits for that
    Transition(
        "resume", _WORKER, frozenset({Status.ON_HOLD}), Status.IN_PROGRESS, "Go on", guards=("contacted",),
        clock=Clock.WORK,
    ),
    Transition(
        "resume", _WORKER, frozenset({Status.ON_HOLD}), Status.ACCEPTED, "Go on", guards=("never_contacted",),
        clock=Clock.CONTACT,
    ),
    Transition(
        "complete", _WORKER, WORKING, Status.COMPLETED, "Complete", body=(Field("outcome", codes=OUTCOMES),),
        clock=Clock.NONE, tells="referral.closed.v1",
    ),
    Transition(
        "fail", _WORKER, WORKING, Status.FAILED, "Close without success",
        body=(Field(_REASON, codes=FAIL_REASONS),), clock=Clock.NONE, tells="referral.closed.v1",
    ),
    # the button "the person said no": accepted and then failed in one transaction, so that the referrer sees "accepted"
    Transition(
        "fail", _WORKER, UNDECIDED, Status.FAILED, "The person said no",
        body=(Field(_REASON, codes=(PERSON_DECLINED,)),),
        view=View.ACCEPTED, clock=Clock.NONE, on_ghost=True, claims=True, tells="referral.closed.v1",
    ),
    # prison health staff share questions, releases and what is shown of a referral; taking it back stays its sender's
    Transition(
        "withdraw", _REFERRERS, _REQUESTED, Status.CANCELLED, "Withdraw",
        body=(Field(_REASON, codes=WITHDRAW_REASONS),), guards=("never_opened", "sent_by_reader"),
        view=View.WITHDRAWN, clock=Clock.NONE, destroys_key=True, on_ghost=True, tells="referral.withdrawn.v1",
    ),
    # a candidate who has not claimed it knows nobody, so nobody can have told them
    Transition(
        "withdraw-consent", _WORKER, OPEN, Status.CANCELLED, "The person withdraws consent", guards=("claimed",),
        destroys_key=True, hides=True, tells="referral.contact.ended.v1",
    ),
    Transition(
        "withdraw-consent", frozenset({PERSON}), OPEN, Status.CANCELLED,
        "The person withdraws consent", destroys_key=True, hides=True, tells="referral.contact.ended.v1",
    ),
    Transition(
        "withdraw-consent", frozenset({roles.CASE_WORKER, PERSON}), ENDED, None,
        "The person withdraws consent", destroys_key=True, hides=True, tells="referral.contact.ended.v1",
    ),
    Transition(
        "expire", frozenset({SYSTEM}), UNDECIDED, Status.CANCELLED, "Expire",
        view=View.NOT_ANSWERED, clock=Clock.NONE, on_ghost=True, tells="referral.expired.v1",
    ),
    # the provider was closed, and its team is gone for a month
    Transition(
        "abandon", frozenset({SYSTEM}), WORKING, Status.FAILED, "End what a closed service held",
        clock=Clock.NONE, tells="referral.closed.v1",
    ),
    Transition(
        "void", _COORDINATOR, frozenset(Status), Status.ENTERED_IN_ERROR, "Void",
        body=(Field(_REASON, codes=VOID_REASONS), Field("reference", "reference", required=False)),
        guards=("not_voided", "unopened_or_word_given"),
        destroys_key=True, hides=True, on_ghost=True, tells="referral.contact.ended.v1",
    ),
    # after opening the coordinator voids only with this word
    Transition(
        "void", _WORKER, HELD, None, "Tell the coordinator that it is a mistake",
        body=(Field(_REASON, codes=VOID_REASONS),), guards=("claimed", "void_not_asked"),
        tells="referral.void.requested.v1",
    ),
    Transition(
        "settle", _COORDINATOR, _NEEDS_A_HAND, None, "Settle", body=(Field(_REASON, codes=SETTLE_REASONS),),
        guards=("not_settled", "not_forwarded", "unanswered_if_cancelled", "asked_for_or_left_behind_if_failed"),
    ),
    Transition(
        "forward", _COORDINATOR, _NEEDS_A_HAND, None, "Forward to another service",
        body=(Field("services", "services", required=False),),
        guards=(
            "another_service", "not_forwarded", "not_settled", "unanswered_if_cancelled", "asked_for_if_failed",
        ),
        tells="referral.submitted.v1",
    ),
    Transition(
        "forward", _WORKER, frozenset({Status.REJECTED}), None, "Ask the coordinator to forward",
        guards=("another_service", "not_forwarded", "forward_not_asked"), tells="referral.forward.requested.v1",
    ),
    # the person said yes again, today (`transition_body.py`), to this case worker
    Transition(
        "forward", _WORKER, frozenset({Status.FAILED}), None, "Ask the coordinator to forward",
        body=(Field("said_yes_on", "date"), Field("channel", codes=CHANNELS)),
        guards=("another_service", "not_forwarded", "forward_not_asked", "alive"),
        tells="referral.forward.requested.v1",
    ),
)  # fmt: skip
