"""Focal points hear of a meeting by their membership, whatever their role; whoever hears anyway is told once."""

from dataclasses import replace
from uuid import UUID

import pytest

from notification_service.domain.choices import kinds_by_channel
from notification_service.domain.notices import Channel, Member, NotificationEvent, Place
from notification_service.domain.routing import is_unheard, plan
from support.notification import NGO, NOON, ONLY_MAIL, OTHER_NGO, UNIT, a_member, a_notification_event

SUPERVISOR, MANAGER = a_member("unit_supervisor", organization=UNIT), a_member("provider_manager", organization=NGO)
SIDES = [SUPERVISOR, MANAGER]


def a_meeting(*focal_points: Member) -> NotificationEvent:
    return a_notification_event(
        type="directory.meeting.planned.v1",
        referral_id=None,
        reference=None,
        receivers=frozenset({UNIT, NGO}),
        focal_points=frozenset(one.membership for one in focal_points),
    )


def told(event: NotificationEvent, *people: Member) -> list[UUID]:
    return sorted(notice.account for notice in plan(event, people, NOON, ONLY_MAIL))


@pytest.mark.parametrize(
    ("role", "organization"), [("officer", UNIT), ("custody_health", UNIT), ("case_worker", NGO)], ids=str
)
def test_a_focal_point_of_any_role_is_told_of_a_meeting_and_by_when(role: str, organization: UUID) -> None:
    point, colleague = (a_member(role, organization=organization) for _ in range(2))
    event = a_meeting(point)

    [notice] = [one for one in plan(event, [*SIDES, point, colleague], NOON, ONLY_MAIL) if one.account == point.account]

    assert (notice.kind, notice.place, notice.due_at) == ("meeting", Place.MEETINGS, event.due_at)
    assert notice.sends == {Channel.MAIL: NOON}
    assert told(event, *SIDES, point, colleague) == sorted(one.account for one in (*SIDES, point))


def test_a_supervisor_or_manager_who_is_a_focal_point_is_told_once() -> None:
    assert told(a_meeting(SUPERVISOR, MANAGER), *SIDES) == sorted(one.account for one in SIDES)


def test_a_supervisor_who_is_a_focal_point_by_another_role_of_the_unit_is_told_once() -> None:
    as_officer = a_member("officer", account=SUPERVISOR.account, organization=UNIT)
    assert told(a_meeting(as_officer), *SIDES, as_officer) == sorted(one.account for one in SIDES)


def test_who_left_and_who_works_for_no_party_is_told_of_nothing() -> None:
    left, stranger = a_member("officer", organization=UNIT), a_member("officer", organization=OTHER_NGO)
    left = replace(left, active=False)
    assert told(a_meeting(left, stranger), *SIDES, left, stranger) == sorted(one.account for one in SIDES)


def test_of_a_date_that_is_off_for_former_focal_points_they_alone_are_told() -> None:
    former = a_member("officer", organization=UNIT)
    off = replace(a_meeting(former), state="former", due_at=None)
    assert told(off, *SIDES, former, a_member("coordinator", organization=OTHER_NGO)) == [former.account]
    assert not is_unheard(off, [])


def test_of_a_date_that_is_off_for_who_left_the_table_their_own_people_alone_are_told() -> None:
    coordinator, point = a_member("coordinator", organization=OTHER_NGO), a_member("officer", organization=UNIT)
    off = replace(a_meeting(point), receivers=frozenset({UNIT}), state="left", due_at=None)
    nobody_home = [replace(SUPERVISOR, at_home=False), MANAGER, coordinator]

    assert told(off, *SIDES, point, coordinator) == sorted(one.account for one in (SUPERVISOR, point))
    assert told(off, *nobody_home) == [SUPERVISOR.account], "whoever moved the meeting stands in for nobody"
    assert not is_unheard(off, nobody_home)
    assert told(replace(off, state=None), *nobody_home) == sorted(one.account for one in (SUPERVISOR, coordinator))


def test_an_event_that_names_no_focal_point_tells_both_sides_and_alarms_nobody() -> None:
    officer = a_member("officer", organization=UNIT)
    assert told(a_meeting(), *SIDES, officer) == sorted(one.account for one in SIDES)
    assert not is_unheard(a_meeting(), SIDES)


def test_who_may_be_a_focal_point_chooses_whether_meetings_are_sent() -> None:
    offered = {role: "meeting" in kinds_by_channel(role)[Channel.MAIL] for role in ("officer", "case_worker")}
    assert offered == {"officer": True, "case_worker": True}
    assert "meeting" not in kinds_by_channel("data_officer")[Channel.MAIL]
