"""A reset is a door: one person for an officer, two for prison health staff and for every second factor."""

import re
from datetime import datetime

from sqlalchemy import text

from directory_service.accounts.domain.resets import LATELY
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.sweep_accounts import sweep_accounts
from support.accounts import ORIGIN, House, Person
from support.resets import a_body, ask, half_of_slip, slip_code, user_name, waiting


def test_a_supervisor_prints_a_new_slip_for_an_officer(house: House) -> None:
    unit = house.organization("police_unit")
    officer = house.person("officer", unit)
    bearer = house.bearer(officer)
    client = house.browser(house.person("unit_supervisor", unit))
    membership = re.search(rf"{officer.user}.*?/members/([0-9a-f-]+)/slip", client.get("/members").text, re.DOTALL)
    assert membership

    page = client.post(f"/members/{membership[1]}/slip", headers=ORIGIN, follow_redirects=True)

    assert house.client().delete("/api/session", headers=bearer).status_code == 401
    assert house.sign_in(officer).status_code == 401
    (event,) = house.events("directory.account.reset.v1")
    assert event == {"account_id": str(officer.account), "at": event["at"], "version": 1}
    with house.worker.transaction() as session:
        account = session.get_one(Account, officer.account)
        assert account.reset_at == datetime.fromisoformat(event["at"])
    newcomer = house.client()
    form = {"user": officer.user, "slip": slip_code(page.text)}
    assert newcomer.post("/first-sign-in", data=form, headers=ORIGIN).status_code == 303
    newcomer.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    assert "Your sign-in was reset on" in newcomer.get("/account").text
    assert "Your sign-in was reset" not in client.get("/account").text


def test_a_coordinator_of_the_district_resets_an_officer_alone(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    coordinator, _data_officer = a_body(house)

    status, page = ask(coordinator, officer)

    assert status == 200
    assert slip_code(page)


def test_a_data_officer_resets_nobody_alone(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    _coordinator, data_officer = a_body(house)

    _status, page = ask(data_officer, officer)

    assert half_of_slip(page)
    assert house.sign_in(officer).status_code == 201


def test_another_district_is_out_of_reach(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit", district=79))
    coordinator, _data_officer = a_body(house, district=315)

    status, page = ask(coordinator, officer)
    unknown, unknown_page = ask(coordinator, Person(officer.account, "nobody.here", ""))

    assert status == unknown == 422
    assert page.replace(officer.user, "nobody.here") == unknown_page


def test_a_health_workers_reset_takes_two_people(house: House) -> None:
    worker = house.person("custody_health", house.organization("prison"))
    bearer = house.bearer(worker)
    coordinator, data_officer = a_body(house)

    assert "The password is reset with it" in coordinator.get("/resets").text
    _status, first = ask(coordinator, worker)
    counts = [client.get("/counts").get_json()["/resets"] for client in (coordinator, data_officer)]
    reset = waiting(coordinator)
    same = coordinator.post(f"/resets/{reset}/approve", headers=ORIGIN)
    assert house.sign_in(worker).status_code == 201
    seen_by_the_second = data_officer.get("/resets").text
    other = data_officer.post(f"/resets/{reset}/approve", headers=ORIGIN, follow_redirects=True)
    again = data_officer.post(f"/resets/{reset}/approve", headers=ORIGIN)

    assert same.status_code == 403
    assert half_of_slip(first) != half_of_slip(other.text)
    assert again.status_code == 404
    assert house.client().delete("/api/session", headers=bearer).status_code == 401
    assert len(house.events("directory.account.reset.v1")) == 1
    for known in ("Prison health or welfare", "A prison", "asked by"):
        assert known in seen_by_the_second
    assert "Agreed: whoever agreed has the second half" in coordinator.get("/resets").text
    assert "Agreed: whoever agreed" not in data_officer.get("/resets").text
    assert counts == [0, 1]  # whoever asked waits for another
    assert data_officer.get("/counts").get_json()["/resets"] == 0


def test_nobody_is_both_people_by_way_of_a_slip_printed_for_the_second(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    body = house.organization("coordinating_body")
    first = house.browser(house.person("coordinator", body))
    member = {"name": "Straw Man", "user_name": "straw.man", "role": "coordinator", "language": "en"}
    page = first.post("/members/new", data=member, headers=ORIGIN, follow_redirects=True).text
    user, slip = user_name(page), slip_code(page)
    second = house.client()
    second.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
    second.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)

    ask(first, worker, "second_factor")
    by_the_second = second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN)
    first.post(f"/resets/{waiting(first)}/refuse", headers=ORIGIN)
    ask(second, worker, "second_factor")
    by_the_first = first.post(f"/resets/{waiting(first)}/approve", headers=ORIGIN)

    for answer in (by_the_second, by_the_first):
        assert answer.status_code == 403
        assert "Ask a third person" in answer.text
    assert house.sign_in(worker).status_code == 201


def test_whoever_let_a_coordinator_in_is_never_the_other_person_however_long_ago_that_was(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    body = house.organization("coordinating_body")
    old_hand = house.person("coordinator", body)
    member = {"name": "New Hand", "user_name": "new.hand", "role": "coordinator", "language": "en"}
    page = house.browser(old_hand).post("/members/new", data=member, headers=ORIGIN, follow_redirects=True).text
    user, slip = user_name(page), slip_code(page)
    newcomer = house.client()
    newcomer.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
    newcomer.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)

    house.clock.advance(LATELY * 12)
    with house.worker.transaction() as session:
        sweep_accounts(session, house.clock.now())
    ask(house.browser(old_hand), worker, "second_factor")
    second = house.browser_by_the_pages(Person(worker.account, user, "monsoon bridge lantern"))

    refused = second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN)
    assert (refused.status_code, "Ask a third person" in refused.text) == (403, True)
    other = house.browser(house.person("data_officer", body))
    assert half_of_slip(other.post(f"/resets/{waiting(other)}/approve", headers=ORIGIN, follow_redirects=True).text)


def test_a_password_reset_leaves_the_second_factor(house: House) -> None:
    worker = house.person("custody_health", house.organization("prison"))
    coordinator, data_officer = a_body(house)
    _status, first = ask(coordinator, worker)
    slip = half_of_slip(first) + half_of_slip(
        data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True).text
    )

    browser = house.client()
    browser.post("/first-sign-in", data={"user": worker.user, "slip": slip}, headers=ORIGIN)
    password = browser.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    enrolling = browser.post("/first-sign-in/second-factor", data={"kind": "totp"}, headers=ORIGIN)
    wrong = browser.post("/first-sign-in/second-factor/code", data={"code": "000000"}, headers=ORIGIN)
    right = browser.post("/first-sign-in/second-factor/code", data={"code": house.code(worker)}, headers=ORIGIN)

    assert password.headers["Location"] == "/first-sign-in/second-factor"
    assert enrolling.headers["Location"] == "/first-sign-in/second-factor"
    assert wrong.status_code == 401
    assert right.status_code == 303


