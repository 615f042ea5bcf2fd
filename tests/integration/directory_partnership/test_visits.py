"""Hosted visits: asked by a unit after the rules, agreed or declined by the provider, seen by those in it alone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from support.listings import a_service
from support.partnership import ALO, FAR_BODY, NODI, OTHER_STATION, STATION, Partnership
from support.training import today

SERVICE = a_service(NODI, "Drop-in centre")


@pytest.fixture
def visit(partnership: Partnership) -> UUID:
    """A visit that the station has asked for, in a week."""
    partnership.directory.save(SERVICE, indexed=False)
    made = uuid4()
    form = {"visit": str(made), "service": str(SERVICE.id), "seats": "8", "day": str(today(partnership) + timedelta(7))}
    for _ in range(2):
        assert partnership.browser("unit_supervisor").post("/visits", data=form).status_code == 303
    return made


def states(partnership: Partnership) -> list[str]:
    with partnership.worker() as session:
        return list(session.scalars(text("SELECT state FROM hosted_visit")))


def test_the_rules_are_told_before_the_form_and_nine_are_too_many(partnership: Partnership, visit: UUID) -> None:
    supervisor = partnership.browser("unit_supervisor")
    page = supervisor.get("/visits").text
    assert page.index("No clients are present") < page.index('name="seats"')
    form = {"service": str(SERVICE.id), "seats": "9", "day": str(today(partnership))}
    refused = supervisor.post("/visits", data=form)
    assert (refused.status_code, refused.text.count('class="error"')) == (422, 1)
    refused = supervisor.post("/visits", data=form | {"seats": "3"})
    assert (refused.status_code, "Enter a day ahead" in refused.text) == (422, True)
    assert states(partnership) == ["asked"]
    assert visit


def test_the_provider_agrees_and_says_that_it_was_held(partnership: Partnership, visit: UUID) -> None:
    manager = partnership.browser("provider_manager")
    for wrong in ("coordinator", "unit_supervisor"):
        assert partnership.browser(wrong).post(f"/visits/{visit}/agree", data={"seen": "1"}).status_code == 403
    assert manager.post(f"/visits/{visit}/agree", data={"seen": "7"}).status_code == 409
    assert manager.post(f"/visits/{visit}/agree", data={"seen": "1" * 5_000}).status_code == 409
    assert manager.post(f"/visits/{visit}/agree", data={"seen": "1"}).status_code == 303
    assert manager.post(f"/visits/{visit}/hold", data={"seen": "2"}).status_code == 409
    partnership.clock.advance(timedelta(days=7))
    assert partnership.browser("provider_manager").post(f"/visits/{visit}/hold", data={"seen": "2"}).status_code == 303
    assert states(partnership) == ["held"]


def test_a_provider_declines_without_a_reason_and_may_stop_what_it_agreed(
    partnership: Partnership, visit: UUID
) -> None:
    manager = partnership.browser("provider_manager")
    manager.post(f"/visits/{visit}/decline", data={"seen": "1", "reason": "no"})
    assert states(partnership) == ["declined"]
    program, other = partnership.program("unit_supervisor"), f"/api/partnership/visits/{uuid4()}"
    body = {"service_id": str(SERVICE.id), "day": str(today(partnership) + timedelta(9)), "seats": 4}
    assert program.put(other, json=body | {"seats": 9}).status_code == 422
    assert program.put(other, json=body).get_json()["state"] == "asked"
    asked = partnership.program("provider_manager")
    assert asked.post(f"{other}/agree").status_code == 428
    assert asked.post(f"{other}/agree", headers={"If-Match": '"1"'}).get_json()["state"] == "agreed"
    assert asked.post(f"{other}/cancel", headers={"If-Match": '"2"'}).get_json()["state"] == "cancelled"
    assert len(partnership.program("coordinator").get("/api/partnership/visits").get_json()["items"]) == 2


def test_who_is_not_in_it_does_not_see_it(partnership: Partnership, visit: UUID) -> None:
    outsiders = (("unit_supervisor", OTHER_STATION), ("provider_manager", ALO), ("coordinator", FAR_BODY))
    for role, at in outsiders:
        browser = partnership.browser(role, at)
        assert browser.post(f"/visits/{visit}/cancel", data={"seen": "1"}).status_code == 404
        assert f"/visits/{visit}/" not in browser.get("/visits").text
        with partnership.directory.web.transaction(partnership.somebody(role, at).scope) as session:
            assert session.scalar(text("SELECT count(*) FROM hosted_visit")) == 0
    assert f"/visits/{visit}/cancel" in partnership.browser("unit_supervisor", STATION).get("/visits").text
