"""An open invitation does not outlive the manager who could have sent it; what else goes on, the page says."""

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from service_kit.identity import Scope
from support.accounts import ORIGIN, House, Person
from support.resets import a_body, ask, waiting


def invite(manager: FlaskClient, person: Person) -> None:
    form = {"user_name": person.user, "role": "case_worker"}
    assert manager.post("/members/invite", data=form, headers=ORIGIN).status_code == 303


def offer_to(browser: FlaskClient) -> str:
    """The address at which what was offered is accepted."""
    (found,) = re.findall(r"/invitations/[0-9a-f-]+/accept", browser.get("/invitations").text)
    return str(found)


def end_path(manager: FlaskClient, person: Person) -> str:
    found = re.search(rf"{person.user}.*?(/members/[0-9a-f-]+/end)", manager.get("/members").text, re.DOTALL)
    assert found
    return found[1]


def test_what_a_manager_offered_ends_with_the_managers_membership(house: House) -> None:
    provider = house.organization("provider")
    gone, stays = (house.person("provider_manager", provider) for _ in range(2))
    invited = house.person("case_worker", house.organization("provider"))
    invite(house.browser(gone), invited)
    manager, browser = house.browser(stays), house.browser(invited)
    offer = offer_to(browser)

    assert manager.post(end_path(manager, gone), headers=ORIGIN).status_code == 303

    assert browser.post(offer, headers=ORIGIN).status_code == 404
    assert "Invitations that wait" not in manager.get("/members").text
    assert house.audited("invitation.withdraw", "done") == 1
    invite(manager, invited)
    assert browser.post(offer_to(browser), headers=ORIGIN).status_code == 303, "whoever stays offers it anew"


@pytest.mark.parametrize("what", ["password", "second_factor"])
def test_what_a_manager_offered_ends_with_a_reset_by_two_people_who_do_not_see_it(house: House, what: str) -> None:
    manager = house.person("provider_manager", house.organization("provider"))
    elsewhere = house.organization("provider", district=79)
    house.second_role(manager, "provider_manager", elsewhere)
    invited = [house.person("case_worker", house.organization("provider")) for _ in range(2)]
    here, there = (each["id"] for each in house.sign_in(manager).get_json()["memberships"])
    for membership, person in zip((here, there), invited, strict=True):
        headers = house.bearer(manager, membership=membership)
        place = house.client().get("/api/session", headers=headers).get_json()["organization"]
        with house.worker.transaction() as session:
            offered = NewInvitation(person.user, "case_worker")
            invite_member(session, house.dependencies, UUID(place), offered, by=None, now=house.clock.now())
    browsers = [house.browser(person) for person in invited]
    offers = [offer_to(browser) for browser in browsers]
    coordinator, data_officer = a_body(house)
    ask(coordinator, manager, what)

    assert data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN).status_code == 303

    answers = [browser.post(offer, headers=ORIGIN).status_code for browser, offer in zip(browsers, offers, strict=True)]
    assert answers == [404, 404]
    assert house.audited("invitation.withdraw", "done") == 2


def test_offers_stay_where_no_manager_goes_and_what_two_people_gave_stays(house: House) -> None:
    prison = house.organization("prison")
    supervisor, officer, invited = (house.person(role, prison) for role in ("unit_supervisor", "officer", "officer"))
    health = house.person("custody_health", house.organization("prison"))
    other, now = house.person("unit_supervisor", prison), house.clock.now()
    court = house.person("officer", house.organization("court"))
    with house.worker.transaction() as session:
        for wanted in (
            NewInvitation(court.user, "officer"),
            NewInvitation(health.user, "custody_health", hands=(invited.account, officer.account)),
        ):
            invite_member(session, house.dependencies, prison, wanted, by=None, now=now)
    manager, clerk, nurse = house.browser(supervisor), house.browser(court), house.browser(health)
    offer_of_one, offer_of_two = offer_to(clerk), offer_to(nurse)

    assert manager.post(end_path(manager, officer), headers=ORIGIN).status_code == 303
    assert offer_to(clerk) == offer_of_one
    assert manager.post(end_path(manager, other), headers=ORIGIN).status_code == 303

    assert clerk.post(offer_of_one, headers=ORIGIN).status_code == 404
    assert nurse.post(offer_of_two, headers=ORIGIN).status_code == 303


def test_the_web_role_withdraws_nothing_of_whoever_neither_went_nor_was_reset(house: House) -> None:
    provider = house.organization("provider")
    manager, invited = house.person("provider_manager", provider), house.person("case_worker", provider)
    other = house.person("case_worker", house.organization("provider"))
    invite(house.browser(manager), other)

    with house.web.transaction(Scope(account=invited.account, organization=provider, role="case_worker")) as session:
        called = session.execute(
            text("SELECT withdraw_open_of(:who, :now)"), {"who": manager.account, "now": house.clock.now()}
        )
        assert called.all() == []

    assert offer_to(house.browser(other))


def test_the_page_says_what_goes_on_where_a_manager_goes(house: House) -> None:
    provider = house.organization("provider")
    stays, gone = (house.person("provider_manager", provider) for _ in range(2))
    worker, _colleague = (house.person("case_worker", provider) for _ in range(2))
    manager, other = house.browser(stays), house.browser(gone)
    for _ in range(2):
        invite(other, house.person("case_worker", house.organization("provider")))
    form = {"form": str(uuid4()), "name": "website", "scopes": "listings:read", "days": "90"}
    assert other.post("/api-keys/new", data=form, headers=ORIGIN).status_code == 200

    of_manager, of_worker = (manager.get(end_path(manager, person)).text for person in (gone, worker))

    assert "2 invitations of your organisation wait." in of_manager
    assert "1 API key works on after this." in of_manager
    assert all(address in of_manager for address in ('"/members#invitations"', '"/api-keys"', '/webhooks"'))
    assert "API key" not in of_worker


def test_a_supervisor_is_told_of_invitations_alone(house: House) -> None:
    unit = house.organization("police_unit")
    supervisor, gone = house.person("unit_supervisor", unit), house.person("unit_supervisor", unit)
    manager = house.browser(supervisor)
    before = manager.get(end_path(manager, gone)).text
    form = {"user_name": house.person("officer", house.organization("court")).user, "role": "officer"}
    manager.post("/members/invite", data=form, headers=ORIGIN)

    page = manager.get(end_path(manager, gone)).text

    assert "have set up" not in before
    assert "1 invitation of your organisation waits." in page
    assert "API key" not in page
