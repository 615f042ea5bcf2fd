"""Routing table of notices: who is notified of which event, on which channels, and when.

Promises: `plan` is pure and total over the table; one notice a recipient and event, one mail an account and event.
Two rules of the wall live here as data: opening is never announced (there is no row for it), and a referrer hears
of a referral through `referral.view.changed.v1` alone (`custody_health` also of a question or an appointment, put to
that account and, where it is the team's, to the others of the prison's health staff).
A district without a coordinator who can sign in has its state's: `Member.districts` says so. Where nobody of an
audience is home a rule may name another (`otherwise`); what is for a coordinator or data officer and reaches none is
for the alarm.
Not for message texts (`pages/texts.py`) and not for ordering or stopping (`event_ordering.py`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from notification_service.domain.notices import (
    Channel,
    Member,
    NotificationEvent,
    Place,
    PlannedNotice,
    Side,
    notice_id,
)
from setu import roles
from setu.districts import districts_of_region
from setu.india import INDIA

MORNING = time(9, 0)
KEPT = timedelta(days=90)  # a referrer's notice carries its own, absolute end instead


class Audience(StrEnum):
    """A set of people, found from the event and the members alone."""

    CASE_WORKERS = "case workers of the receivers"
    PROVIDER_MANAGERS = "managers of the receivers"
    SUPERVISORS = "supervisors of the receivers"
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
    channels: tuple[Channel, ...] = (Channel.IN_APP, Channel.MAIL)
    when: When = When.AT_ONCE
    place: Place | None = None  # where it points to, if that does not follow from the audience
    otherwise: Audience | None = None  # is told, too, where nobody of the audience is home

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whom the line may tell, the first first."""
        return (self.audience,) if self.otherwise is None else (self.audience, self.otherwise)


APP = (Channel.IN_APP,)
VIEW = "referral.view.changed.v1"
TO_COORDINATOR = "coordinator"  # the state of an event that has waited too long

