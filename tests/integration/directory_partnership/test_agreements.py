"""Agreements: drafted, signed, in force once both sides named whom to ring; handed over, renewed, ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint, Handover
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from directory_service.partnership.use_cases.write_agreement import keep_document
from setu.india import INDIA
from support.events import eventually, waiting_for_locks
from support.partnership import (
    ALO,
    FAR_BODY,
    FAR_STATION,
    NODI,
    OTHER_STATION,
    STATION,
    Partnership,
    agreement_at,
    an_agreement,
    in_force,
    member_id,
)

PDF = b"%PDF-1.7\nsigned by both\n%%EOF\n"


def rows(partnership: Partnership, kind: type) -> list:
    with partnership.worker() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def name_two(partnership: Partnership, agreement: UUID) -> list[FlaskClient]:
    browsers = []
    for role, place in (("unit_supervisor", STATION), ("provider_manager", NODI)):
        browser = partnership.member(role, place)
        browsers.append(browser)
        other = "officer" if place is STATION else "case_worker"
        partnership.member(other, place)
        for phone, held in (("98300 12345", role), ("033 2345 6789", other)):
            form = {"post": "station officer", "duty_phone": phone, "member": str(member_id(partnership, place, held))}
            assert browser.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 303
        refused = browser.post(f"/partnerships/{agreement}/focal-points", data=form)
        assert (refused.status_code, "two focal points are two people" in refused.text) == (409, True)
        assert 'value="station officer"' in refused.text  # what was typed is there still
    return browsers


def test_an_agreement_comes_into_force_once_all_of_it_is_there(partnership: Partnership) -> None:
    agreement, coordinator = an_agreement(partnership), partnership.browser("coordinator")
    address = f"/partnerships/{agreement}"
    for seen, side in (("1", "unit"), ("2", "provider")):
        assert (
            coordinator.post(f"{address}/sign", data={"side": side, "day": "2026-11-20", "seen": seen}).status_code
            == 303
        )
    assert (
        coordinator.post(f"{address}/sign", data={"side": "unit", "day": "2026-11-20", "seen": "1"}).status_code == 409
    )
    assert rows(partnership, Agreement)[0].state == "draft"
    manager = name_two(partnership, agreement)[1]
    with partnership.worker() as session:
        tend_agreements(session, partnership.clock.now())

    assert rows(partnership, Agreement)[0].state == "active"
    page = manager.get(address).text
    assert "+919830012345" in page
    assert "in force" in page


def test_who_may_read_and_write_an_agreement(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    for role in ("coordinator", "data_officer", "unit_supervisor", "provider_manager"):
        assert partnership.browser(role).get(f"/partnerships/{agreement}").status_code == 200
        assert "Park Street" in partnership.browser(role).get("/partnerships").text
    for role in ("officer", "custody_health", "case_worker"):
        assert partnership.browser(role).get("/partnerships").status_code == 403
    for role, place in (("coordinator", FAR_BODY), ("unit_supervisor", FAR_STATION)):
        assert partnership.browser(role, place).get(f"/partnerships/{agreement}").status_code == 404
    stranger = partnership.member("unit_supervisor", OTHER_STATION)
    form = {"post": "officer", "duty_phone": "9830012345", "member": str(member_id(partnership, OTHER_STATION))}
    assert stranger.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 404
    station = partnership.member("unit_supervisor", STATION)
    form["member"] = str(member_id(partnership, OTHER_STATION))
    assert station.post(f"/partnerships/{agreement}/focal-points", data=form).status_code == 404
    assert partnership.browser("provider_manager").post(f"/partnerships/{agreement}/end").status_code == 403


def test_a_focal_point_is_a_post_and_a_number_that_can_be_rung(partnership: Partnership) -> None:
    agreement = an_agreement(partnership)
    station = partnership.member("unit_supervisor", STATION)
    good = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    for wrong in ({"post": "SI Roy"}, {"duty_phone": "98300"}, {"member": ""}, {"post": ""}):
        assert station.post(f"/partnerships/{agreement}/focal-points", data=good | wrong).status_code == 422
    assert rows(partnership, FocalPoint) == []


def test_a_focal_point_falls_vacant_with_its_membership(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    name_two(partnership, agreement)
    with partnership.worker() as session:
        session.execute(
            update(Membership).where(Membership.organization_id == STATION.id).values(ended_at=partnership.clock.now())
        )
        tend_agreements(session, partnership.clock.now())

    assert sorted(point.side for point in rows(partnership, FocalPoint) if point.ended_at is None) == ["provider"] * 2
    assert "focal points missing" in partnership.browser("coordinator").get("/partnerships").text


def test_a_handover_is_named_by_its_side_and_taken_by_the_successor_alone(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    supervisor = name_two(partnership, agreement)[0]
    partnership.member("officer", STATION)
    successor = member_id(partnership, STATION, "officer")
    point = next(each for each in rows(partnership, FocalPoint) if each.side == "unit")
    address = f"/partnerships/{agreement}/focal-points/{point.id}/hand-over"
    form = {"member": str(successor), "duty_phone": "9830099999"}
    assert partnership.member("provider_manager", NODI).post(address, data=form).status_code == 404
    assert supervisor.post(address, data=form).status_code == 303
    assert supervisor.post(address, data=form).status_code == 409
    (handover,) = rows(partnership, Handover)
    assert handover.due_on == date(2026, 12, 1)
    partnership.clock.advance(timedelta(days=8))
    assert "overdue" in partnership.browser("coordinator").get(f"/partnerships/{agreement}").text

    assert partnership.browser("officer").post(f"/handovers/{handover.id}/take").status_code == 404
    officer = partnership.again("officer", STATION)
    assert "station officer" in officer.get("/handovers").text
    assert officer.post(f"/handovers/{handover.id}/take").status_code == 303
    assert officer.post(f"/handovers/{handover.id}/take").status_code == 404
    units = [each for each in rows(partnership, FocalPoint) if each.side == "unit" and each.ended_at is None]
    assert sorted(each.duty_phone for each in units) == ["+913323456789", "+919830099999"]
    assert officer.get("/partnerships").status_code == 403


def test_the_signed_paper_is_a_pdf_of_two_megabytes_at_most(partnership: Partnership) -> None:
    agreement, coordinator = an_agreement(partnership), partnership.browser("coordinator")
    address = f"/partnerships/{agreement}/document"

    def send(content: bytes) -> int:
        return coordinator.post(address, data={"document": (BytesIO(content), "a.pdf")}).status_code

    assert coordinator.get(address).status_code == 404
    assert [send(b"<html>"), send(b""), send(b"%PDF-1.7" + bytes(2 * 1024 * 1024) + b"%%EOF")] == [422, 422, 413]
    assert send(PDF) == 303
    held = partnership.browser("unit_supervisor").get(address)
    assert (held.data, held.mimetype) == (PDF, "application/pdf")
    assert held.headers["Content-Disposition"].startswith("attachment")
    assert partnership.browser("coordinator", FAR_BODY).get(address).status_code == 404


def test_two_first_papers_at_once_are_kept_one_after_the_other(partnership: Partnership) -> None:
    agreement, who = an_agreement(partnership), partnership.somebody("coordinator")
    second = partnership.browser("coordinator")

    def send() -> int:
        form = {"document": (BytesIO(PDF + b"%%EOF\n"), "b.pdf")}
        return second.post(f"/partnerships/{agreement}/document", data=form).status_code

    with ThreadPoolExecutor(1) as other:
        with partnership.directory.web.transaction(who.scope) as session:
            keep_document(session, who, agreement, PDF, partnership.clock.now())
            answer = other.submit(send)
            # it waits for the first, whose paper is not committed yet
            eventually(lambda: answer.done() or waiting_for_locks(partnership.directory.worker) > 0)
        assert answer.result() == 303
    held = partnership.browser("unit_supervisor").get(f"/partnerships/{agreement}/document")
    assert held.data == PDF + b"%%EOF\n"


def test_a_renewal_is_a_new_version_and_ends_the_old_one_once_it_has_begun(partnership: Partnership) -> None:
    agreement, coordinator = in_force(partnership), partnership.browser("coordinator")
    days = {"from_day": "2027-11-01", "to_day": "2028-11-01", "review_on": "2028-10-01"}
    renewed = coordinator.post(f"/partnerships/{agreement}/renew", data=days)
    assert renewed.status_code == 303
    assert coordinator.post(f"/partnerships/{agreement}/renew", data=days).status_code == 409
    following = agreement_at(renewed.headers["Location"])
    name_two(partnership, following)
    for seen, side in (("1", "unit"), ("2", "provider")):
        coordinator.post(f"/partnerships/{following}/sign", data={"side": side, "day": "2026-11-20", "seen": seen})

    def states() -> dict[UUID, tuple[int, str]]:
        with partnership.worker() as session:
            tend_agreements(session, partnership.clock.now())
        return {each.id: (each.number, each.state) for each in rows(partnership, Agreement)}

    partnership.clock.set(datetime(2027, 10, 31, 23, 59, tzinfo=INDIA))
    assert states() == {agreement: (1, "active"), following: (2, "active")}, "nobody is without one meanwhile"
    partnership.clock.set(datetime(2027, 11, 1, tzinfo=INDIA))
    assert states() == {agreement: (1, "ended"), following: (2, "active")}


def test_a_lapsed_one_is_drawn_dashed_and_nobody_within_reach_is_marked(partnership: Partnership) -> None:
    in_force(partnership)
    page = partnership.browser("coordinator").get("/partnerships").text
    assert 'class="tie active"' in page
    assert "no provider within reach" in page  # nobody has a public service yet
    partnership.clock.advance(timedelta(days=400))
    page = partnership.browser("coordinator").get("/partnerships").text
    assert 'class="tie lapsed"' in page
    assert page.count('class="tie ') == 1


def test_only_parties_of_agreements_in_force_count_for_the_quorum(partnership: Partnership) -> None:
    in_force(partnership)
    meeting, coordinator = partnership.a_meeting(), partnership.browser("coordinator")
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{OTHER_STATION.id}": "5", f"n.{ALO.id}": "5"})
    assert "Units and prisons: 0 of 1, 1 needed." in coordinator.get(f"/meetings/{meeting}").text
    coordinator.post(f"/meetings/{meeting}/attendance", data={f"n.{STATION.id}": "1", f"n.{NODI.id}": "1"})
    coordinator.post(f"/meetings/{meeting}/settle", data={"seen": "2"})

    assert partnership.meetings()[0].state == "held"


def test_agreements_are_read_as_json_by_their_district_alone(partnership: Partnership) -> None:
    agreement, api = in_force(partnership), "/api/partnership/agreements"
    name_two(partnership, agreement)
    (item,) = partnership.program("data_officer").get(api).get_json()["items"]
    assert (item["id"], item["state"], len(item["focal_points"])) == (str(agreement), "active", 4)
    one = partnership.program("unit_supervisor").get(f"{api}/{agreement}")
    assert (one.get_json(), one.headers["ETag"]) == (item, '"1"')
    assert partnership.program("coordinator", FAR_BODY).get(api).get_json()["items"] == []
    assert partnership.program("coordinator", FAR_BODY).get(f"{api}/{agreement}").status_code == 404
    assert partnership.program("officer").get(api).status_code == 403


def test_a_focal_point_that_is_named_or_taken_back_is_in_the_audit_log(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    manager = name_two(partnership, agreement)[1]
    point = next(each for each in rows(partnership, FocalPoint) if each.side == "provider")
    assert manager.post(f"/partnerships/{agreement}/focal-points/{point.id}/end").status_code == 303
    with partnership.worker() as session:
        about = "SELECT action FROM audit_entry WHERE object_id = :agreement AND action LIKE 'focal-point%'"
        acts = session.scalars(text(f"{about} ORDER BY position"), {"agreement": str(agreement)}).all()
    assert acts == ["focal-point.name"] * 4 + ["focal-point.end"]
