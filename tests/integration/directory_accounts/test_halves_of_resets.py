"""What two people print in halves stays two people's: around it, before it was so, and of whoever asked."""

import re
from datetime import timedelta
from importlib import import_module
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from directory_service.accounts.domain.lifetimes import SLIP_LASTS
from directory_service.accounts.domain.resets import LATELY
from directory_service.accounts.store.resets import waiting_resets
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.print_slip import print_slip
from directory_service.accounts.use_cases.sweep_accounts import sweep_accounts
from support.accounts import ORIGIN, House, Person
from support.registry import first_sign_in
from support.resets import a_body, ask, half_of_slip, slip_code, waiting
from support.web import a_principal


def agree(second: FlaskClient) -> TestResponse:
    return second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN, follow_redirects=True)


def reset_by_two(first: FlaskClient, second: FlaskClient, owner: Person, what: str = "password") -> str:
    """Both halves."""
    return half_of_slip(ask(first, owner, what)[1]) + half_of_slip(agree(second).text)


def print_alone(manager: FlaskClient, member: Person) -> TestResponse:
    found = re.search(rf"{member.user}.*?/members/([0-9a-f-]+)/slip", manager.get("/members").text, re.DOTALL)
    assert found
    return manager.post(f"/members/{found[1]}/slip", headers=ORIGIN, follow_redirects=True)


def test_the_own_manager_prints_no_whole_slip_over_the_halves_of_two_people(house: House) -> None:
    provider = house.organization("provider")
    worker, manager = house.person("case_worker", provider), house.person("provider_manager", provider)
    first, second = a_body(house)

    slip = reset_by_two(first, second, worker, "second_factor")
    refused = print_alone(house.browser(manager), worker)

    assert (refused.status_code, "This reset takes two people" in refused.text) == (403, True)
    first_sign_in(house, worker.user, slip, factor=True)  # the halves are good still
    assert slip_code(print_alone(house.browser(manager), worker).text), "with a second factor in force one person does"


