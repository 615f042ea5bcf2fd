"""Routing table of notices: who is notified of which event, on which channels, and when.

Two rules of the wall live here as data: opening is never announced (there is no row for it), and a referrer hears
of a referral through `referral.view.changed.v1` alone (`custody_health` also of a question or an appointment, put to
that account and, where it is the team's, to the others of the prison's health staff). Where nobody of an audience is
home the next one of `FALLS_TO` is told. Not for message texts (`pages/notice_words.py`), for what an end stops
(`stopping.py`) or for late events (`event_ordering.py`); `routing.py` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from notification_service.domain.notices import MOVED, Channel, Place
from setu import roles


class Audience(StrEnum):
    """A set of people, found from the event and the members alone."""

    CASE_WORKERS = "case workers of the receivers"
    PROVIDER_MANAGERS = "managers of the receivers"
    SUPERVISORS = "supervisors of the receivers"
    FOCAL_POINTS = "focal points of the receivers"
    FORMER_FOCAL_POINTS = "former focal points of the receivers whom no role invites"
    COORDINATORS = "coordinators of the district"
    DATA_OFFICERS = "data officers of the state"
    STATE_COORDINATORS = "coordinators of the receivers"
    REFERRER = "the account that referred"
    CUSTODY_TEAM = "the health staff of the same prison, where the referral is the team's"
    OWNER = "the account itself"


class When(StrEnum):
    """When channels other than the list in the app are used."""

    AT_ONCE = "at once"
    MORNING = "at nine in the morning, Indian time"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    audience: Audience
    kind: str
    channels: tuple[Channel, ...] = (Channel.IN_APP, Channel.MAIL, Channel.SMS)
    when: When = When.AT_ONCE
    place: Place | None = None  # where it points to, if that does not follow from the audience
    falls_to: tuple[Audience, ...] | None = None  # where nobody is home, if that does not follow from the audience
    worth: timedelta | None = None  # of sending, counted from the event, if that does not follow from `when`
    alarms: bool = True  # where nobody is home; False: nothing is lost if nobody hears

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whom the line may tell: its audience, and then each that it falls to where nobody before is home."""
        return (self.audience, *(FALLS_TO.get(self.audience, ()) if self.falls_to is None else self.falls_to))

    @property
    def leads_to(self) -> Place:
        """What its notices point to."""
        return self.place or _PLACES.get(self.audience, Place.INBOX)

    def leads(self, audience: Audience) -> Place:
        """What the notice to one of its audiences points to: a coordinator who stands in sees where nobody is home."""
        stands_in = audience is Audience.COORDINATORS and self.audience in STAFF_OF_RECEIVERS
        return Place.STAFF if stands_in and self.leads_to in (Place.INBOX, Place.LISTINGS) else self.leads_to

    @property
    def worth_sending(self) -> timedelta | None:
        """How long after its event a message is worth sending; None: as long as the notice stands in the list.

        A referrer's is always sent: whether it still comes must tell nothing.
        """
        return None if self.audience in REFERRING else self.worth or WORTH_SENDING[self.when]


FALLS_TO: Mapping[Audience, tuple[Audience, ...]] = {
    Audience.CASE_WORKERS: (Audience.PROVIDER_MANAGERS, Audience.COORDINATORS),
    Audience.PROVIDER_MANAGERS: (Audience.COORDINATORS,),
    Audience.SUPERVISORS: (Audience.COORDINATORS,),
}
"""Who is told, in this order, where nobody of an audience is home.

A district without a coordinator has its state's (`store/members.py`); after the last the alarm is told. A referrer's
notice falls to nobody."""
IN_TEAM = (Audience.PROVIDER_MANAGERS,)
"""What is about work with a person never leaves the team's own organisation."""
STAFF_OF_RECEIVERS = frozenset({Audience.CASE_WORKERS, Audience.PROVIDER_MANAGERS})
APP = (Channel.IN_APP,)
_PLACES = {Audience.REFERRER: Place.SENT, Audience.CUSTODY_TEAM: Place.SENT, Audience.OWNER: Place.ACCOUNT}
WORTH_SENDING: Mapping[When, timedelta] = {When.AT_ONCE: timedelta(days=3), When.MORNING: timedelta(days=7)}
WORTH_KNOWING_LATE = timedelta(days=30)
SAID_ONCE = frozenset({"urgent_voice"})
"""Kinds that tell nothing but where to look: while one is unread another one would only bury it."""
SAID_ONCE_FOR = timedelta(days=1)
"""An unread one that is older holds back no other: it may have been overlooked."""
READ_AT: Mapping[str, tuple[str, ...]] = {"voices": ("urgent_voice",), "approvals": ("provider_pending", "approve")}
"""Page (the last part of its address) that shows all that some kinds lead to → those kinds."""
VIEW = "referral.view.changed.v1"
MEETING, HANDOVER = "directory.meeting.planned.v1", "directory.handover.named.v1"
VISIT = "directory.visit.changed.v1"
OF_ONE_MATTER = frozenset({MEETING, HANDOVER, VISIT})
"""Events whose subject is kept beside their notices: these lead to it, or are settled once it is over."""
WEBHOOK_DISABLED = "webhook.disabled"
"""Never published: this service tells its own managers (`use_cases/deliver_webhook.py`)."""
OF_A_BODY = "body"  # the state of that event where the endpoint is a coordinating body's
TO_COORDINATOR = "coordinator"  # the state of an event that has waited too long
TO_FORMER = "former"  # the state of a meeting's event that tells those alone who are focal points no more
TO_LEFT = "left"  # the state of one that tells of a date that is off to organisations that have left its table