def test_neither_of_the_two_people_can_sign_in_with_what_they_printed(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    coordinator, data_officer = a_body(house)
    _status, page = ask(coordinator, worker, "second_factor")
    first = half_of_slip(page)
    agreed = data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True)
    second = half_of_slip(agreed.text)

    def status_with(code: str) -> int:
        form = {"user": worker.user, "slip": code}
        return house.client().post("/first-sign-in", data=form, headers=ORIGIN).status_code

    assert "Whoever asked has the first one" in agreed.text
    for alone in (first, second, first + first, second + second):
        assert status_with(alone) == 401, alone
    assert status_with(f"{first} {second}".lower()) == 303
    assert status_with(second + first) == 303, "whichever is typed first"


def test_every_reset_of_a_second_factor_takes_two_people(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    coordinator, data_officer = a_body(house)

    _status, first = ask(coordinator, worker, "second_factor")
    slip = half_of_slip(first) + half_of_slip(
        data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True).text
    )

    browser = house.client()
    browser.post("/first-sign-in", data={"user": worker.user, "slip": slip}, headers=ORIGIN)
    browser.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    page = browser.get("/first-sign-in/second-factor")
    assert 'name="kind"' in page.text


def test_one_coordinator_gets_no_slip_of_anybody_who_works_for_a_provider(house: House) -> None:
    provider = house.organization("provider")
    manager, worker = house.person("provider_manager", provider), house.person("case_worker", provider)
    new_worker, new_manager = house.newcomer("case_worker", provider), house.newcomer("provider_manager", provider)
    coordinator, data_officer = a_body(house)

    for user in (manager.user, worker.user, new_worker[1], new_manager[1]):
        _status, page = ask(coordinator, Person(worker.account, user, ""))
        assert half_of_slip(page), user
    assert house.sign_in(manager).status_code == 201

    page = data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True).text
    assert half_of_slip(page), "two people do"
    own = house.browser(house.person("provider_manager", provider))
    membership = re.search(rf"{worker.user}.*?/members/([0-9a-f-]+)/slip", own.get("/members").text, re.DOTALL)
    assert membership
    assert slip_code(own.post(f"/members/{membership[1]}/slip", headers=ORIGIN, follow_redirects=True).text), (
        "own manager"
    )


def test_the_lost_slip_of_a_providers_first_manager_is_replaced_by_its_coordinator(house: House) -> None:
    _account, user, first = house.newcomer("provider_manager", house.organization("provider", status="pending"))
    coordinator, _data_officer = a_body(house)

    _status, page = ask(coordinator, Person(_account, user, ""))

    assert slip_code(page) != first

    served, begun = house.organization("provider", status="pending"), house.organization("provider")
    house.person("case_worker", served)
    for provider, why in ((served, "somebody has signed in"), (begun, "it is let in, so it opens names")):
        typed = {"user": house.newcomer("provider_manager", provider)[1], "what": "password"}
        late = coordinator.post("/resets", data=typed, headers=ORIGIN, follow_redirects=True)
        assert half_of_slip(late.text), why


def test_nobody_resets_the_own_account(house: House) -> None:
    body = house.organization("coordinating_body")
    coordinator = house.person("coordinator", body)

    status, _page = ask(house.browser(coordinator), coordinator)

    assert status == 403


def test_a_manager_takes_no_part_in_the_reset_of_the_own_members_second_factor(house: House) -> None:
    provider = house.organization("provider")
    body = house.organization("coordinating_body")
    worker = house.person("case_worker", provider)
    both = house.person("coordinator", body)
    house.second_role(both, "provider_manager", provider)

    status, _page = ask(house.browser(both), worker, "second_factor")

    assert status == 403
    with house.worker.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM reset")) == 0


def test_a_waiting_reset_can_be_refused_and_is_over_after_a_week(house: House) -> None:
    worker = house.person("custody_health", house.organization("prison"))
    coordinator, data_officer = a_body(house)
    ask(coordinator, worker)
    reset = waiting(data_officer)

    assert data_officer.post(f"/resets/{reset}/refuse", headers=ORIGIN).status_code == 303
    assert data_officer.post(f"/resets/{reset}/approve", headers=ORIGIN).status_code == 404
    assert house.sign_in(worker).status_code == 201
