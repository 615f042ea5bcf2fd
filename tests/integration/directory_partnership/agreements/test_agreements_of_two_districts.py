"""An agreement whose sides lie in two districts: it goes along with its unit, and both sides read it."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.store.agreements_in_force import parties_in_force
from directory_service.partnership.store.tables import Attendance, Meeting
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.listings import KOLKATA, a_service, an_id
from support.partnership import (
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    FAR_STATION,
    NODI,
    STATION,
    Partnership,
    an_organization,
    in_force,
    member_id,
)

NEXT_DOOR = 314


def focal_points(partnership: Partnership) -> list[FocalPoint]:
    with partnership.worker() as session:
        return list(session.query(FocalPoint).filter_by(ended_at=None))


def test_a_district_without_a_provider_of_its_own_agrees_with_one_that_serves_it_and_meets_then(
    partnership: Partnership,
) -> None:
    with partnership.worker() as session:
        session.get_one(Organization, FAR_PROVIDER.id).status = "closed"
    coordinator = partnership.browser("coordinator", FAR_BODY)
    assert NODI.name not in coordinator.get("/partnerships").text
    partnership.directory.save(a_service(NODI, districts=(KOLKATA, ELSEWHERE)), indexed=False)
    partnership.propose()
    assert partnership.meetings(ELSEWHERE) == []

    assert f'<option value="{NODI.id}">Nodi, Kolkata</option>' in coordinator.get("/partnerships").text
    in_force(partnership, FAR_STATION, NODI, by=FAR_BODY)
    partnership.propose()

    assert [each.state for each in partnership.meetings(ELSEWHERE)] == ["proposed"]


def test_two_providers_of_one_name_are_told_apart_by_their_districts(partnership: Partnership) -> None:
    namesake = an_organization("Nodi", "provider", ELSEWHERE)
    namesake = replace(namesake, id=an_id("Nodi of Aizawl"))
    partnership.directory.save(namesake, a_service(namesake, districts=(KOLKATA,)), indexed=False)

    page = partnership.browser("coordinator").get("/partnerships").text

    found = dict(re.findall(r'<option value="([^"]+)"[^>]*>(Nodi[^<]*)</option>', page))
    assert found == {str(NODI.id): "Nodi, Kolkata", str(namesake.id): "Nodi, Aizawl"}


def tend(partnership: Partnership) -> None:
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())


def moved(partnership: Partnership) -> FlaskClient:
    """The station lies elsewhere now; its supervisor, signed in again."""
    with partnership.worker() as session:
        session.get_one(Organization, STATION.id).district_code = ELSEWHERE
    who = partnership.members[STATION.id, "unit_supervisor"]
    return partnership._browser(replace(who, districts=(ELSEWHERE,)))


def a_point(partnership: Partnership, agreement: UUID, supervisor: FlaskClient) -> dict[str, str]:
    """A focal point of the station's that its supervisor took over; the form of the next successor."""
    form = {"post": "station officer", "duty_phone": "98300 12345"}
    partnership.member("officer", STATION)
    named = form | {"member": str(member_id(partnership, STATION, "officer"))}
    supervisor.post(f"/partnerships/{agreement}/focal-points", data=named)
    next_one = {"duty_phone": "98300 12345", "member": str(member_id(partnership, STATION))}
    (point,) = focal_points(partnership)
    assert (
        supervisor.post(f"/partnerships/{agreement}/focal-points/{point.id}/hand-over", data=next_one).status_code
        == 303
    )
    handover = supervisor.get("/handovers").text.split("/handovers/")[1].split("/")[0]
    assert supervisor.post(f"/handovers/{handover}/take").status_code == 303
    return {"duty_phone": "98300 12345", "member": str(member_id(partnership, STATION, "officer"))}