ROUTES: Mapping[str, tuple[Rule, ...]] = {
    "referral.submitted.v1": (Rule(Audience.CASE_WORKERS, "new"),),
    "referral.reminder.due.v1": (Rule(Audience.CASE_WORKERS, "reminder"),),
    "referral.escalation.due.v1": (
        Rule(Audience.PROVIDER_MANAGERS, "escalation"),
        Rule(Audience.COORDINATORS, "escalation"),
        Rule(Audience.CASE_WORKERS, "escalation", APP),
    ),
    "referral.state.escalation.due.v1": (
        Rule(Audience.STATE_COORDINATORS, "state_escalation", falls_to=(Audience.COORDINATORS,)),
    ),
    "referral.expired.v1": (
        Rule(Audience.COORDINATORS, "expired"),
        Rule(Audience.CASE_WORKERS, "expired", APP),
        Rule(Audience.PROVIDER_MANAGERS, "expired", APP),
    ),
    "referral.decision.due.v1": (
        Rule(Audience.CASE_WORKERS, "decision"),
        Rule(Audience.PROVIDER_MANAGERS, "decision", APP),
    ),
    "referral.review.due.v1": (Rule(Audience.CASE_WORKERS, "review", when=When.MORNING, falls_to=IN_TEAM),),
    "referral.question.answered.v1": (Rule(Audience.CASE_WORKERS, "answer", falls_to=IN_TEAM),),
    "referral.forward.requested.v1": (Rule(Audience.COORDINATORS, "forward"),),
    "referral.void.requested.v1": (Rule(Audience.COORDINATORS, "void"),),
    "referral.contact.due.v1": (Rule(Audience.CASE_WORKERS, "contact", falls_to=IN_TEAM),),
    "referral.contact.ended.v1": (
        Rule(Audience.CASE_WORKERS, "do_not_contact", falls_to=IN_TEAM, worth=WORTH_KNOWING_LATE),
    ),
    "referral.release.changed.v1": (Rule(Audience.CASE_WORKERS, "changed", falls_to=IN_TEAM),),
    "referral.withdrawn.v1": (Rule(Audience.CASE_WORKERS, "withdrawn", APP, falls_to=IN_TEAM),),
    "referral.voice.heard.v1": (Rule(Audience.CASE_WORKERS, "call_asked", falls_to=IN_TEAM),),
    "referral.voice.urgent.v1": (
        Rule(Audience.DATA_OFFICERS, "urgent_voice", place=Place.VOICES, worth=WORTH_KNOWING_LATE),
    ),
    "referral.desk.waiting.v1": (Rule(Audience.DATA_OFFICERS, "desk_waiting", place=Place.DESK),),
    "referral.identity.opened.v1": (
        Rule(Audience.CASE_WORKERS, "contact_opened", falls_to=IN_TEAM, worth=WORTH_KNOWING_LATE),
        Rule(Audience.PROVIDER_MANAGERS, "contact_opened", falls_to=(), worth=WORTH_KNOWING_LATE),
    ),
    "referral.closed.v1": (),
    "referral.question.asked.v1": (
        Rule(Audience.REFERRER, "question"),
        Rule(Audience.CUSTODY_TEAM, "question", APP),
    ),
    "referral.appointment.made.v1": (
        Rule(Audience.REFERRER, "appointment"),
        Rule(Audience.CUSTODY_TEAM, "appointment", APP),
    ),
    f"{VIEW}#accepted": (Rule(Audience.REFERRER, "accepted"),),
    f"{VIEW}#not_taken": (Rule(Audience.REFERRER, "not_taken"),),
    f"{VIEW}#not_answered": (Rule(Audience.REFERRER, "not_answered"),),
    "referral.cards.ordered.v1": (Rule(Audience.COORDINATORS, "order", when=When.MORNING, place=Place.CARD_ORDERS),),
    "directory.account.reset.v1": (Rule(Audience.OWNER, "sign_in_reset", worth=WORTH_KNOWING_LATE),),
    "directory.confirmation.due.v1": (
        Rule(Audience.PROVIDER_MANAGERS, "confirm", when=When.MORNING, place=Place.LISTINGS),
    ),
    "directory.provider.pending.v1": (
        Rule(Audience.DATA_OFFICERS, "provider_pending", place=Place.APPROVALS, falls_to=(Audience.COORDINATORS,)),
    ),
    "directory.provider.approved.v1#imported": (
        Rule(Audience.PROVIDER_MANAGERS, "provider_approved", place=Place.LISTINGS),
    ),
    "directory.provider.approved.v1#entered": (
        Rule(Audience.PROVIDER_MANAGERS, "provider_approved", place=Place.LISTINGS),
        Rule(Audience.OWNER, "provider_approved", place=Place.REGISTRY),
    ),
    "directory.change.asked.v1": (Rule(Audience.COORDINATORS, "approve", place=Place.APPROVALS),),
    "directory.staff.missing.v1": (Rule(Audience.PROVIDER_MANAGERS, "nobody_home", place=Place.STAFF),),
    "directory.change.decided.v1": (Rule(Audience.PROVIDER_MANAGERS, "decided", place=Place.LISTINGS),),
    MEETING: (
        Rule(Audience.SUPERVISORS, "meeting", place=Place.MEETINGS),
        Rule(Audience.PROVIDER_MANAGERS, "meeting", place=Place.MEETINGS),
        Rule(Audience.FOCAL_POINTS, "meeting", place=Place.MEETINGS),
    ),
    f"{MEETING}#{MOVED}": (
        Rule(Audience.SUPERVISORS, "meeting_moved", place=Place.MEETINGS),
        Rule(Audience.PROVIDER_MANAGERS, "meeting_moved", place=Place.MEETINGS),
        Rule(Audience.FOCAL_POINTS, "meeting_moved", place=Place.MEETINGS),
    ),
    f"{MEETING}#{TO_FORMER}": (Rule(Audience.FORMER_FOCAL_POINTS, "meeting", place=Place.MEETINGS),),
    f"{MEETING}#{TO_LEFT}": (
        Rule(Audience.SUPERVISORS, "meeting", place=Place.MEETINGS, falls_to=(), alarms=False),
        Rule(Audience.PROVIDER_MANAGERS, "meeting", place=Place.MEETINGS, falls_to=(), alarms=False),
        Rule(Audience.FOCAL_POINTS, "meeting", place=Place.MEETINGS),
    ),
    "directory.action.due.v1": (
        # its owner has supervisors (unit, prison, court), managers (provider) or, as the coordinating body, neither; a
        # line of each would call the others not at home
        Rule(
            Audience.SUPERVISORS,
            "action",
            when=When.MORNING,
            place=Place.MEETINGS,
            falls_to=(Audience.PROVIDER_MANAGERS, Audience.COORDINATORS),
        ),
    ),
    f"directory.action.due.v1#{TO_COORDINATOR}": (
        Rule(Audience.COORDINATORS, "action", when=When.MORNING, place=Place.MEETINGS),
    ),
    "directory.agreement.lapsing.v1": (
        Rule(Audience.SUPERVISORS, "agreement", when=When.MORNING, place=Place.PARTNERS),
        Rule(Audience.PROVIDER_MANAGERS, "agreement", when=When.MORNING, place=Place.PARTNERS),
        Rule(Audience.COORDINATORS, "agreement", when=When.MORNING, place=Place.PARTNERS),
    ),
    HANDOVER: (
        Rule(Audience.OWNER, "handover", place=Place.HANDOVERS),
        Rule(Audience.SUPERVISORS, "handover", place=Place.HANDOVERS),
        Rule(Audience.PROVIDER_MANAGERS, "handover", place=Place.HANDOVERS),
    ),
    f"{HANDOVER}#{TO_COORDINATOR}": (
        Rule(Audience.COORDINATORS, "handover", when=When.MORNING, place=Place.HANDOVERS),
    ),
    # an answer about a pattern has no owner: its event is published for a named author alone
    "directory.board.answered.v1": (Rule(Audience.OWNER, "board_answer", place=Place.BOARD),),
    "directory.coordination.due.v1#report": (Rule(Audience.COORDINATORS, "coordination", place=Place.REPORTS),),
    "directory.coordination.due.v1#report_state": (
        Rule(Audience.STATE_COORDINATORS, "coordination", place=Place.REPORTS),
    ),
    "directory.coordination.due.v1#meeting": (
        Rule(Audience.COORDINATORS, "coordination", when=When.MORNING, place=Place.MEETINGS),
    ),
    "directory.coordination.due.v1#meeting_state": (
        Rule(Audience.STATE_COORDINATORS, "coordination", when=When.MORNING, place=Place.MEETINGS),
    ),
    f"{VISIT}#asked": (Rule(Audience.PROVIDER_MANAGERS, "visit_asked", place=Place.VISITS),),
    f"{VISIT}#agreed": (Rule(Audience.SUPERVISORS, "visit_agreed", place=Place.VISITS),),
    f"{VISIT}#declined": (Rule(Audience.SUPERVISORS, "visit_declined", place=Place.VISITS),),
    f"{VISIT}#cancelled": (
        # the other side, or both where the coordinator called it off: a line may find none of its role among them
        Rule(Audience.SUPERVISORS, "visit_off", place=Place.VISITS, falls_to=(), alarms=False),
        Rule(Audience.PROVIDER_MANAGERS, "visit_off", place=Place.VISITS, falls_to=(), alarms=False),
    ),
    "directory.training.due.v1": (
        Rule(Audience.SUPERVISORS, "training", when=When.MORNING, place=Place.TRAINING),
        Rule(Audience.COORDINATORS, "training", when=When.MORNING, place=Place.TRAINING),
    ),
    WEBHOOK_DISABLED: (Rule(Audience.PROVIDER_MANAGERS, "webhook_disabled", place=Place.WEBHOOKS, falls_to=()),),
    f"{WEBHOOK_DISABLED}#{OF_A_BODY}": (Rule(Audience.STATE_COORDINATORS, "webhook_disabled", place=Place.WEBHOOKS),),
}
ABOUT_ONE_REFERRAL = frozenset({Place.INBOX, Place.SENT})
"""A notice that points there has a reference, and so has a message about it."""
SENT_KINDS: Mapping[str, bool] = {
    rule.kind: rule.leads_to in ABOUT_ONE_REFERRAL
    for rules in ROUTES.values()
    for rule in rules
    if rule.channels != APP
}
"""Kind that leaves the app on some channel → whether its message names a reference."""
KINDS = tuple(dict.fromkeys(rule.kind for rules in ROUTES.values() for rule in rules))

