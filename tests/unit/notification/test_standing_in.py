"""Where nobody is home a notice falls to the next: manager, coordinator (or the state's), at last the alarm.

Over every line of the table, so that a new line is held to it too.
"""

from uuid import UUID

import pytest

from notification_service.domain.notices import Member, NotificationEvent, Place
from notification_service.domain.routing import is_unheard, plan
from notification_service.domain.routing_table import (
    FOUND_BY,
    REFERRING,
    ROLE_OF,
    ROUTES,
    WEBHOOK_DISABLED,
    Audience,
    Rule,
)
from notification_service.domain.stopping import CONTACT_KINDS
from setu.events import LISTING_STEPS, PARTNERSHIP_STEPS, REFERRAL_STEPS, SUBSCRIPTIONS
from support.notification import KOLKATA, NOON, ONLY_MAIL, TERM, a_member

RECEIVER = UUID(int=1)
LINES = [
    (topic, number)
    for topic, rules in ROUTES.items()
    for number, rule in enumerate(rules)
    if rule.alarms and rule.audience in ROLE_OF and rule.audience not in REFERRING
]
ABOUT_THE_PERSON = CONTACT_KINDS | {"do_not_contact", "contact_opened", "answer", "withdrawn"}
line = pytest.mark.parametrize(("topic", "number"), LINES)


def an_event_of(topic: str) -> NotificationEvent:
    kind, _, state = topic.partition("#")
    return NotificationEvent(
        event_id=UUID(int=9),
        type=kind,
        state=state or None,
        time=NOON,
        version=1,
        district=KOLKATA,
        region="IN-WB",
        receivers=frozenset({RECEIVER}),
        account=UUID(int=99),
        organization=UUID(int=98),
        expires_at=NOON + TERM,
    )


def somebody(audience: Audience, *, at_home: bool) -> Member:
    role = ROLE_OF[audience]
    of_receiver = FOUND_BY[audience] == "receivers"
    own = {"organization": RECEIVER} if of_receiver else {}
    return a_member(role, at_home=at_home, districts=frozenset() if of_receiver else frozenset({KOLKATA}), **own)


def everybody_else(topic: str, rule: Rule) -> list[Member]:
    """Somebody home for every other line of the event, so that only this one is looked at."""
    others = {other.audience for other in ROUTES[topic] if other is not rule and other.audience in ROLE_OF}
    return [somebody(audience, at_home=True) for audience in sorted(others - set(rule.audiences))]


@line
def test_each_one_in_turn_is_told_where_nobody_before_is_home(topic: str, number: int) -> None:
    rule, event = ROUTES[topic][number], an_event_of(topic)
    chain = [somebody(audience, at_home=False) for audience in rule.audiences]
    for position, audience in enumerate(rule.audiences):
        home = somebody(audience, at_home=True)
        people = [*chain[:position], home, *chain[position + 1 :], *everybody_else(topic, rule)]
        told = {notice.account for notice in plan(event, people, NOON, ONLY_MAIL)}
        assert {member.account for member in (*chain[:position], home)} <= told
        if len(ROUTES[topic]) == 1:  # another line may tell them, too
            assert not is_unheard(event, people)
            assert told.isdisjoint(later.account for later in chain[position + 1 :]), "home is home"


@line
def test_where_nobody_at_all_is_home_the_alarm_is_told(topic: str, number: int) -> None:
    rule = ROUTES[topic][number]
    people = [somebody(audience, at_home=False) for audience in rule.audiences]
    assert is_unheard(an_event_of(topic), people)
    assert is_unheard(an_event_of(topic), [])


@line
def test_every_line_has_a_deadline_and_falls_to_a_coordinator_at_last_unless_it_stays_in_the_team(
    topic: str, number: int
) -> None:
    rule = ROUTES[topic][number]
    assert rule.worth_sending is not None
    of_the_state = rule.audience in {Audience.DATA_OFFICERS, Audience.STATE_COORDINATORS}
    own = topic == WEBHOOK_DISABLED  # an endpoint is seen by its own organisation alone
    assert own or rule.kind in ABOUT_THE_PERSON or of_the_state or rule.audiences[-1] is Audience.COORDINATORS


def test_a_line_that_nobody_needs_to_hear_falls_to_nobody_either() -> None:
    lines = [(topic, rule) for topic, rules in ROUTES.items() for rule in rules if not rule.alarms]
    assert {topic for topic, _ in lines} == {
        "directory.meeting.planned.v1#left",
        "directory.visit.changed.v1#cancelled",
    }
    assert all(rule.audiences == (rule.audience,) for _, rule in lines)


def test_what_is_about_work_with_the_person_never_leaves_the_team() -> None:
    for rule in (rule for rules in ROUTES.values() for rule in rules if rule.kind in ABOUT_THE_PERSON):
        assert Audience.COORDINATORS not in rule.audiences


def test_a_coordinator_with_a_line_of_their_own_is_told_by_it_and_not_as_a_stand_in() -> None:
    event = an_event_of("referral.escalation.due.v1")
    coordinator = somebody(Audience.COORDINATORS, at_home=True)
    [notice] = plan(event, [coordinator], NOON, ONLY_MAIL)
    assert (notice.account, notice.place) == (coordinator.account, Place.INBOX)


def test_every_event_of_the_partnership_the_listings_and_the_referral_is_routed_and_heard() -> None:
    routed = {topic.partition("#")[0] for topic in ROUTES}
    steps = {*PARTNERSHIP_STEPS, *LISTING_STEPS, *REFERRAL_STEPS, "directory.account.reset.v1"}
    assert routed == steps | {WEBHOOK_DISABLED}
    assert steps <= set(SUBSCRIPTIONS["notification_service"])
