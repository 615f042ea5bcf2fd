"""Choices of people as properties: what they touch, what passes them, and that nobody's absence silences a team."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_service.domain.absences import MAY_BE_AWAY, Absence
from notification_service.domain.choices import URGENT_KINDS, Choices, always_sent, is_urgent, kinds_by_channel
from notification_service.domain.honour_choices import honour
from notification_service.domain.notices import Channel, Place, PlannedNotice, Side
from notification_service.domain.routing import plan
from notification_service.domain.routing_table import KINDS
from setu.india import day_in_india
from support.notification import NOON, ONLY_MAIL, a_member, a_notification_event, a_view

PEOPLE = [UUID(int=n) for n in range(1, 5)]
TEAM = UUID(int=99)
TODAY = day_in_india(NOON)
ROLES = ("case_worker", "provider_manager", "officer", "custody_health", "unit_supervisor")


@st.composite
def planned_notices(draw: st.DrawFn) -> PlannedNotice:
    role = draw(st.sampled_from(ROLES))
    account = draw(st.sampled_from(PEOPLE))
    return PlannedNotice(
        id=uuid4(),
        event_id=UUID(int=7),
        account=account,
        organization=TEAM,
        recipient_role=role,
        side=Side.TEAM if role in MAY_BE_AWAY else Side.REFERRER,
        kind=draw(st.sampled_from(KINDS)),
        place=Place.INBOX,
        referral_id=None,
        reference=None,
        district=None,
        urgent=draw(st.booleans()) if role in MAY_BE_AWAY else False,
        due_at=None,
        language="en",
        created_at=NOON,
        expires_at=NOON + timedelta(days=90),
        stoppable=False,
        worth_until=NOON + timedelta(days=3),
        sends=draw(st.sampled_from([{}, {Channel.MAIL: NOON}])),
    )


batches = st.lists(planned_notices(), max_size=6, unique_by=lambda notice: notice.account)
choices = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.builds(
        Choices,
        off=st.frozensets(st.tuples(st.sampled_from(KINDS), st.just(Channel.MAIL))),
        language=st.sampled_from([None, "hi", "bn"]),
    ),
)
absences = st.lists(
    st.builds(
        Absence,
        account=st.sampled_from(PEOPLE),
        organization=st.just(TEAM),
        role=st.sampled_from(ROLES),
        first=st.just(TODAY),
        last=st.just(TODAY + timedelta(days=3)),
        stand_in=st.none() | st.sampled_from(PEOPLE),
    ),
    unique_by=lambda absence: absence.account,
)


@given(batches, choices, absences)
def test_choices_touch_what_leaves_and_its_language_and_nothing_of_the_list(
    planned: list[PlannedNotice], chosen: Mapping[UUID, Choices], away: list[Absence]
) -> None:
    after = honour(planned, chosen, away)
    assert [replace(n, sends={}, language="en") for n in after] == [
        replace(n, sends={}, language="en") for n in planned
    ]
    for before, then in zip(planned, after, strict=True):
        assert then.sends.items() <= before.sends.items(), "nobody is sent what the table does not send to that person"


@given(batches, choices, absences)
def test_urgent_messages_pass_every_choice(
    planned: list[PlannedNotice], chosen: Mapping[UUID, Choices], away: list[Absence]
) -> None:
    for before, then in zip(planned, honour(planned, chosen, away), strict=True):
        if is_urgent(before.kind, before.urgent):
            assert then.sends == before.sends


@given(batches, choices, absences)
def test_a_referrers_message_hangs_on_the_own_choices_alone(
    planned: list[PlannedNotice], chosen: Mapping[UUID, Choices], away: list[Absence]
) -> None:
    for before, then in zip(planned, honour(planned, chosen, away), strict=True):
        if before.side is Side.REFERRER:
            assert [then] == honour([before], {before.account: chosen.get(before.account, Choices())}, [])


@given(batches, absences)
def test_an_absence_alone_never_silences_a_team(planned: list[PlannedNotice], away: list[Absence]) -> None:
    def teams(notices: list[PlannedNotice]) -> set[str]:
        return {notice.recipient_role for notice in notices if notice.sends}

    assert teams(honour(planned, {}, away)) == teams(planned)


def a_team(kind: str = "submitted") -> tuple[PlannedNotice, PlannedNotice]:
    event = a_notification_event(kind, receivers=frozenset({TEAM}))
    people = [a_member(account=account, organization=TEAM) for account in PEOPLE[:2]]
    one, other = sorted(plan(event, people, NOON, ONLY_MAIL), key=lambda notice: notice.account)
    return one, other


def an_absence(**more: object) -> Absence:
    return replace(Absence(PEOPLE[0], TEAM, "case_worker", TODAY, TODAY), **more)  # type: ignore[arg-type]  # given by keyword, one type each


NEW_OFF = Choices(off=frozenset({("new", Channel.MAIL)}))


def test_whoever_is_away_is_sent_nothing_while_a_colleague_is() -> None:
    absent, colleague = honour(a_team(), {}, [an_absence()])
    assert (absent.sends, bool(colleague.sends)) == ({}, True)


def test_a_stand_in_is_sent_what_was_switched_off_and_nobody_else_is() -> None:
    away = an_absence(stand_in=PEOPLE[1])
    absent, stand_in = honour(a_team(), {PEOPLE[1]: NEW_OFF}, [away])
    assert (absent.sends, bool(stand_in.sends)) == ({}, True)
    absent, colleague = honour(a_team(), {PEOPLE[1]: NEW_OFF}, [replace(away, stand_in=None)])
    assert (bool(absent.sends), colleague.sends) == (True, {}), "or nobody would hear of it"


def test_a_stand_in_who_is_away_too_stands_in_for_nobody() -> None:
    both = [an_absence(stand_in=PEOPLE[1]), an_absence(account=PEOPLE[1])]
    assert all(notice.sends for notice in honour(a_team(), {}, both))


@pytest.mark.parametrize(("days", "is_sent"), [((-3, -1), True), ((-3, 0), False), ((0, 0), False), ((1, 3), True)])
def test_an_absence_counts_on_its_own_days_both_included(days: tuple[int, int], is_sent: bool) -> None:
    first, last = (TODAY + timedelta(days=day) for day in days)
    absent, _colleague = honour(a_team(), {}, [an_absence(first=first, last=last)])
    assert bool(absent.sends) is is_sent


def test_a_referrer_has_no_absence_whatever_a_row_says() -> None:
    planned = plan(
        view := a_view(), [a_member("officer", account=view.account, organization=view.organization)], NOON, ONLY_MAIL
    )
    away = Absence(planned[0].account, planned[0].organization or TEAM, "officer", TODAY, TODAY, PEOPLE[1])
    assert honour(planned, {}, [away]) == planned
    assert {"officer", "custody_health", "unit_supervisor"}.isdisjoint(MAY_BE_AWAY)


def test_every_kind_that_a_role_is_sent_can_be_switched_off_or_is_urgent() -> None:
    for role in ROLES:
        for kinds in kinds_by_channel(role).values():
            assert URGENT_KINDS.isdisjoint(kinds)
        assert set(always_sent(role)) <= URGENT_KINDS
    assert "question" in kinds_by_channel("custody_health")[Channel.MAIL]
    assert "question" not in kinds_by_channel("officer")[Channel.MAIL], "police are never asked back"
    assert always_sent("officer") == ["sign_in_reset"]
