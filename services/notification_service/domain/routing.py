"""Router of notices: the readers of an event, by the routing table, and what each is told.

Promises: `plan` is pure and total over the table; one notice a recipient and event, one message an account, event and
channel; who has a line of their own is told by it, also where they stand in for somebody. What somebody switched off is
taken away afterwards (`honour_choices.py`).
A district without a coordinator who can sign in has its state's: `Member.districts` says so. A line that finds nobody
home, nor anybody who stands in, is for the alarm.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
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
from notification_service.domain.retention import notice_ends_at
from notification_service.domain.routing_table import REFERRING, ROLE_OF, ROUTES, Audience, Rule, When
from notification_service.domain.stopping import is_stoppable
from setu.districts import districts_of_region
from setu.india import INDIA
from setu.retention import SEEN_FOR

MORNING = time(9, 0)
PRESSING = frozenset({"escalation", "state_escalation", "urgent_voice", "do_not_contact", "sign_in_reset"})
"""Kinds that must be heard soon, so that they go out on every channel: to a phone also where there is a mailbox."""


def plan(
    event: NotificationEvent, members: Iterable[Member], now: datetime, channels: Collection[Channel]
) -> list[PlannedNotice]:
    """Return the notices that `event` asks for, most important rule first; nobody is told twice of one event.

    `now` (aware) is when it is planned; a notice is *dated* by the event, so a late arrival shows in nothing.
    `channels` are those that something carries.
    """
    known = sorted(members, key=lambda member: member.membership)
    rules = ROUTES.get(event.topic, ())
    told: dict[UUID, PlannedNotice] = {}
    told_as_owner = set[UUID]()  # a notice to an account stands in its list in every post: one to a post says it again
    used: dict[UUID, set[Channel]] = defaultdict(set)  # by account: one person with two posts has one mailbox
    for reached in (_own_line, _standing_in):
        for rule in rules:
            for audience, member in reached(rule, event, known):
                if member.account in told_as_owner:
                    continue
                carried = _carried(rule, member, channels, used[member.account])
                notice = _notice(event, rule, audience, member, {one: send_at(rule.when, now) for one in carried})
                if notice.id not in told:
                    told[notice.id] = notice
                    used[member.account].update(carried)
                if audience is Audience.OWNER:
                    told_as_owner.add(member.account)
    return list(told.values())


def _carried(
    rule: Rule, member: Member, channels: Collection[Channel], used: Collection[Channel]
) -> tuple[Channel, ...]:
    """The channels of a line that reach this person: an SMS to who has no mail address, or where it presses."""
    reaching = [one for one in rule.channels if one in channels and member.is_reachable_by(one)]
    if Channel.MAIL in reaching and rule.kind not in PRESSING:
        reaching = [one for one in reaching if one is not Channel.SMS]
    return tuple(one for one in reaching if one not in used)


def plan_for_stand_ins(
    event: NotificationEvent,
    kind: str,
    role: str,
    members: Iterable[Member],
    now: datetime,
    channels: Collection[Channel],
) -> list[PlannedNotice]:
    """Return the notices to whom a line of this kind falls where nobody of this role can be reached.

    The first of them that is home; those who were told by a line of their own are told under the same ids.
    """
    known = sorted(members, key=lambda member: member.membership)
    for rule in (rule for rules in ROUTES.values() for rule in rules if rule.kind == kind):
        roles = [ROLE_OF.get(audience) for audience in rule.audiences]
        for audience in rule.audiences[roles.index(role) + 1 :] if role in roles else ():
            reached = [member for member in _audience(audience, event, known) if member.at_home]
            if reached:
                sends = {member: _carried(rule, member, channels, ()) for member in reached}
                return [
                    _notice(event, rule, audience, member, {one: send_at(rule.when, now) for one in carried})
                    for member, carried in sends.items()
                ]
    return []


def is_unheard(event: NotificationEvent, members: Iterable[Member]) -> bool:
    """Whether some line that must be heard finds nobody home: neither of its audience nor of those it falls to."""
    known = list(members)
    return any(
        not any(_is_home(_audience(audience, event, known)) for audience in rule.audiences)
        for rule in ROUTES.get(event.topic, ())
        if rule.alarms and rule.audience in ROLE_OF and rule.audience not in REFERRING
    )


def _own_line(rule: Rule, event: NotificationEvent, members: Sequence[Member]) -> Iterator[tuple[Audience, Member]]:
    return ((rule.audience, member) for member in _audience(rule.audience, event, members))


def _standing_in(rule: Rule, event: NotificationEvent, members: Sequence[Member]) -> Iterator[tuple[Audience, Member]]:
    for before, audience in pairwise(rule.audiences):
        if _is_home(_audience(before, event, members)):
            return
        yield from ((audience, member) for member in _audience(audience, event, members))


def _is_home(found: Iterable[Member]) -> bool:
    return any(member.at_home for member in found)


def _audience(audience: Audience, event: NotificationEvent, members: Sequence[Member]) -> Iterator[Member]:
    if audience is Audience.REFERRER:
        yield from _one_account(event, [m for m in members if m.organization == event.organization])
    elif audience is Audience.OWNER:
        yield from _one_account(event, members)
    elif audience is Audience.FOCAL_POINTS:
        yield from _focal_points(event, members)
    elif audience is Audience.FORMER_FOCAL_POINTS:
        invited = _invited_by_role(event, members)
        yield from (m for m in _focal_points(event, members) if m.account not in invited)
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


def _focal_points(event: NotificationEvent, members: Sequence[Member]) -> Iterator[Member]:
    named = (m for m in members if m.active and m.membership in event.focal_points)
    return (m for m in named if m.organization in event.receivers)


def _invited_by_role(event: NotificationEvent, members: Sequence[Member]) -> set[UUID]:
    """Accounts that are told of the same by the lines of the plain topic, which asks the same receivers."""
    by_role = [rule.audience for rule in ROUTES[event.type] if rule.audience in ROLE_OF]
    return {member.account for audience in by_role for member in _audience(audience, event, members)}


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
    event: NotificationEvent, rule: Rule, audience: Audience, member: Member, sends: Mapping[Channel, datetime]
) -> PlannedNotice:
    to_team = audience not in (*REFERRING, Audience.OWNER)
    side = Side.TEAM if to_team else Side.REFERRER
    organization = None if audience is Audience.OWNER else member.organization
    expires_at = notice_ends_at(event.time, event.expires_at)
    return PlannedNotice(
        id=notice_id(event.seed, member.account, organization),
        event_id=event.event_id,
        account=member.account,
        organization=organization,
        recipient_role=member.role,
        side=side,
        kind=rule.kind,
        place=rule.leads(audience),
        referral_id=event.referral_id,
        reference=event.reference,
        district=event.district if to_team else member.home_district,
        urgent=event.urgent if to_team else False,
        due_at=(event.due_at or event.day) if to_team else None,
        language=member.language,
        created_at=event.time,
        expires_at=expires_at,
        stoppable=is_stoppable(event.type, side),
        worth_until=min(expires_at, event.time + rule.worth_sending) if rule.worth_sending else expires_at,
        correlation_id=event.correlation_id,
        matter=event.matter,
        sends=sends,
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
    the new slip learns of no referral that was sent before. (A referral was sent `SEEN_FOR` before its notices end.)
    """
    if reset_at is None or notice.side is Side.TEAM or notice.place is Place.ACCOUNT:
        return True
    return notice.expires_at - SEEN_FOR >= reset_at
