"""A handover that is refused keeps what was chosen and typed, and its summary leads to fields of the page."""

import re
from uuid import UUID

from flask.testing import FlaskClient

from directory_service.partnership.store.tables_agreements import FocalPoint
from support.partnership import STATION, Partnership, in_force, member_id

INVENTED = "+913300000001"
"""A number that no phone can have, as the sample's are."""


def a_station_with_a_point(partnership: Partnership) -> tuple[str, UUID, FlaskClient, UUID]:
    """Its agreement's address, the focal point, the supervisor who is it, and somebody who may follow."""
    address, supervisor = f"/partnerships/{in_force(partnership)}", partnership.member("unit_supervisor", STATION)
    form = {"post": "station officer", "duty_phone": "9830012345", "member": str(member_id(partnership, STATION))}
    assert supervisor.post(f"{address}/focal-points", data=form).status_code == 303
    partnership.member("officer", STATION)
    with partnership.worker() as session:
        point = session.query(FocalPoint).one()
        point.duty_phone = INVENTED
    return address, point.id, supervisor, member_id(partnership, STATION, "officer")


def options(page: str, form: str) -> list[str]:
    """What a form's list of members offers."""
    (body,) = re.findall(rf'<form id="{form}".*?</form>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', body)


def test_a_refused_handover_keeps_the_successor_and_its_summary_leads_to_the_field(partnership: Partnership) -> None:
    address, point, supervisor, officer = a_station_with_a_point(partnership)
    typed = {"member": str(officer), "duty_phone": "98300"}

    page = supervisor.post(f"{address}/focal-points/{point}/hand-over", data=typed)

    assert page.status_code == 422
    assert f'<option value="{officer}" selected>' in page.text
    assert 'value="98300"' in page.text
    summary = page.text.partition('class="error-summary"')[2].partition("</div>")[0]
    (field,) = re.findall(r'href="#([^"]+)"', summary)
    assert page.text.count(f'id="{field}"') == 1
    (body,) = re.findall(rf'<form id="form-hand-over-{point}".*?</form>', page.text, re.DOTALL)
    assert f'id="{field}"' in body


def test_a_missing_successor_is_a_link_to_the_list_of_that_post(partnership: Partnership) -> None:
    address, point, supervisor, _ = a_station_with_a_point(partnership)

    page = supervisor.post(f"{address}/focal-points/{point}/hand-over", data={"duty_phone": "9830012345"})

    assert page.status_code == 422
    assert page.text.count(f'href="#f-{point}-member"') == page.text.count(f'id="f-{point}-member"') == 1


def test_the_number_that_the_page_filled_in_is_taken_as_it_is(partnership: Partnership) -> None:
    address, point, supervisor, officer = a_station_with_a_point(partnership)
    (body,) = re.findall(r'<form id="form-hand-over-.*?</form>', supervisor.get(address).text, re.DOTALL)
    (offered,) = re.findall(r'name="duty_phone" value="([^"]+)"', body)

    named = supervisor.post(
        f"{address}/focal-points/{point}/hand-over", data={"member": str(officer), "duty_phone": offered}
    )

    assert named.status_code == 303
    officers = partnership.again("officer", STATION)
    (way,) = re.findall(r'action="([^"]+/take)"', officers.get("/handovers").text)
    assert officers.post(way).status_code == 303
    with partnership.worker() as session:
        assert session.query(FocalPoint).filter_by(ended_at=None).one().duty_phone == INVENTED


def test_another_number_that_nobody_can_have_is_refused(partnership: Partnership) -> None:
    address, point, supervisor, officer = a_station_with_a_point(partnership)
    typed = {"member": str(officer), "duty_phone": "+91 33 0000 0002"}

    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=typed).status_code == 422


def test_only_who_can_be_named_is_offered(partnership: Partnership) -> None:
    address, point, supervisor, officer = a_station_with_a_point(partnership)
    page = supervisor.get(address).text
    assert options(page, "form-name") == options(page, f"form-hand-over-{point}") == [str(officer)]
    successor = {"member": str(officer), "duty_phone": "9830012345"}
    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=successor).status_code == 303

    page = supervisor.get(address).text

    assert 'id="form-name"' not in page
    assert "Everybody who has an account is named in this agreement already." in page
    coordinators = partnership.browser("coordinator").get(address).text
    assert ('id="form-name"' in coordinators, str(officer) in coordinators) == (False, False)


def test_whoever_follows_in_a_vacant_post_is_offered_for_it(partnership: Partnership) -> None:
    address, point, supervisor, officer = a_station_with_a_point(partnership)
    successor = {"member": str(officer), "duty_phone": "9830012345"}
    assert supervisor.post(f"{address}/focal-points/{point}/hand-over", data=successor).status_code == 303
    with partnership.worker() as session:
        session.query(FocalPoint).one().ended_at = partnership.clock.now()

    page = supervisor.get(address).text

    assert str(officer) in options(page, "form-name")
    named = {"post": "duty officer", "duty_phone": "9830012345", "member": str(officer)}
    assert supervisor.post(f"{address}/focal-points", data=named).status_code == 303
