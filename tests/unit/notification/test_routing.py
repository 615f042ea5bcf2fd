"""The routing table as properties: who may hear of what, whatever the event and whoever the members are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from notification_service import cli_routes
from notification_service.domain.notices import Channel, Member, NotificationEvent, Place, Side
from notification_service.domain.routing import is_unheard, is_visible_after_reset, plan, send_at
from notification_service.domain.routing_table import OF_A_BODY, REFERRING, ROUTES, VIEW, WEBHOOK_DISABLED, When
from setu.events import PARTNERSHIP_STEPS
from setu.retention import SEEN_FOR
from support.notification import (
    KOLKATA,
    NOON,
    ONLY_MAIL,
    TERM,
    a_member,
    a_notification_event,
    a_view,
)

ROLES = (
    "officer",
    "custody_health",
    "unit_supervisor",
    "case_worker",
    "provider_manager",
    "coordinator",
    "data_officer",
)
TO_CUSTODY = ("referral.question.asked.v1", "referral.appointment.made.v1")
TO_REFERRERS = (VIEW, *TO_CUSTODY)
MEETING = "directory.meeting.planned.v1"
TO_A_BODY = (
    ("referral.state.escalation.due.v1", None),
    ("directory.coordination.due.v1", "report_state"),
    ("directory.coordination.due.v1", "meeting_state"),
    (WEBHOOK_DISABLED, OF_A_BODY),
)
POOL = [UUID(int=n) for n in range(1, 5)]
MEMBERSHIPS = [UUID(int=n) for n in range(101, 113)]

members = st.builds(
    Member,
    membership=st.sampled_from(MEMBERSHIPS),
    account=st.sampled_from(POOL),
    organization=st.sampled_from(POOL),
    role=st.sampled_from(ROLES),
    districts=st.frozensets(st.sampled_from([KOLKATA, 272])),
    has_mail=st.booleans(),
    active=st.booleans(),
)
crowds = st.lists(members, max_size=8, unique_by=lambda member: member.membership)


def events_about(topics: Sequence[str]) -> st.SearchStrategy[NotificationEvent]:
    return st.builds(
        lambda topic, **more: NotificationEvent(
            type=topic.partition("#")[0], state=topic.partition("#")[2] or None, **more
        ),
        topic=st.sampled_from(topics),
        event_id=st.uuids(),
        time=st.just(NOON),
        version=st.integers(1, 9),
        referral_id=st.uuids(),
        reference=st.just("R-7KQ2-9XTC"),
        district=st.sampled_from([KOLKATA, 272]),
        region=st.sampled_from(["IN-WB", "IN-TR"]),
        receivers=st.frozensets(st.sampled_from(POOL)),
        account=st.sampled_from(POOL),
        organization=st.sampled_from(POOL),
        team=st.booleans(),
        focal_points=st.frozensets(st.sampled_from(MEMBERSHIPS)),
        due_at=st.just(NOON + timedelta(hours=2)),
        expires_at=st.just(NOON + TERM),
    )


events_to_tell = events_about(sorted(ROUTES))
to_tell_referrers = events_about([each for each in sorted(ROUTES) if each.partition("#")[0] in TO_REFERRERS])


@given(events_to_tell, crowds)
def test_nobody_is_told_twice_of_one_event(event: NotificationEvent, people: list[Member]) -> None:
    planned = plan(event, people, NOON, ONLY_MAIL)
    assert len({notice.id for notice in planned}) == len(planned)
    assert len({(notice.account, notice.organization) for notice in planned}) == len(planned)
    mailed = [notice.account for notice in planned if Channel.MAIL in notice.sends]
    assert len(set(mailed)) == len(mailed)


@given(events_to_tell, crowds, st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_of_the_members(
    event: NotificationEvent, people: list[Member], random: Random
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)
    assert plan(event, people, NOON, ONLY_MAIL) == plan(event, shuffled, NOON, ONLY_MAIL)


@given(events_to_tell, crowds)
def test_a_team_notice_goes_only_to_receivers_staff_and_the_districts_coordinators(
    event: NotificationEvent, people: list[Member]
) -> None:
    for notice in (n for n in plan(event, people, NOON, ONLY_MAIL) if n.side is Side.TEAM):
        recipient, *others = [
            m
            for m in people
            if (m.account, m.organization, m.role) == (notice.account, notice.organization, notice.recipient_role)
        ]
        if event.type == MEETING and event.focal_points & {m.membership for m in (recipient, *others)}:
            assert notice.organization in event.receivers
            continue
        assert recipient.role in {"case_worker", "provider_manager", "coordinator", "data_officer", "unit_supervisor"}
        if recipient.role == "unit_supervisor":
            assert event.type in PARTNERSHIP_STEPS, (
                "the police side hears of meetings and agreements, never of a referral"
            )
        if recipient.role == "data_officer":
            assert notice.kind in {"urgent_voice", "desk_waiting", "provider_pending"}
        elif recipient.role == "coordinator" and (event.type, event.state) in TO_A_BODY:
            assert recipient.organization in event.receivers or event.district in recipient.districts
        elif recipient.role == "coordinator":
            assert any(event.district in m.districts for m in people if m.account == recipient.account)
        else:
            assert notice.organization in event.receivers


@given(to_tell_referrers, crowds, st.booleans())
def test_a_referrers_notice_shows_nothing_but_the_view_and_the_own_account(
    event: NotificationEvent, people: list[Member], urgent: bool
) -> None:
    changed = replace(event, event_id=uuid4(), district=272, due_at=None, urgent=urgent, receivers=frozenset())
    shown = [replace(n, event_id=event.event_id) for n in plan(changed, people, NOON, ONLY_MAIL)]
    assert shown == plan(event, people, NOON, ONLY_MAIL)


def test_only_the_view_a_question_and_an_appointment_speak_to_a_referrer() -> None:
    to_referrers = {topic for topic, rules in ROUTES.items() if any(r.audience in REFERRING for r in rules)}
    assert {t for t in to_referrers if not t.startswith(VIEW)} == set(TO_CUSTODY)
    for topic in to_referrers:
        assert all(rule.audience in REFERRING for rule in ROUTES[topic])


@pytest.mark.parametrize("kind", TO_CUSTODY)
def test_the_health_staff_of_the_prison_are_told_of_what_is_the_teams_and_nobody_else(kind: str) -> None:
    event = replace(a_view("accepted"), type=kind, state=None, team=True)
    prison = event.organization
    sender = a_member("custody_health", account=event.account, organization=prison, has_mail=True)
    colleague = a_member("custody_health", organization=prison, has_mail=True)
    others = [a_member("officer", organization=prison), a_member("unit_supervisor", organization=prison)]
    gone = a_member("custody_health", organization=prison, active=False)
    people = [sender, colleague, gone, *others, a_member("custody_health")]
    planned = plan(event, people, NOON, ONLY_MAIL)
    assert {notice.account for notice in planned} == {sender.account, colleague.account}
    assert {notice.place for notice in planned} == {Place.SENT}
    assert [notice.account for notice in planned if notice.sends] == [sender.account]
    alone = plan(replace(event, team=False), people, NOON, ONLY_MAIL)
    assert {notice.account for notice in alone} == {sender.account}


@pytest.mark.parametrize("state", ["opened", "sent", "withdrawn"])
def test_opening_and_the_referrers_own_acts_are_never_announced(state: str) -> None:
    event = a_view(state)
    officer = a_member("officer", account=event.account, organization=event.organization)
    assert plan(event, [officer], NOON, ONLY_MAIL) == []


@pytest.mark.parametrize("state", ["accepted", "not_taken", "not_answered"])
def test_an_answer_of_the_service_is_announced_to_the_account_that_sent(state: str) -> None:
    event = a_view(state)
    officer = a_member("officer", account=event.account, organization=event.organization)
    colleague = a_member("officer", organization=event.organization)
    [notice] = plan(event, [officer, colleague], NOON, ONLY_MAIL)
    assert (notice.account, notice.kind, notice.place) == (officer.account, state, Place.SENT)
    assert (notice.due_at, notice.expires_at, notice.created_at) == (None, event.expires_at, event.time)
    assert notice.sends == {Channel.MAIL: NOON}


def test_a_referrer_who_is_not_known_yet_still_gets_the_notice_in_the_app() -> None:
    [notice] = plan(a_view(), [], NOON, ONLY_MAIL)
    assert (notice.side, dict(notice.sends)) == (Side.REFERRER, {})


def test_someone_with_two_memberships_gets_one_mail() -> None:
    event = a_notification_event("escalation.due", receivers=frozenset({POOL[0]}))
    manager = a_member("provider_manager", account=POOL[1], organization=POOL[0])
    coordinator = a_member("coordinator", account=POOL[1], organization=POOL[2])
    planned = plan(event, [manager, coordinator], NOON, ONLY_MAIL)
    assert [Channel.MAIL in notice.sends for notice in planned] == [True, False]


def test_the_urgent_word_of_a_person_is_for_the_states_data_officers_alone() -> None:
    event = a_notification_event("voice.urgent", referral_id=None, reference=None, district=None, region="IN-WB")
    of_state, of_other = a_member("data_officer"), a_member("data_officer", districts=frozenset({272}))
    others = [a_member(role, districts=frozenset({KOLKATA}), organization=POOL[0]) for role in ROLES[:-1]]
    [notice] = plan(event, [of_state, of_other, *others], NOON, ONLY_MAIL)
    assert (notice.account, notice.place, notice.district) == (of_state.account, Place.VOICES, None)
    assert (notice.referral_id, notice.reference) == (None, None)
    assert not is_unheard(event, [of_state])
    assert is_unheard(event, [of_other, *others]), "nobody to hear it is for the alarm"


def test_that_a_call_is_asked_for_is_told_to_the_team_and_stops_with_it() -> None:
    event = a_notification_event("voice.heard", receivers=frozenset({POOL[0]}))
    people = [a_member(role, organization=POOL[0]) for role in ROLES]
    [notice] = plan(event, people, NOON, ONLY_MAIL)
    assert (notice.recipient_role, notice.kind, notice.stoppable) == ("case_worker", "call_asked", True)


def test_closing_is_told_to_nobody() -> None:
    event = a_notification_event("closed", receivers=frozenset({POOL[0]}))
    assert plan(event, [a_member(organization=POOL[0])], NOON, ONLY_MAIL) == []


def test_an_unknown_event_is_told_to_nobody() -> None:
    assert plan(a_notification_event("painted"), [a_member("coordinator")], NOON, ONLY_MAIL) == []


@given(st.timedeltas(timedelta(0), timedelta(days=365)))
def test_the_morning_is_nine_in_india_and_less_than_a_day_away(later: timedelta) -> None:
    now = NOON + later
    at = send_at(When.MORNING, now)
    assert now <= at < now + timedelta(days=1)
    assert (at + timedelta(hours=5, minutes=30)).strftime("%H:%M:%S") == "09:00:00"
    assert send_at(When.AT_ONCE, now) == now


def test_after_a_reset_nothing_is_said_of_referrals_sent_before_it() -> None:
    [notice] = plan(a_view(), [], NOON, ONLY_MAIL)
    submitted = notice.expires_at - SEEN_FOR
    assert is_visible_after_reset(notice, None)
    assert is_visible_after_reset(notice, submitted)
    assert not is_visible_after_reset(notice, submitted + timedelta(seconds=1))
    [own] = plan(a_notification_event("x", type="directory.account.reset.v1", account=POOL[0]), [], NOON, ONLY_MAIL)
    assert is_visible_after_reset(own, NOON + TERM)


@given(events_to_tell, crowds)
def test_a_referrers_message_is_worth_sending_as_long_as_its_notice_stands(
    event: NotificationEvent, people: list[Member]
) -> None:
    for notice in plan(event, people, NOON, ONLY_MAIL):
        assert NOON < notice.worth_until <= notice.expires_at
        if event.type in TO_REFERRERS:
            assert notice.worth_until == notice.expires_at


def test_a_message_that_waits_for_the_morning_is_worth_sending_longer() -> None:
    worker = a_member()
    [new] = plan(a_notification_event(receivers=frozenset({worker.organization})), [worker], NOON, ONLY_MAIL)
    [review] = plan(
        a_notification_event("review.due", receivers=frozenset({worker.organization})), [worker], NOON, ONLY_MAIL
    )
    assert (new.worth_until - NOON, review.worth_until - NOON) == (timedelta(days=3), timedelta(days=7))


def test_the_command_prints_every_line_of_the_table() -> None:
    printed = CliRunner().invoke(cli_routes.routes).output.splitlines()
    assert len(printed) == 1 + sum(max(len(rules), 1) for rules in ROUTES.values())
    for topic, rules in ROUTES.items():
        for rule in rules:
            assert any(line.startswith(topic) and rule.kind in line and rule.audience in line for line in printed)
    [urgent] = [line for line in printed if line.startswith("referral.voice.urgent.v1")]
    assert urgent.split()[-3:] == ["30", "days", "referral/voices"]
