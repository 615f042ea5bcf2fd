"""What both sides are told, by event: each step once, to the parties alone, and no text or name in it."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy import text, update

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from service_kit.envelope import Event
from setu.india import INDIA
from support.partnership import (
    ALO,
    BODY,
    FAR_PROVIDER,
    NODI,
    OTHER_STATION,
    PRISON,
    STATION,
    Partnership,
    in_force,
    member_id,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
KINDS = (
    "directory.meeting.planned.v1",
    "directory.action.due.v1",
    "directory.agreement.lapsing.v1",
    "directory.handover.named.v1",
)
FORBIDDEN = ("Order", "cards", "officer", "Conference", "Park Street", "Nodi", "98300")
TABLE = {str(each.id) for each in (STATION, OTHER_STATION, PRISON, NODI, ALO)}


def told(partnership: Partnership, days: float = 0) -> list[Event]:
    """The notices' events that come up when the clock looks, `days` later."""
    partnership.clock.advance(timedelta(days=days))
    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())
        remind_of_partnership(session, partnership.clock.now())
    events = [event for event in partnership.directory.events() if event.type in KINDS]
    partnership.directory.forget_events()
    for event in events:
        schema = json.loads((CONTRACTS / f"{event.type}.json").read_text())
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(event.data)
        assert [word for word in FORBIDDEN if word in event.to_bytes().decode()] == []
    return events


def kinds(events: list[Event]) -> list[tuple[str, Any]]:
    return [(event.type.split(".")[1], event.data.get("state")) for event in events]


def test_a_meeting_is_told_when_it_is_planned_a_week_ahead_the_day_before_and_off(partnership: Partnership) -> None:
    partnership.propose()
    (meeting,) = partnership.meetings()
    form = {"day": "2026-12-22", "at": "11:00", "place": "Conference room", "seen": "1"}
    partnership.browser("coordinator").post(f"/meetings/{meeting.id}/plan", data=form)
    (planned,) = told(partnership)
    assert (planned.subject, set(planned.data["receivers"]), planned.data["district"]) == (str(meeting.id), TABLE, 315)
    assert str(planned.data["due_at"]).startswith("2026-12-22T")
    assert [len(told(partnership, days)) for days in (20, 1, 1, 4, 1)] == [0, 1, 0, 0, 1]

    partnership.browser("coordinator").post(f"/meetings/{meeting.id}/cancel", data={"seen": "2"})
    (off,) = told(partnership)
    assert "due_at" not in off.data


def test_focal_points_of_any_role_are_named_beside_each_notice_of_a_meeting(partnership: Partnership) -> None:
    here, with_a_guest = in_force(partnership), in_force(partnership, OTHER_STATION, FAR_PROVIDER)
    in_force(partnership, PRISON, ALO)  # nobody is named there
    officer = named(partnership, here, STATION, "unit_supervisor", "officer")
    worker = named(partnership, with_a_guest, FAR_PROVIDER, "provider_manager", "case_worker")
    gone = named(partnership, here, NODI, "provider_manager", "case_worker")
    with partnership.worker() as session:
        ended = update(FocalPoint).where(FocalPoint.membership_id == UUID(gone))
        session.execute(ended.values(ended_at=partnership.clock.now()))
    partnership.propose()
    (meeting,) = partnership.meetings()
    partnership.directory.forget_events()
    form = {"day": "2026-12-22", "at": "11:00", "place": "Conference room", "seen": "1"}

    partnership.browser("coordinator").post(f"/meetings/{meeting.id}/plan", data=form)

    (planned,) = told(partnership)
    assert set(planned.data["focal_points"]) == {officer, worker}, "also the guest's, whom no coordinator here can see"
    assert {str(FAR_PROVIDER.id), *TABLE} == set(planned.data["receivers"])
    (week,), (day,) = told(partnership, 21), told(partnership, 6)
    assert week.data["focal_points"] == day.data["focal_points"] == planned.data["focal_points"]

    with partnership.worker() as session:
        session.get_one(OrganizationRow, FAR_PROVIDER.id).status = "suspended"
    partnership.browser("coordinator").post(f"/meetings/{meeting.id}/cancel", data={"seen": "2"})
    (off,) = told(partnership)
    assert off.data["focal_points"] == planned.data["focal_points"], "who was told of it hears that it is off"


def named(partnership: Partnership, agreement: UUID, at: Organization, by: str, role: str) -> str:
    """The membership of somebody in this role, whom the supervisor or manager there names as focal point."""
    browser = partnership.member(by, at)
    partnership.member(role, at)
    member = str(member_id(partnership, at, role))
    form = {"post": "station officer", "duty_phone": "9830012345", "member": member}
    assert browser.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 303
    return member