ROUTES: Mapping[str, tuple[Rule, ...]] = {
    "referral.submitted.v1": (Rule(Audience.CASE_WORKERS, "new"),),
    "referral.reminder.due.v1": (Rule(Audience.CASE_WORKERS, "reminder"),),
    "referral.escalation.due.v1": (
        Rule(Audience.PROVIDER_MANAGERS, "escalation"),
        Rule(Audience.COORDINATORS, "escalation"),
        Rule(Audience.CASE_WORKERS, "escalation", APP),
    ),
    "referral.state.escalation.due.v1": (
        Rule(Audience.STATE_COORDINATORS, "state_escalation", otherwise=Audience.COORDINATORS),
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
    "referral.review.due.v1": (Rule(Audience.CASE_WORKERS, "review", when=When.MORNING),),
    "referral.question.answered.v1": (Rule(Audience.CASE_WORKERS, "answer"),),
    "referral.forward.requested.v1": (Rule(Audience.COORDINATORS, "forward"),),
    "referral.void.requested.v1": (Rule(Audience.COORDINATORS, "void"),),
    "referral.contact.due.v1": (Rule(Audience.CASE_WORKERS, "contact"),),
    "referral.contact.ended.v1": (Rule(Audience.CASE_WORKERS, "do_not_contact"),),
    "referral.release.changed.v1": (Rule(Audience.CASE_WORKERS, "changed"),),
    "referral.withdrawn.v1": (Rule(Audience.CASE_WORKERS, "withdrawn", APP),),
    "referral.voice.heard.v1": (Rule(Audience.CASE_WORKERS, "call_asked"),),
    "referral.voice.urgent.v1": (Rule(Audience.DATA_OFFICERS, "urgent_voice", place=Place.VOICES),),
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
    "directory.account.reset.v1": (Rule(Audience.OWNER, "sign_in_reset"),),
    "directory.confirmation.due.v1": (
        Rule(Audience.PROVIDER_MANAGERS, "confirm", when=When.MORNING, place=Place.LISTINGS),
    ),
    "directory.change.asked.v1": (Rule(Audience.COORDINATORS, "approve", place=Place.APPROVALS),),
    "directory.staff.missing.v1": (
        Rule(Audience.PROVIDER_MANAGERS, "nobody_home", place=Place.STAFF, otherwise=Audience.COORDINATORS),
    ),
    "directory.change.decided.v1": (Rule(Audience.PROVIDER_MANAGERS, "decided", place=Place.LISTINGS),),
    "directory.meeting.planned.v1": (
        Rule(Audience.SUPERVISORS, "meeting", place=Place.MEETINGS),
        Rule(Audience.PROVIDER_MANAGERS, "meeting", place=Place.MEETINGS),
    ),
    "directory.action.due.v1": (
        Rule(Audience.SUPERVISORS, "action", when=When.MORNING, place=Place.MEETINGS),
        Rule(Audience.PROVIDER_MANAGERS, "action", when=When.MORNING, place=Place.MEETINGS),
    ),
    f"directory.action.due.v1#{TO_COORDINATOR}": (
        Rule(Audience.COORDINATORS, "action", when=When.MORNING, place=Place.MEETINGS),
    ),
    "directory.agreement.lapsing.v1": (
        Rule(Audience.SUPERVISORS, "agreement", when=When.MORNING, place=Place.PARTNERS),
        Rule(Audience.PROVIDER_MANAGERS, "agreement", when=When.MORNING, place=Place.PARTNERS),
        Rule(Audience.COORDINATORS, "agreement", when=When.MORNING, place=Place.PARTNERS),
    ),
    "directory.handover.named.v1": (
        Rule(Audience.OWNER, "handover", place=Place.HANDOVERS),
        Rule(Audience.SUPERVISORS, "handover", place=Place.PARTNERS),
        Rule(Audience.PROVIDER_MANAGERS, "handover", place=Place.PARTNERS),
    ),
    f"directory.handover.named.v1#{TO_COORDINATOR}": (
        Rule(Audience.COORDINATORS, "handover", when=When.MORNING, place=Place.PARTNERS),
    ),
    "directory.training.due.v1": (
        Rule(Audience.SUPERVISORS, "training", when=When.MORNING, place=Place.TRAINING),
        Rule(Audience.COORDINATORS, "training", when=When.MORNING, place=Place.TRAINING),
    ),
}
STOPS = frozenset({"referral.withdrawn.v1", "referral.closed.v1"})
ENDS_CONTACT = "referral.contact.ended.v1"
"""Stops what asks for contact. Reminders to answer go on, or silence would tell."""
ASKS_FOR_CONTACT = frozenset(
    {
        "referral.contact.due.v1",
        "referral.review.due.v1",
        "referral.release.changed.v1",
        "referral.voice.heard.v1",
    }
)
AFTER_STOP = STOPS | {"referral.forward.requested.v1", ENDS_CONTACT}  # still told once the referral has ended
CONTACT_KINDS = frozenset(rule.kind for kind in ASKS_FOR_CONTACT for rule in ROUTES[kind])
KINDS = tuple(dict.fromkeys(rule.kind for rules in ROUTES.values() for rule in rules))

FOUND_BY: Mapping[Audience, str] = {
    Audience.CASE_WORKERS: "receivers",
    Audience.PROVIDER_MANAGERS: "receivers",
    Audience.SUPERVISORS: "receivers",
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
_PLACES = {Audience.REFERRER: Place.SENT, Audience.CUSTODY_TEAM: Place.SENT, Audience.OWNER: Place.ACCOUNT}
ROLE_OF: Mapping[Audience, str] = {
    Audience.CASE_WORKERS: roles.CASE_WORKER,
    Audience.PROVIDER_MANAGERS: roles.PROVIDER_MANAGER,
    Audience.SUPERVISORS: roles.UNIT_SUPERVISOR,
    Audience.COORDINATORS: roles.COORDINATOR,
    Audience.DATA_OFFICERS: roles.DATA_OFFICER,
    Audience.STATE_COORDINATORS: roles.COORDINATOR,
    Audience.CUSTODY_TEAM: roles.CUSTODY_HEALTH,
}
"""The role that an audience has; the two others are one account, whatever it is."""
_MUST_HEAR = (Audience.COORDINATORS, Audience.STATE_COORDINATORS, Audience.DATA_OFFICERS)
"""An event that they are to be told of and that finds none of them is for the alarm."""


def plan(event: NotificationEvent, members: Iterable[Member], now: datetime) -> list[PlannedNotice]:
    """Return the notices that `event` asks for, most important rule first; nobody is told twice of one event.

    `now` (aware) is when it is planned; a notice is *dated* by the event, so a late arrival shows in nothing.
    """
    known = sorted(members, key=lambda member: member.membership)
    told: dict[UUID, PlannedNotice] = {}
    mailed: set[UUID] = set()
    for rule in ROUTES.get(event.topic, ()):
        for audience, member in _readers(rule, event, known):
            notice = _notice(event, rule, audience, member, now, mail=member.account not in mailed)
            if notice.id not in told:
                told[notice.id] = notice
                mailed |= {member.account} if Channel.MAIL in notice.sends else set()
    return list(told.values())


def is_unheard(event: NotificationEvent, planned: Iterable[PlannedNotice]) -> bool:
    """Whether the table wants a coordinator or data officer told of this and there is none, of district or state."""
    wanted = {ROLE_OF[rule.audience] for rule in ROUTES.get(event.topic, ()) if rule.audience in _MUST_HEAR}
    return not wanted <= {notice.recipient_role for notice in planned}


def _readers(rule: Rule, event: NotificationEvent, members: Sequence[Member]) -> Iterator[tuple[Audience, Member]]:
    found = list(_audience(rule.audience, event, members))
    yield from ((rule.audience, member) for member in found)
    if rule.otherwise is not None and not any(member.at_home for member in found):
        yield from ((rule.otherwise, member) for member in _audience(rule.otherwise, event, members))


def _audience(audience: Audience, event: NotificationEvent, members: Sequence[Member]) -> Iterator[Member]:
    if audience is Audience.REFERRER:
        yield from _one_account(event, [m for m in members if m.organization == event.organization])
    elif audience is Audience.OWNER:
        yield from _one_account(event, members)
    elif audience is Audience.CUSTODY_TEAM:
        team = event.organization if event.team else None
        yield from (m for m in _with_role(audience, members) if m.organization == team)
    elif audience is Audience.COORDINATORS:
        yield from (m for m in _with_role(audience, members) if event.district in m.districts)
    elif audience is Audience.DATA_OFFICERS:
        around = districts_of_region(event.region)
        yield from (m for m in _with_role(audience, members) if around & m.districts)
    else:
        yield from (m for m in _with_role(audience, members) if m.organization in event.receivers)


def _with_role(audience: Audience, members: Sequence[Member]) -> Iterator[Member]:
    return (m for m in members if m.active and m.role == ROLE_OF[audience])


def _one_account(event: NotificationEvent, members: Sequence[Member]) -> Iterator[Member]:
    """Yield the event's account once, also where its membership has not arrived yet or has ended."""
    if event.account is None:
        return
    own = sorted((m for m in members if m.account == event.account), key=lambda m: (not m.active, not m.has_mail))
    unknown = Member(event.account, event.account, event.organization or event.account, role="")
    yield own[0] if own else unknown


def _notice(
    event: NotificationEvent, rule: Rule, audience: Audience, member: Member, now: datetime, *, mail: bool
) -> PlannedNotice:
    to_team = audience not in _PLACES
    organization = None if audience is Audience.OWNER else member.organization
    reachable = mail and member.active and member.has_mail and Channel.MAIL in rule.channels
    return PlannedNotice(
        id=notice_id(event.seed, member.account, organization),
        event_id=event.event_id,
        account=member.account,
        organization=organization,
        recipient_role=member.role,
        side=Side.TEAM if to_team else Side.REFERRER,
        kind=rule.kind,
        place=rule.place or _PLACES.get(audience, Place.INBOX),
        referral_id=event.referral_id,
        reference=event.reference,
        district=event.district if to_team else member.home_district,
        urgent=event.urgent if to_team else False,
        due_at=event.due_at if to_team else None,
        language=member.language,
        created_at=event.time,
        expires_at=event.expires_at or event.time + KEPT,
        stoppable=to_team and event.type not in AFTER_STOP,
        correlation_id=event.correlation_id,
        sends={Channel.MAIL: send_at(rule.when, now)} if reachable else {},
    )


def send_at(when: When, now: datetime) -> datetime:
    """Return the moment (UTC) at which a message planned `now` may leave."""
    if when is When.AT_ONCE:
        return now
    local = now.astimezone(INDIA)
    morning = datetime.combine(local.date(), MORNING, INDIA)
    return (morning if local <= morning else morning + timedelta(days=1)).astimezone(UTC)


def is_visible_after_reset(notice: PlannedNotice, reset_at: datetime | None) -> bool:
    """Tell whether a notice may still be given to an account whose sign-in was reset at `reset_at`.

    A reset empties the account's list of earlier referrals, so nothing later is said of those either: whoever holds
    the new slip learns of no referral that was sent before. (A referral was sent `KEPT` before its notices end.)
    """
    if reset_at is None or notice.side is Side.TEAM or notice.place is Place.ACCOUNT:
        return True
    return notice.expires_at - KEPT >= reset_at
