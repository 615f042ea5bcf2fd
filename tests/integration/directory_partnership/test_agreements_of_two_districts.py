"""An agreement whose sides lie in two districts: it goes along with its unit."""

from dataclasses import replace
from uuid import UUID

from flask.testing import FlaskClient

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.tables_agreements import FocalPoint
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from support.partnership import ELSEWHERE, FAR_BODY, STATION, Partnership, in_force, member_id


def focal_points(partnership: Partnership) -> list[FocalPoint]:
    with partnership.worker() as session:
        return list(session.query(FocalPoint).filter_by(ended_at=None))


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
    assert supervisor.post(address, data=successor).status_code == 404, "before the clock came by"

    tend(partnership)

    assert supervisor.post(address, data=successor).status_code == 303
    assert f"/partnerships/{agreement}" in supervisor.get("/partnerships").text
    assert partnership.browser("coordinator", FAR_BODY).get(f"/partnerships/{agreement}").status_code == 200
    assert partnership.browser("coordinator").get(f"/partnerships/{agreement}").status_code == 404
    assert {each.district_code for each in focal_points(partnership)} == {ELSEWHERE}
    tend(partnership)
    assert (
        partnership.program("coordinator", FAR_BODY).get(f"/api/partnership/agreements/{agreement}").headers["ETag"]
        == '"2"'
    )
