"""A coordinator names focal points for a side that has nobody who does, and everybody reads who named them."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from support.partnership import (
    ALO,
    FAR_BODY,
    FAR_PROVIDER,
    NODI,
    STATION,
    Partnership,
    an_agreement,
    in_force,
    member_id,
)

NOTED = "named by the coordinator"


def a_member(partnership: Partnership, at: Organization) -> str:
    """The membership of somebody who works there and manages nobody."""
    role = "officer" if at.kind == "police_unit" else "case_worker"
    partnership.member(role, at)
    return str(member_id(partnership, at, role))


def named(browser: FlaskClient, agreement: UUID, member: str) -> int:
    form = {"post": "duty desk", "duty_phone": "9830012345", "member": member}
    return browser.post(f"/partnerships/{agreement}/focal-points", data=form).status_code


def points(partnership: Partnership) -> list[FocalPoint]:
    with partnership.worker() as session:
        return list(session.query(FocalPoint).filter_by(ended_at=None).order_by(FocalPoint.named_at, FocalPoint.id))


def test_an_agreement_comes_into_force_though_its_sides_have_nobody_who_names(partnership: Partnership) -> None:
    agreement = an_agreement(partnership)
    members = [a_member(partnership, at) for at in (STATION, STATION, NODI, NODI)]
    coordinator, address = partnership.browser("coordinator"), f"/partnerships/{agreement}"
    offered = coordinator.get(address).text
    sides = [re.search(f'value="{member}">[^<]+, ([^<,]+)<', offered) for member in members]
    assert [side and side[1] for side in sides] == [at.name for at in (STATION, STATION, NODI, NODI)], "people first"
    assert [f'value="{member}"' in offered for member in members] == [True] * 4

    assert [named(coordinator, agreement, member) for member in members] == [303] * 4
    for seen, side in (("1", "unit"), ("2", "provider")):
        signed = {"seen": seen, "side": side, "day": "2026-11-20"}
        assert coordinator.post(f"{address}/sign", data=signed).status_code == 303

    program = partnership.program("provider_manager").get(f"/api/partnership/agreements/{agreement}").get_json()
    assert (program["state"], [each["by_coordinator"] for each in program["focal_points"]]) == ("active", [True] * 4)
    sides = [each.organization_id for each in points(partnership)]
    assert (sides.count(STATION.id), sides.count(NODI.id)) == (2, 2)
    for role in ("unit_supervisor", "provider_manager"):
        assert partnership.browser(role).get(address).text.count(NOTED) == 4
    with partnership.worker() as session:
        logged = session.execute(text("SELECT detail FROM audit_entry WHERE action = 'focal-point.name'")).scalars()
        assert [each["by"] for each in logged] == ["coordinator"] * 4


def test_what_a_side_names_itself_is_not_noted_so(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    assert named(supervisor, agreement, a_member(partnership, STATION)) == 303
    assert NOTED not in supervisor.get(f"/partnerships/{agreement}").text
    assert [each.by_coordinator for each in points(partnership)] == [False]


def test_a_handover_that_nobody_takes_is_taken_back_and_another_successor_named(partnership: Partnership) -> None:
    agreement, supervisor = in_force(partnership), partnership.member("unit_supervisor", STATION)
    assert named(supervisor, agreement, str(member_id(partnership, STATION))) == 303
    (point,) = points(partnership)
    at = f"/partnerships/{agreement}/focal-points"
    form = {"duty_phone": "9830099999", "member": a_member(partnership, STATION)}
    assert supervisor.post(f"{at}/{point.id}/hand-over", data=form).status_code == 303
    partnership.clock.advance(timedelta(days=8))
    coordinator = partnership.browser("coordinator")

    assert coordinator.post(f"{at}/{point.id}/hand-over", data=form).status_code == 409, "one is named"
    assert coordinator.post(f"{at}/{point.id}/end").status_code == 303
    assert named(coordinator, agreement, a_member(partnership, STATION)) == 303
    (vacant,) = points(partnership)
    form["member"] = a_member(partnership, STATION)
    assert coordinator.post(f"{at}/{vacant.id}/hand-over", data=form).status_code == 303

    with partnership.worker() as session:
        handovers = session.query(Handover).order_by(Handover.named_at)
        assert [(each.by_coordinator, each.ended_at is not None) for each in handovers] == [
            (False, True),
            (True, False),
        ]
    successor = partnership.again("officer", STATION)
    (way,) = re.findall(r'action="([^"]+/take)"', successor.get("/handovers").text)
    assert partnership.browser("unit_supervisor").get(f"/partnerships/{agreement}").text.count(NOTED) == 2
    assert successor.post(way).status_code == 303
    (taken,) = points(partnership)
    assert taken.by_coordinator, "it stays noted"


def test_nobody_is_named_of_a_third_organisation_or_for_the_other_side(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    assert named(coordinator, agreement, a_member(partnership, ALO)) == 404
    assert named(coordinator, agreement, a_member(partnership, STATION)) == 303
    (point,) = points(partnership)
    form = {"duty_phone": "9830099999", "member": a_member(partnership, NODI)}
    at = f"/partnerships/{agreement}/focal-points/{point.id}"
    assert coordinator.post(f"{at}/hand-over", data=form).status_code == 404, "a successor is of the same side"
    for role, where in (("coordinator", FAR_BODY), ("provider_manager", NODI)):
        browser = partnership.browser(role, where)
        assert browser.post(f"{at}/end").status_code == 404
        assert browser.post(f"{at}/hand-over", data=form).status_code == 404
    assert named(partnership.browser("coordinator", FAR_BODY), agreement, a_member(partnership, STATION)) == 404
    assert named(partnership.browser("data_officer"), agreement, a_member(partnership, STATION)) == 403
    assert [each.id for each in points(partnership)] == [point.id]


def test_a_party_of_another_district_names_its_own(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership, STATION, FAR_PROVIDER), partnership.browser("coordinator")
    member = a_member(partnership, FAR_PROVIDER)

    page = coordinator.get(f"/partnerships/{agreement}").text

    assert (f"You see no members of {FAR_PROVIDER.name}" in page, member in page) == (True, False)
    assert named(coordinator, agreement, member) == 404
    assert named(partnership.browser("provider_manager", FAR_PROVIDER), agreement, member) == 303


def test_the_database_lets_a_coordinator_of_another_district_write_neither(partnership: Partnership) -> None:
    agreement, member = in_force(partnership), a_member(partnership, STATION)
    scope = partnership.somebody("coordinator", FAR_BODY).scope
    row = FocalPoint(
        id=partnership.ids.uuid(),
        agreement_id=agreement,
        district_code=STATION.district,
        organization_id=STATION.id,
        side="unit",
        post="duty desk",
        duty_phone="+919830012345",
        membership_id=UUID(member),
        named_at=partnership.clock.now(),
        by_coordinator=True,
    )
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, partnership.directory.web.transaction(scope) as session:
        session.add(row)