def test_an_action_is_told_to_its_owner_and_then_to_the_coordinator(partnership: Partnership) -> None:
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    for owner in (STATION, BODY):
        action = {
            "action_text": "Order 40 cards",
            "owner": str(owner.id),
            "post": "station officer",
            "due": "2027-01-10",
        }
        coordinator.post(f"/meetings/{meeting}/actions", data=action)
    partnership.directory.forget_events()
    (mine, theirs) = sorted(told(partnership, 16), key=lambda event: str(event.data.get("state")))
    assert (mine.data["receivers"], mine.data.get("state")) == ([str(STATION.id)], None)
    assert (theirs.data["receivers"], theirs.data["state"]) == ([str(BODY.id)], "coordinator")
    assert str(mine.data["due_at"]) == "2027-01-10T23:59:00+05:30"
    steps = [
        kinds([each for each in told(partnership, 3) if each.data["receivers"] == [str(STATION.id)]]) for _ in range(4)
    ]
    assert steps == [[("action", None)], [("action", None)], [("action", "coordinator")], []]


def test_a_lapse_is_told_to_both_sides_sixty_thirty_and_seven_days_ahead(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    with partnership.worker() as session:
        last = partnership.clock.now().date() + timedelta(days=61)
        session.execute(update(Agreement).values(to_day=last, review_on=last))
    partnership.directory.forget_events()
    assert told(partnership) == []
    (first,) = told(partnership, 1)
    assert (first.subject, set(first.data["receivers"])) == (str(agreement), {str(STATION.id), str(NODI.id)})
    assert [len(told(partnership, days)) for days in (29, 1, 22, 1, 8)] == [0, 1, 0, 1, 0]


def test_a_handover_is_told_at_once_and_to_the_coordinator_after_seven_days(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    supervisor = partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    supervisor.post(f"/partnerships/{agreement}/focal-points", data=form)
    partnership.member("officer", STATION)  # or nobody could follow, and the page would offer no handover
    page = supervisor.get(f"/partnerships/{agreement}").text
    point = page.partition("/hand-over")[0].rpartition("/focal-points/")[2]
    successor = {"member": str(member_id(partnership, STATION, "officer")), "duty_phone": "9830099999"}
    partnership.directory.forget_events()
    assert (
        supervisor.post(f"/partnerships/{agreement}/focal-points/{point}/hand-over", data=successor).status_code == 303
    )

    (named,) = told(partnership)
    account = str(partnership.members[STATION.id, "officer"].account)
    assert (named.data["account_id"], set(named.data["receivers"])) == (account, {str(STATION.id), str(NODI.id)})
    assert [kinds(told(partnership, days)) for days in (7, 1, 5)] == [[], [("handover", "coordinator")], []]


MANY = (  # the one row of a table 600 times more, under other ids
    "INSERT INTO {0} SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()))).*"
    " FROM {0} t, generate_series(1, 600)"
)


def test_one_look_tells_six_hundred_so_that_none_keeps_another_out(partnership: Partnership) -> None:
    in_force(partnership)
    meeting, now, coordinator = partnership.a_meeting(), partnership.clock.now(), partnership.browser("coordinator")
    due = (partnership.clock.now() + timedelta(days=2)).date()
    action = {"action_text": "Order 40 cards", "owner": str(STATION.id), "post": "manager", "due": due.isoformat()}
    assert coordinator.post(f"/meetings/{meeting}/actions", data=action).status_code == 303
    near = (now + timedelta(days=50)).date()
    with partnership.worker() as session:
        session.execute(update(Agreement).values(to_day=near, review_on=near))
        for table in ("agreement", "meeting_action"):
            session.execute(text(MANY.format(table)))
    partnership.directory.forget_events()

    with partnership.worker() as session:
        remind_of_partnership(session, now)

    counted = Counter(event.type for event in partnership.directory.events())
    assert (counted["directory.action.due.v1"], counted["directory.agreement.lapsing.v1"]) == (601, 601)


def test_a_meeting_confirmed_without_a_change_is_told_to_nobody_again(partnership: Partnership) -> None:
    meeting = partnership.a_meeting(begun=False)
    (row,) = partnership.meetings()
    local = row.starts_at.astimezone(INDIA)
    form = {"day": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}", "place": row.place, "seen": str(row.version)}
    partnership.directory.forget_events()

    page = partnership.browser("coordinator").post(f"/meetings/{meeting}/plan", data=form, follow_redirects=True)

    assert "Nothing was changed, so nobody was told again." in page.text
    assert partnership.directory.events() == []
    (same,) = partnership.meetings()
    assert (same.version, same.sequence) == (row.version, row.sequence)
