"""State machine of a referral: one table of transitions, and the rule that reads it.

Why: the API's allowed actions, the screens' buttons, the diagram in the docs and the property tests all come from
`TRANSITIONS`; nothing else decides what may happen. Promises: pure; a terminal state never reopens; an event that is
not allowed raises `NotAllowed` and has no effect. On a *ghost* (consent withdrawn, or voided) only the rows marked
`on_ghost` apply: the provider answers as it would have, and the referrer's view moves as it would have.
When not to use it: for who may see what (`wall.py`) or for due times (`clocks.py`).
Source: domain page, section 4.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from referral_service.domain import vocabulary as words
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.vocabulary import ENDED, OPEN, UNDECIDED, WORKING, Clock, Status, View
from setu import roles


class NotAllowed(Exception):
    """The event does not fit the state that the one who asks may know of."""


@dataclass(frozen=True)
class Field:
    """One field of an event's body. `kind` is code, date, moment (aware) or services (`service_id` / `candidates`)."""

    name: str
    kind: str = "code"
    codes: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Transition:
    """One row: who may do it, from where to where, and everything that it touches.

    `target` None: the status stays. `view` moves the referrer's row where `VIEW_MOVES` lets it. `custody` names what of
    the custody row it writes (question, answer, appointment; a question tells its sender). `clock` None: the running
    clock goes on. `tells` is the event type for the team. `claims`: an unclaimed candidate becomes the holder. `drops`:
    the candidate leaves, and the rest hear of it if it had been claimed. `hides`: it makes a ghost; the status it leads
    to is what the provider is told, and the service's own stays.
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


@dataclass(frozen=True)
class Standing:
    """Where a referral stands, as far as the one who asks may know. `status` is what the service's acts made of it."""

    status: Status
    view: View | None = None
    ghost: bool = False
    voided: bool = False
    unclaimed: bool = False
    others_left: bool = False
    from_custody: bool = False
    question_open: bool = False
    another_service: bool = False
    forwarded: bool = False
    forward_asked: bool = False
    reason: str | None = None


@dataclass(frozen=True)
class Decision:
    """What an allowed event makes of it; `view` is None where the referrer's row does not move."""

    transition: Transition
    status: Status
    view: View | None


VIEW_MOVES: Mapping[View, frozenset[View]] = {
    View.SENT: frozenset({View.OPENED, View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED, View.WITHDRAWN}),
    View.OPENED: frozenset({View.ACCEPTED, View.NOT_TAKEN, View.NOT_ANSWERED}),
}
"""Every other view is final: after accepted it never changes again."""

STATUS_BY_VIEW: Mapping[View, Status] = {
    View.SENT: Status.REQUESTED,
    View.OPENED: Status.RECEIVED,
    View.ACCEPTED: Status.ACCEPTED,
    View.NOT_TAKEN: Status.REJECTED,
    View.NOT_ANSWERED: Status.CANCELLED,
    View.WITHDRAWN: Status.CANCELLED,
}
"""What a referrer may infer of the status: the one way by which an officer's request meets the table below."""

