"""Who was told of a meeting's date hears that it is off, also who has left the table since; then that is forgotten."""

from datetime import timedelta
from uuid import UUID

import pytest

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.partnership.store.tables_agreements import FocalPoint
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from service_kit.envelope import Event
from support.partnership import FAR_PROVIDER, NODI, STATION, Partnership, in_force, member_id

MEETING = "directory.meeting.planned.v1"
FORM = {"day": "2026-12-22", "at": "11:00", "place": "Conference room"}


def planned(partnership: Partnership, *, with_guest: bool = True) -> UUID:
    """A meeting whose date its table was told, with a guest among them."""
    partnership.propose()
    (meeting,) = partnership.meetings()
    plan = partnership.browser("coordinator").post(f"/meetings/{meeting.id}/plan", data={**FORM, "seen": "1"})
    assert plan.status_code == 303
    told = receivers(partnership)
    assert [str(FAR_PROVIDER.id) in each for each, _ in told] == [with_guest]
    return meeting.id


def told_events(partnership: Partnership) -> list[Event]:
    """What was told of meetings since the last look."""
    events = [event for event in partnership.directory.events() if event.type == MEETING]
    partnership.directory.forget_events()
    return events


def receivers(partnership: Partnership) -> list[tuple[set[str], bool]]:
    """Of each event whom it told, and whether it told a date."""
    return [(set(each.data["receivers"]), "due_at" in each.data) for each in told_events(partnership)]


def end(partnership: Partnership, agreement: UUID) -> None:
    """Its coordinator ends the agreement."""
    ended = partnership.browser("coordinator").post(f"/partnerships/{agreement}/end", data={"seen": "1"})
    assert ended.status_code == 303


def an_officer_as_focal_point(partnership: Partnership, agreement: UUID) -> str:
    """The membership of an officer of the station, whom its supervisor names."""
    supervisor = partnership.member("unit_supervisor", STATION)
    partnership.member("officer", STATION)
    officer = str(member_id(partnership, STATION, "officer"))
    form = {"post": "station officer", "duty_phone": "9830012345", "member": officer}
    assert supervisor.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 303
    return officer


def noted(partnership: Partnership) -> list[bool]:
    """Whether organisations and focal points are noted of the meeting, after a look of the clock."""
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
    meeting = partnership.meetings()[0]
    return [bool(meeting.told), bool(meeting.told_points)]


def test_a_guest_whose_agreement_ended_since_is_told_that_the_meeting_is_off(partnership: Partnership) -> None:
    agreement = in_force(partnership, STATION, FAR_PROVIDER)
    meeting = planned(partnership)
    end(partnership, agreement)

    partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    [(told, has_date)] = receivers(partnership)
    assert ({str(FAR_PROVIDER.id), str(STATION.id)} <= told, has_date) == (True, False)


def test_a_meeting_that_is_moved_is_off_for_a_guest_who_left_and_that_is_told_once(partnership: Partnership) -> None:
    agreement = in_force(partnership, STATION, FAR_PROVIDER)
    meeting, coordinator = planned(partnership), partnership.browser("coordinator")
    end(partnership, agreement)

    coordinator.post(f"/meetings/{meeting}/plan", data={**FORM, "day": "2026-12-23", "seen": "2"})

    off, date = (each.data for each in told_events(partnership))
    assert (off["receivers"], off.get("state"), "due_at" in off) == ([str(FAR_PROVIDER.id)], "left", False)
    assert [str(each.id) in date["receivers"] for each in (STATION, FAR_PROVIDER)] == [True, False]
    assert (date.get("state"), "due_at" in date) == (None, True)
    coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "3"})
    assert [str(FAR_PROVIDER.id) in told for told, _ in receivers(partnership)] == [False]


def test_who_is_a_focal_point_no_more_hears_that_the_date_is_off_once_and_no_other_date(
    partnership: Partnership,
) -> None:
    officer = an_officer_as_focal_point(partnership, in_force(partnership))
    meeting, coordinator = planned(partnership, with_guest=False), partnership.browser("coordinator")
    with partnership.worker() as session:
        session.query(FocalPoint).update({"ended_at": partnership.clock.now()})

    moved = [{**FORM, "day": day, "seen": seen} for day, seen in (("2026-12-23", "2"), ("2026-12-24", "3"))]
    assert [coordinator.post(f"/meetings/{meeting}/plan", data=each).status_code for each in moved] == [303, 303]
    coordinator.post(f"/meetings/{meeting}/cancel", data={"seen": "4"})

    told = [
        ("due_at" in each.data, each.data.get("focal_points"), each.data.get("state"))
        for each in told_events(partnership)
    ]
    assert told == [(False, [officer], "former"), (True, None, None), (True, None, None), (False, None, None)]


@pytest.mark.parametrize("party", [NODI, FAR_PROVIDER], ids=["of the district", "guest"])
def test_a_party_that_was_suspended_since_is_told_that_the_meeting_is_off(
    partnership: Partnership, party: Organization
) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    meeting = planned(partnership)
    with partnership.worker() as session:
        session.get_one(OrganizationRow, party.id).status = "suspended"

    partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    assert [str(party.id) in told for told, _ in receivers(partnership)] == [True]


def test_a_guest_who_heard_of_it_by_a_reminder_is_told_too_and_so_is_its_focal_point(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    meeting = planned(partnership)
    officer = an_officer_as_focal_point(partnership, in_force(partnership, STATION, NODI))
    partnership.clock.set(partnership.meetings()[0].starts_at.replace(hour=1, day=15))
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
    assert [each.data.get("focal_points") for each in told_events(partnership)] == [[officer]]
    with partnership.worker() as session:
        session.query(FocalPoint).update({"ended_at": partnership.clock.now()})

    partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})

    assert [each.data.get("focal_points") for each in told_events(partnership)] == [[officer]]


@pytest.mark.parametrize("end", ["cancelled", "over"])
def test_whom_a_meeting_was_told_to_is_noted_while_it_is_ahead_and_no_longer(
    partnership: Partnership, end: str
) -> None:
    an_officer_as_focal_point(partnership, in_force(partnership, STATION, NODI))
    meeting = planned(partnership, with_guest=False)
    partnership.clock.set(partnership.meetings()[0].starts_at - timedelta(minutes=1))
    assert noted(partnership) == [True, True]

    if end == "cancelled":
        partnership.browser("coordinator").post(f"/meetings/{meeting}/cancel", data={"seen": "2"})
    else:
        partnership.clock.advance(timedelta(minutes=1))

    assert noted(partnership) == [False, False]
