"""Hosted visits: asked by a unit after the rules, agreed or declined by the provider, seen by those in it alone."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from support.listings import a_service
from support.partnership import (
    ALO,
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    NODI,
    OTHER_STATION,
    STATION,
    Partnership,
    in_force,
)
from support.training import today

SERVICE, FAR_SERVICE = a_service(NODI, "Drop-in centre"), a_service(FAR_PROVIDER, "Far clinic")
SUPERVISOR = "unit_supervisor"


@pytest.fixture
def visit(partnership: Partnership) -> UUID:
    """A visit that the station has asked for, in a week."""
    partnership.directory.save(SERVICE, indexed=False)
    made = uuid4()
    form = {"visit": str(made), "service": str(SERVICE.id), "seats": "8", "day": str(today(partnership) + timedelta(7))}
    for _ in range(2):
        assert partnership.browser("unit_supervisor").post("/visits", data=form).status_code == 303
    return made


QUESTION = "Was it held?"


def states(partnership: Partnership) -> list[str]:
    with partnership.worker() as session:
        return list(session.scalars(text("SELECT state FROM hosted_visit")))


def test_the_rules_are_told_before_the_form_and_nine_are_too_many(partnership: Partnership, visit: UUID) -> None:
    supervisor = partnership.browser("unit_supervisor")
    page = supervisor.get("/visits").text
    assert page.index("No clients are present") < page.index('name="seats"')
    form = {"service": str(SERVICE.id), "seats": "9", "day": str(today(partnership))}
    refused = supervisor.post("/visits", data=form)
    assert (refused.status_code, refused.text.count('class="error"')) == (422, 2)
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


@pytest.mark.parametrize(
    ("role", "step", "words"),
    [
        ("provider_manager", "agree", "The visit is agreed."),
        ("provider_manager", "decline", "The visit is declined."),
        (SUPERVISOR, "cancel", "The visit is called off."),
    ],
)
def test_the_page_after_it_says_what_was_done(
    partnership: Partnership, visit: UUID, role: str, step: str, words: str
) -> None:
    answered = partnership.browser(role).post(f"/visits/{visit}/{step}", data={"seen": "1"}, follow_redirects=True)

    assert (words in answered.text, "It is stored." in answered.text) == (True, False)


def test_what_is_only_asked_for_has_one_button_that_says_no(partnership: Partnership, visit: UUID) -> None:
    expected = {"provider_manager": ["agree", "decline"], SUPERVISOR: ["cancel"], "coordinator": ["cancel"]}

    pages = {role: partnership.browser(role).get("/visits").text for role in expected}

    assert {role: re.findall(rf'action="/visits/{visit}/([a-z]+)"', page) for role, page in pages.items()} == expected


@pytest.mark.parametrize(
    ("step", "words"), [("hold", "The visit is noted as held."), ("cancel", "The visit is noted as not held.")]
)
def test_the_page_says_what_was_answered_once_the_day_is_over(
    partnership: Partnership, visit: UUID, step: str, words: str
) -> None:
    partnership.browser("provider_manager").post(f"/visits/{visit}/agree", data={"seen": "1"})
    partnership.clock.advance(timedelta(days=8))

    manager = partnership.browser("provider_manager")
    answered = manager.post(f"/visits/{visit}/{step}", data={"seen": "2"}, follow_redirects=True)

    assert words in answered.text


def test_who_is_not_in_it_does_not_see_it(partnership: Partnership, visit: UUID) -> None:
    outsiders = (("unit_supervisor", OTHER_STATION), ("provider_manager", ALO), ("coordinator", FAR_BODY))
    for role, at in outsiders:
        browser = partnership.browser(role, at)
        assert browser.post(f"/visits/{visit}/cancel", data={"seen": "1"}).status_code == 404
        assert f"/visits/{visit}/" not in browser.get("/visits").text
        with partnership.directory.web.transaction(partnership.somebody(role, at).scope) as session:
            assert session.scalar(text("SELECT count(*) FROM hosted_visit")) == 0
    assert f"/visits/{visit}/cancel" in partnership.browser("unit_supervisor", STATION).get("/visits").text


def question(partnership: Partnership, role: str, at: Organization | None = None) -> str:
    """What the page of visits asks this person, with the buttons."""
    page = partnership.browser(role, at).get("/visits").text
    return page.partition(QUESTION)[2].partition("</section>")[0]


@pytest.mark.parametrize(("step", "state"), [("hold", "held"), ("cancel", "cancelled")])
def test_once_its_day_is_over_an_agreed_visit_is_asked_about_until_somebody_answers(
    partnership: Partnership, visit: UUID, step: str, state: str
) -> None:
    partnership.browser("provider_manager").post(f"/visits/{visit}/agree", data={"seen": "1"})
    partnership.clock.advance(timedelta(days=7))
    assert question(partnership, "provider_manager") == "", "its day is not over"
    partnership.clock.advance(timedelta(days=1))

    for role in ("provider_manager", "coordinator"):
        asked = question(partnership, role)
        assert [words in asked for words in ("It was held", "It was not held", "Call it off")] == [True, True, False]
    asked = question(partnership, "unit_supervisor")
    assert [words in asked for words in ("It was held", "It was not held")] == [False, True]
    assert question(partnership, "data_officer") != ""
    for role, at in (("unit_supervisor", OTHER_STATION), ("provider_manager", ALO), ("coordinator", FAR_BODY)):
        assert question(partnership, role, at) == ""
    assert (
        partnership.browser("provider_manager").post(f"/visits/{visit}/{step}", data={"seen": "2"}).status_code == 303
    )

    assert states(partnership) == [state]
    page = partnership.browser("unit_supervisor").get("/visits").text
    assert (QUESTION in page, {"hold": "> held<", "cancel": "> not held<"}[step] in page) == (False, True)


def test_both_sides_see_and_end_their_visit_from_the_district_to_which_they_were_moved(
    partnership: Partnership, visit: UUID
) -> None:
    with partnership.worker() as session:
        for each in (STATION, NODI):
            session.get_one(OrganizationRow, each.id).district_code = ELSEWHERE
    moved = [replace(partnership.somebody(role), districts=(ELSEWHERE,)) for role in ("provider_manager", SUPERVISOR)]
    manager, supervisor = (partnership._browser(who) for who in moved)

    assert f"/visits/{visit}/agree" in manager.get("/visits").text
    assert manager.post(f"/visits/{visit}/agree", data={"seen": "1"}).status_code == 303
    assert f"/visits/{visit}/cancel" in supervisor.get("/visits").text
    assert supervisor.post(f"/visits/{visit}/cancel", data={"seen": "2"}).status_code == 303
    assert states(partnership) == ["cancelled"]


def test_a_unit_asks_a_provider_of_another_district_once_it_has_an_agreement_with_it(partnership: Partnership) -> None:
    partnership.directory.save(FAR_SERVICE, indexed=False)
    form = {"service": str(FAR_SERVICE.id), "seats": "3", "day": str(today(partnership) + timedelta(7))}
    assert FAR_PROVIDER.name not in partnership.browser(SUPERVISOR).get("/visits").text
    assert partnership.browser(SUPERVISOR).post("/visits", data=form).status_code == 404
    in_force(partnership, STATION, FAR_PROVIDER)

    assert f"{FAR_PROVIDER.name}: Far clinic" in partnership.browser(SUPERVISOR).get("/visits").text
    assert partnership.browser(SUPERVISOR).post("/visits", data=form).status_code == 303

    assert FAR_PROVIDER.name not in partnership.browser(SUPERVISOR, OTHER_STATION).get("/visits").text
    (asked,) = partnership.program("coordinator", FAR_BODY).get("/api/partnership/visits").get_json()["items"]
    assert (asked["district"], asked["unit_id"]) == (ELSEWHERE, str(STATION.id))
    assert partnership.program("coordinator").get("/api/partnership/visits").get_json()["items"] == []
    manager = partnership.browser("provider_manager", FAR_PROVIDER)
    assert manager.post(f"/visits/{asked['id']}/agree", data={"seen": "1"}).status_code == 303
    own = partnership.browser(SUPERVISOR).get("/visits").text
    assert ("Far clinic" in own, f"/visits/{asked['id']}/cancel" in own) == (True, True)


def test_a_service_is_named_in_the_readers_language_where_its_provider_did_so(
    partnership: Partnership, visit: UUID
) -> None:
    partnership.directory.save(replace(SERVICE, names={"hi": "ड्रॉप-इन केंद्र"}), indexed=False)
    readers = [partnership.browser(role) for role in (SUPERVISOR, "coordinator")]

    for language, name in (("hi", "ड्रॉप-इन केंद्र"), ("bn", "Drop-in centre")):
        pages = [reader.get(f"/visits?lang={language}").text for reader in readers]

        assert [name in page for page in pages] == [True, True], language
        assert (' lang="en">Drop-in centre' in pages[0]) == (language == "bn"), "a reader aloud reads it in English"
        assert ("<option" in pages[0], "Nodi: ड्रॉप-इन केंद्र" in pages[0]) == (True, language == "hi")
    assert visit