_WORKER = frozenset(roles.CASE_WORKERS)
_REFERRERS = frozenset(roles.REFERRERS)
_REASON = "reason"
_REQUESTED = frozenset({Status.REQUESTED})
_RECEIVED = frozenset({Status.RECEIVED})

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
        "ask", _WORKER, _RECEIVED, None, "Ask the sender", body=(Field("question", codes=words.QUESTIONS),),
        guards=("from_custody", "no_question_open"), custody="question", clock=Clock.PAUSED, on_ghost=True,
        business_status=words.INFO_REQUESTED,
    ),
    Transition(
        "answer", frozenset({roles.CUSTODY_HEALTH}), frozenset(Status), None, "Answer the question",
        body=(Field("answer", codes=words.ANSWERS),), guards=("question_open",),
        custody="answer", clock=Clock.RESUME, on_ghost=True, tells="referral.question.answered.v1",
    ),
    Transition(
        "accept", _WORKER, UNDECIDED, Status.ACCEPTED, "Accept",
        view=View.ACCEPTED, clock=Clock.CONTACT, on_ghost=True, claims=True,
    ),
    Transition(
        "decline", _WORKER, UNDECIDED, Status.REJECTED, "Decline", body=(Field(_REASON, codes=words.DECLINE_REASONS),),
        guards=("last_candidate",), view=View.NOT_TAKEN, clock=Clock.NONE, on_ghost=True,
    ),
    Transition(
        "decline", _WORKER, UNDECIDED, Status.REQUESTED, "Decline", body=(Field(_REASON, codes=words.DECLINE_REASONS),),
        guards=("others_left",), clock=Clock.ACKNOWLEDGE, on_ghost=True, drops=True, tells="referral.submitted.v1",
    ),
    Transition(
        "start", _WORKER, frozenset({Status.ACCEPTED}), Status.IN_PROGRESS, "First contact made",
        body=(Field("first_contact", "date"),), clock=Clock.NONE,
    ),
    Transition(
        "contact", _WORKER, WORKING, None, "Record an attempt",
        body=(
            Field("attempt", codes=words.ATTEMPTS),
            Field("time", "moment", required=False),
            Field("next_appointment", "moment", required=False),
        ),
        custody="appointment", on_ghost=True,
    ),
    Transition(
        "hold", _WORKER, frozenset({Status.ACCEPTED, Status.IN_PROGRESS}), Status.ON_HOLD, "Put on hold",
        body=(Field(_REASON, codes=words.HOLD_REASONS), Field("review_on", "date")), clock=Clock.REVIEW,
    ),
    Transition("resume", _WORKER, frozenset({Status.ON_HOLD}), Status.IN_PROGRESS, "Go on", clock=Clock.NONE),
    Transition(
        "complete", _WORKER, WORKING, Status.COMPLETED, "Complete", body=(Field("outcome", codes=words.OUTCOMES),),
        clock=Clock.NONE, tells="referral.closed.v1",
    ),
    Transition(
        "fail", _WORKER, WORKING, Status.FAILED, "Close without success",
        body=(Field(_REASON, codes=words.FAIL_REASONS),), clock=Clock.NONE, tells="referral.closed.v1",
    ),
    # the button "the person said no": accepted and then failed in one transaction, so that the referrer sees "accepted"
    Transition(
        "fail", _WORKER, UNDECIDED, Status.FAILED, "The person said no",
        body=(Field(_REASON, codes=(words.PERSON_DECLINED,)),),
        view=View.ACCEPTED, clock=Clock.NONE, on_ghost=True, claims=True, tells="referral.closed.v1",
    ),
    Transition(
        "withdraw", _REFERRERS, _REQUESTED, Status.CANCELLED, "Withdraw",
        body=(Field(_REASON, codes=words.WITHDRAW_REASONS),), guards=("never_opened",),
        view=View.WITHDRAWN, clock=Clock.NONE, destroys_key=True, on_ghost=True, tells="referral.withdrawn.v1",
    ),
    # a candidate who has not claimed it knows nobody, so nobody can have told them
    Transition(
        "withdraw-consent", _WORKER, OPEN, Status.CANCELLED, "The person withdraws consent", guards=("claimed",),
        destroys_key=True, hides=True, tells="referral.closed.v1",
    ),
    Transition(
        "withdraw-consent", frozenset({roles.DATA_OFFICER}), OPEN, Status.CANCELLED,
        "The person withdraws consent", destroys_key=True, hides=True, tells="referral.closed.v1",
    ),
    Transition(
        "withdraw-consent", frozenset({roles.CASE_WORKER, roles.DATA_OFFICER}), ENDED, None,
        "The person withdraws consent", destroys_key=True, hides=True,
    ),
    Transition(
        "expire", frozenset({words.SYSTEM}), UNDECIDED, Status.CANCELLED, "Expire",
        view=View.NOT_ANSWERED, clock=Clock.NONE, on_ghost=True, tells="referral.expired.v1",
    ),
    Transition(
        "void", frozenset({roles.COORDINATOR}), frozenset(Status), Status.ENTERED_IN_ERROR, "Void",
        body=(Field(_REASON, codes=words.VOID_REASONS),), guards=("not_voided",),
        destroys_key=True, hides=True, on_ghost=True, tells="referral.closed.v1",
    ),
    Transition(
        "forward", frozenset({roles.COORDINATOR}), frozenset({Status.REJECTED, Status.FAILED, Status.CANCELLED}), None,
        "Forward to another service", body=(Field("services", "services"),),
        guards=("another_service", "not_forwarded", "unanswered_if_cancelled"), tells="referral.submitted.v1",
    ),
    Transition(
        "forward", _WORKER, frozenset({Status.REJECTED, Status.FAILED}), None, "Ask the coordinator to forward",
        guards=("another_service", "not_forwarded", "forward_not_asked"), tells="referral.forward.requested.v1",
    ),
)  # fmt: skip