def test_agreements_go_along_with_a_unit_that_is_moved(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    successor = a_point(partnership, agreement, supervisor)
    supervisor = moved(partnership)
    (point,) = focal_points(partnership)
    address = f"/partnerships/{agreement}/focal-points/{point.id}/hand-over"
    assert supervisor.post(address, data=successor).status_code == 303, "before the clock came by"

    tend(partnership)

    assert supervisor.post(address, data=successor).status_code == 409, "one is named"
    assert f"/partnerships/{agreement}" in supervisor.get("/partnerships").text
    assert partnership.browser("coordinator", FAR_BODY).get(f"/partnerships/{agreement}").status_code == 200
    assert partnership.browser("coordinator").get(f"/partnerships/{agreement}").status_code == 404
    assert {each.district_code for each in focal_points(partnership)} == {ELSEWHERE}
    tend(partnership)
    assert (
        partnership.program("coordinator", FAR_BODY).get(f"/api/partnership/agreements/{agreement}").headers["ETag"]
        == '"2"'
    )


def planned(partnership: Partnership, district: int, days: int) -> UUID:
    """A meeting of the district, so many days from now."""
    at, made = partnership.clock.now() + timedelta(days=days), partnership.ids.uuid()
    about = {"month": at.date().replace(day=1), "starts_at": at, "proposed_at": partnership.clock.now()}
    with partnership.worker() as session:
        session.add(Meeting(id=made, district_code=district, state="planned", place="Hall", sequence=1, **about))
    return made


def test_a_guest_keeps_the_meetings_of_before_the_unit_was_moved_and_gets_none_that_the_new_district_had_then(
    partnership: Partnership,
) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    with partnership.worker() as session:
        session.add(District(code=NEXT_DOOR, state_code=19, name="Howrah", names={}))
    before, after = [[planned(partnership, code, days) for code in (KOLKATA, NEXT_DOOR)] for days in (1, 40)]
    partnership.clock.advance(timedelta(days=9))
    with partnership.worker() as session:
        session.get_one(Organization, STATION.id).district_code = NEXT_DOOR

    tend(partnership)

    guest, scope = (
        partnership.browser("provider_manager", FAR_PROVIDER),
        partnership.somebody("provider_manager", FAR_PROVIDER).scope,
    )
    assert [guest.get(f"/meetings/{each}").status_code for each in (*before, *after)] == [200, 404, 404, 200]
    assert [f"/meetings/{each}" in guest.get("/meetings").text for each in (*before, *after)] == [
        True,
        False,
        False,
        True,
    ]
    with partnership.directory.web.transaction(scope) as session:
        assert set(session.scalars(select(Meeting.id))) == {before[0], after[1]}
    with partnership.worker() as session:
        assert STATION.id in parties_in_force(session, KOLKATA, partnership.clock.now().date() - timedelta(8))[0]
        assert STATION.id not in parties_in_force(session, KOLKATA, partnership.clock.now().date())[0]


def test_a_provider_of_another_district_reads_its_own_agreement_and_no_other(partnership: Partnership) -> None:
    form = {"unit": str(STATION.id), "provider": str(FAR_PROVIDER.id)}
    days = {"from_day": "2026-11-01", "to_day": "2027-11-01", "review_on": "2027-10-01"}
    made = (
        partnership.browser("coordinator").post("/partnerships", data=form | days).headers["Location"].partition("?")[0]
    )
    other = in_force(partnership)
    paper = {"document": (BytesIO(b"%PDF-1.7\nsigned by both\n%%EOF\n"), "signed.pdf")}
    partnership.browser("coordinator").post(f"{made}/document", data=paper)
    manager = partnership.member("provider_manager", FAR_PROVIDER)
    member = {"member": str(member_id(partnership, FAR_PROVIDER)), "post": "manager", "duty_phone": "98300 12345"}

    assert manager.post(f"{made}/focal-points", data=member).status_code == 303
    assert "+919830012345" in manager.get(made).text
    assert manager.get(f"{made}/document").data.startswith(b"%PDF")
    listed = manager.get("/partnerships").text
    assert ("Your agreements in other districts" in listed, made in listed, str(other) in listed) == (True, True, False)
    (item,) = (
        partnership.program("provider_manager", FAR_PROVIDER).get("/api/partnership/agreements").get_json()["items"]
    )
    assert (item["district"], len(item["focal_points"])) == (KOLKATA, 1)
    for role, place in (
        ("provider_manager", FAR_PROVIDER),
        ("unit_supervisor", FAR_STATION),
        ("coordinator", FAR_BODY),
    ):
        assert partnership.browser(role, place).get(f"/partnerships/{other}").status_code == 404
    assert partnership.browser("coordinator", FAR_BODY).get(made).status_code == 404
    assert partnership.browser("case_worker", FAR_PROVIDER).get(made).status_code == 403


def test_a_party_of_another_district_is_at_the_table_and_its_number_is_entered(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    page = coordinator.get(f"/meetings/{meeting}").text
    assert page.count(f'name="n.{FAR_PROVIDER.id}"') == 1

    came = {f"n.{STATION.id}": "1", f"n.{FAR_PROVIDER.id}": "2"}
    assert coordinator.post(f"/meetings/{meeting}/attendance", data=came).status_code == 303
    assert "Providers: 1 of 1, 1 needed." in coordinator.get(f"/meetings/{meeting}").text
    coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})

    assert partnership.meetings()[0].state == "held"
    assert FAR_PROVIDER.name in coordinator.get(f"/meetings/{meeting}").text