FOUND_BY: Mapping[Audience, str] = {
    Audience.CASE_WORKERS: "receivers",
    Audience.PROVIDER_MANAGERS: "receivers",
    Audience.SUPERVISORS: "receivers",
    Audience.FOCAL_POINTS: "receivers",  # and named beside them where there are any: an older event names none
    Audience.FORMER_FOCAL_POINTS: "receivers",
    Audience.COORDINATORS: "district",
    Audience.DATA_OFFICERS: "region",
    Audience.STATE_COORDINATORS: "receivers",
    Audience.REFERRER: "account",
    Audience.CUSTODY_TEAM: "organization",
    Audience.OWNER: "account",
}
"""What an event must hold for each audience to be found; without it an event would silently tell nobody."""

REFERRING = frozenset({Audience.REFERRER, Audience.CUSTODY_TEAM})
"""The audiences on the referring side: their notices come from their own rows, which nothing hidden moves."""
ROLE_OF: Mapping[Audience, str] = {
    Audience.CASE_WORKERS: roles.CASE_WORKER,
    Audience.PROVIDER_MANAGERS: roles.PROVIDER_MANAGER,
    Audience.SUPERVISORS: roles.UNIT_SUPERVISOR,
    Audience.COORDINATORS: roles.COORDINATOR,
    Audience.DATA_OFFICERS: roles.DATA_OFFICER,
    Audience.STATE_COORDINATORS: roles.COORDINATOR,
    Audience.CUSTODY_TEAM: roles.CUSTODY_HEALTH,
}
"""The role that an audience has. Two others are one account, whatever it is; focal points have any role of a party."""