def test_the_first_halfs_paper_says_no_time_since_that_of_the_other_half_counts(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    first, second = a_body(house)

    asked = ask(first, worker)[1]
    agreed = agree(second).text

    assert ("Works once, until" in asked, "the day that stands on the other half" in asked) == (False, True)
    assert ("Works once, until" in agreed, "the day that stands on the other half" in agreed) == (True, False)


def test_halves_that_nobody_used_are_no_way_for_one_person_a_week_later(house: House) -> None:
    provider, unit = house.organization("provider"), house.organization("police_unit")
    worker, officer = house.person("case_worker", provider), house.person("officer", unit)
    manager, supervisor = house.person("provider_manager", provider), house.person("unit_supervisor", unit)
    first, second = a_body(house)
    for owner in (worker, officer):
        reset_by_two(first, second, owner, "second_factor")

    house.clock.advance(SLIP_LASTS + timedelta(days=1))

    for alone, owner in ((manager, worker), (supervisor, officer)):
        assert print_alone(house.browser(alone), owner).status_code == 403, owner.user


def test_a_reset_that_was_asked_without_a_half_is_asked_again(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    first, second = a_body(house)
    ask(first, worker, "second_factor")
    with house.worker.transaction() as session:
        session.execute(text("UPDATE reset SET first_half = NULL"))

    refused = agree(second)

    assert (refused.status_code, "Refuse it, and ask for it again" in refused.text) == (403, True)
    assert house.sign_in(worker).status_code == 201
    second.post(f"/resets/{waiting(second)}/refuse", headers=ORIGIN)
    assert first_sign_in(house, worker.user, reset_by_two(first, second, worker, "second_factor"))


def test_the_upgrade_ends_what_resets_of_two_people_gave_as_a_whole(house: House) -> None:
    first, second = a_body(house)
    asked, agreed, new, alone = (house.person("officer", house.organization("police_unit")) for _ in range(4))
    slips = {}
    for owner in (agreed, new):
        slips[owner.user] = reset_by_two(first, second, owner, "second_factor")
    house.clock.advance(timedelta(minutes=1))
    slips[alone.user] = slip_code(ask(first, alone)[1])
    ask(first, asked, "second_factor")
    migration = import_module("directory_service.migrations.versions.0060_both_hands_of_halves")
    with house.worker.transaction() as session:
        old = {"old": [asked.account, agreed.account]}
        session.execute(text("UPDATE reset SET first_half = NULL WHERE account_id = ANY (:old)"), old)
        decided = session.scalar(text("SELECT decided_at FROM reset WHERE account_id = :id"), {"id": agreed.account})
        row = session.get_one(Account, agreed.account)
        slips[agreed.user] = print_slip(session, house.dependencies, row, by=None, now=decided).code

        session.execute(text(migration.WHOLE_SLIPS))
        session.execute(text(migration.WITHOUT_HALF))

    def status(owner: Person) -> int:
        typed = {"user": owner.user, "slip": slips[owner.user]}
        return house.client().post("/first-sign-in", data=typed, headers=ORIGIN).status_code

    assert (status(agreed), status(new), status(alone)) == (401, 303, 303)
    assert asked.user not in second.get("/resets").text
    assert half_of_slip(ask(first, asked, "second_factor")[1]), "it is asked anew"


def hands(house: House, account: UUID) -> set[tuple[UUID, object]]:
    with house.worker.transaction() as session:
        query = text("SELECT hand, ends_at FROM let_in WHERE account_id = :id")
        return {(row.hand, row.ends_at) for row in session.execute(query, {"id": account})}


def test_whoever_asked_for_a_reset_is_no_second_person_beside_its_account(house: House) -> None:
    worker, body = house.person("case_worker", house.organization("provider")), house.organization("coordinating_body")
    asker, agreed, owner = (house.person(role, body) for role in ("coordinator", "data_officer", "coordinator"))
    first, second = house.browser(asker), house.browser(agreed)
    puppet = first_sign_in(house, owner.user, reset_by_two(first, second, owner))

    noted = hands(house, owner.account)
    assert {hand for hand, _ends_at in noted} == {asker.account, agreed.account}
    assert len({ends_at for _hand, ends_at in noted}) == 1
    assert half_of_slip(ask(puppet, worker, "second_factor")[1])
    for each in (first, second):
        refused = agree(each)
        assert (refused.status_code, "Ask a third person" in refused.text) == (403, True)


def test_halves_count_for_good_where_a_role_comes_within_their_time_and_not_later(house: House) -> None:
    provider, body = house.organization("provider"), house.organization("coordinating_body")
    first, second = a_body(house)
    early, late = (house.person("coordinator", body) for _ in range(2))
    for owner in (early, late):
        reset_by_two(first, second, owner)
    house.second_role(early, "case_worker", provider)
    house.clock.advance(LATELY + timedelta(days=1))
    with house.worker.transaction() as session:
        sweep_accounts(session, house.clock.now())
    house.second_role(late, "case_worker", provider)

    assert [ends_at for _hand, ends_at in hands(house, early.account)] == [None, None]
    assert hands(house, late.account) == set()


def test_whoever_asked_and_is_no_coordinator_any_more_has_half_of_no_slip(house: House) -> None:
    worker, body = house.person("case_worker", house.organization("provider")), house.organization("coordinating_body")
    asker, other = house.person("coordinator", body), house.browser(house.person("coordinator", body))
    _coordinator, second = a_body(house)
    ask(house.browser(asker), worker, "second_factor")
    found = re.search(rf"{asker.user}.*?/members/([0-9a-f-]+)/end", other.get("/members").text, re.DOTALL)
    assert found
    assert other.post(f"/members/{found[1]}/end", headers=ORIGIN).status_code == 303

    refused = agree(second)

    assert (refused.status_code, "Refuse it, and ask for it again" in refused.text) == (403, True)
    assert house.sign_in(worker).status_code == 201


def test_what_was_asked_for_in_one_moment_waits_in_the_order_of_asking(house: House) -> None:
    provider = house.organization("provider")
    asked = [house.person("case_worker", provider) for _ in range(4)][::-1]  # not the order of their accounts
    first, _second = a_body(house)
    for person in asked:
        ask(first, person)

    with house.worker.transaction() as session:
        session.execute(text("SET LOCAL enable_hashjoin = off"))  # another plan meets the rows by their accounts
        session.execute(text("SET LOCAL enable_nestloop = off"))
        lines = waiting_resets(session, a_principal(), house.clock.now())

    assert [line.account.user_name for line in lines] == [person.user for person in asked]