GUARDS: Mapping[str, Callable[[Standing], bool]] = {
    "unclaimed": lambda at: at.unclaimed,
    "claimed": lambda at: not at.unclaimed,
    "from_custody": lambda at: at.from_custody,
    "question_open": lambda at: at.question_open,
    "no_question_open": lambda at: not at.question_open,
    "last_candidate": lambda at: not at.others_left,
    "others_left": lambda at: at.others_left,
    "never_opened": lambda at: at.view is View.SENT,
    "not_voided": lambda at: not at.voided,
    "another_service": lambda at: at.another_service,
    "not_forwarded": lambda at: not at.forwarded,
    "forward_not_asked": lambda at: not at.forward_asked,
    "unanswered_if_cancelled": lambda at: at.status is not Status.CANCELLED or at.reason == words.NO_RESPONSE,
}  # fmt: skip
"""What else must hold, by the name that the table uses; each reads a `Standing`."""

EVENTS: tuple[str, ...] = tuple(dict.fromkeys(row.event for row in TRANSITIONS))


def rows_of(event: str) -> tuple[Transition, ...]:
    """The rows of one event, in the table's order (empty for an unknown event)."""
    return tuple(row for row in TRANSITIONS if row.event == event)


def who_may(event: str) -> frozenset[str]:
    """The roles that may ever do it: known before any look-up."""
    return frozenset().union(*(row.who for row in rows_of(event)))


def body_of(event: str, role: str) -> tuple[Field, ...]:
    """The fields of its body for this role: the widest row's, since the body is checked before the state is known."""
    bodies = [row.body for row in rows_of(event) if role in row.who]
    return max(bodies, key=lambda body: sum(len(field.codes) or 1 for field in body), default=())


def decide(event: str, at: Standing, role: str, body: TransitionBody) -> Decision:
    """What the event makes of a referral that stands like this; raises NotAllowed."""
    for row in rows_of(event):
        if _fits(row, at, role) and _codes_fit(row, body):
            return Decision(row, at.status if row.target is None else row.target, _moved(at.view, row.view))
    raise NotAllowed


def allowed(at: Standing, roles: Collection[str]) -> tuple[str, ...]:
    """The events that these roles may do now, in the table's order; `claim` replaces `open` where nobody holds it."""
    events = dict.fromkeys(row.event for row in TRANSITIONS for role in roles if _fits(row, at, role))
    if "claim" in events:
        events.pop("open", None)
    return tuple(events)


def as_a_referrer_knows(view: View, *, question_open: bool = False) -> Standing:
    """The standing that a referrer's request is judged by: their own row and nothing else (rule 1)."""
    return Standing(STATUS_BY_VIEW[view], view=view, question_open=question_open)


def _fits(row: Transition, at: Standing, role: str) -> bool:
    return (
        role in row.who
        and at.status in row.sources
        and (row.on_ghost or not at.ghost)
        and all(GUARDS[name](at) for name in row.guards)
    )


def _codes_fit(row: Transition, body: TransitionBody) -> bool:
    return all(getattr(body, field.name) in field.codes for field in row.body if field.codes)


def _moved(now: View | None, to: View | None) -> View | None:
    return to if now is not None and to is not None and to in VIEW_MOVES.get(now, frozenset()) else None