def test_nobody_of_another_district_is_at_the_table_without_an_agreement(partnership: Partnership) -> None:
    in_force(partnership)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    came = {f"n.{FAR_PROVIDER.id}": "2"}
    assert coordinator.post(f"/meetings/{meeting}/attendance", data=came).status_code == 404
    guest = partnership.browser("provider_manager", FAR_PROVIDER)
    assert guest.post(f"/meetings/{meeting}/attendance", data=came).status_code == 404


@pytest.mark.parametrize("how", ["suspended", "ended"])
def test_who_left_the_table_since_the_page_was_read_is_named_and_what_was_typed_is_kept(
    partnership: Partnership, how: str
) -> None:
    agreement = in_force(partnership, STATION, FAR_PROVIDER)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    with partnership.worker() as session:
        if how == "suspended":
            session.get_one(Organization, FAR_PROVIDER.id).status = "suspended"
        else:
            session.get_one(Agreement, agreement).state = "ended"
    came = {f"n.{STATION.id}": "17", f"n.{FAR_PROVIDER.id}": "2"}

    page = coordinator.post(f"/meetings/{meeting}/attendance", data=came)

    assert (page.status_code, f"No longer at the table: {FAR_PROVIDER.name}." in page.text) == (409, True)
    assert re.search(rf'name="n.{STATION.id}"[^>]*value="17"', page.text)
    assert f'name="n.{FAR_PROVIDER.id}"' not in page.text
    assert entered(partnership) == {}, "nothing is saved half"
    del came[f"n.{FAR_PROVIDER.id}"]
    assert coordinator.post(f"/meetings/{meeting}/attendance", data=came).status_code == 303
    assert entered(partnership) == {STATION.id: 17}


def test_a_party_that_was_suspended_since_is_told_so_when_it_enters_its_own_number(partnership: Partnership) -> None:
    meeting, supervisor = partnership.a_meeting(), partnership.browser("unit_supervisor", STATION)
    with partnership.worker() as session:
        session.get_one(Organization, STATION.id).status = "suspended"

    page = supervisor.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "2"})

    assert (page.status_code, f"No longer at the table: {STATION.name}." in page.text) == (409, True)
    program = partnership.program("unit_supervisor", STATION)
    address = f"/api/partnership/meetings/{meeting}/attendance/{STATION.id}"
    assert program.put(address, json={"number": 2}).status_code == 404


def entered(partnership: Partnership) -> dict[UUID, int]:
    """Organisation → how many came, of all meetings."""
    with partnership.worker() as session:
        return {row.organization_id: row.number for row in session.query(Attendance)}
