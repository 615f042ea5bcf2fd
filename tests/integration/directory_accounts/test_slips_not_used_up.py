"""Until a slip is used up, what was typed with it opens nothing; and whoever uses it up is in alone."""

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.accounts.outside.password_hashes import hash_password
from directory_service.accounts.use_cases.revoke_half_chosen_passwords import revoke_half_chosen_passwords
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks
from support.resets import a_body, ask, half_of_slip, waiting
from support.slips import COPIED, OWN, choose_password, post_password, show_slip


def both_roles(house: House) -> Person:
    """Somebody who manages a provider, which takes no code, and works there with people, which takes one."""
    provider = house.organization("provider")
    worker = house.person("case_worker", provider)
    house.second_role(worker, "provider_manager", provider)
    return worker


def reset_by_two(house: House, person: Person, what: str = "second_factor") -> str:
    coordinator, data_officer = a_body(house)
    _status, first = ask(coordinator, person, what)
    approved = data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True)
    return half_of_slip(first) + half_of_slip(approved.text)


def finish(browser: FlaskClient) -> int:
    page = browser.post("/first-sign-in/second-factor", data={"kind": "printed"}, headers=ORIGIN).text
    codes = re.findall(r'<code class="reference" translate="no">([A-Z0-9-]+)</code>', page)
    typed = {"kind": "printed", "code": codes[0] if codes else ""}
    return browser.post("/first-sign-in/second-factor/code", data=typed, headers=ORIGIN).status_code


def sign_in(house: House, person: Person, password: str) -> int:
    form = {"user": person.user, "password": password}
    return house.client().post("/sign-in", data=form, headers=ORIGIN).status_code


def store_as_an_older_release(house: House, *accounts: UUID) -> None:
    """A password that was chosen at the second step of a first sign-in."""
    with house.worker.transaction() as session:
        chosen = {"hash": hash_password(COPIED), "who": list(accounts)}
        session.execute(text("UPDATE account SET password_hash = :hash WHERE id = ANY (:who)"), chosen)


def test_a_password_chosen_with_a_slip_opens_nothing_before_the_slip_is_used_up(house: House) -> None:
    person = both_roles(house)
    slip = reset_by_two(house, person)

    browser = choose_password(house, person.user, slip, COPIED)

    assert sign_in(house, person, COPIED) == 401
    assert house.client().post("/api/session", json={"user": person.user, "password": COPIED}).status_code == 401
    assert (finish(browser), bool(house.session_cookie(browser))) == (303, True)


def test_a_second_browser_that_has_typed_the_code_alone_is_out_once_the_slip_is_used_up(house: House) -> None:
    person = both_roles(house)
    slip = reset_by_two(house, person)
    copier = show_slip(house, person.user, slip)
    owner = choose_password(house, person.user, slip, OWN)

    assert finish(owner) == 303

    refused = post_password(copier, COPIED)
    assert (refused.status_code, "may have been copied" in refused.text) == (403, True)
    assert sign_in(house, person, COPIED) == 401
    assert sign_in(house, person, OWN) == 303


def test_of_two_browsers_that_finish_at_the_same_moment_one_is_in(house: House) -> None:
    account, user, slip = house.newcomer("provider_manager", house.organization("provider"))
    browsers = [show_slip(house, user, slip) for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        with house.worker.transaction() as session:  # holds both back at the account
            session.execute(text("SELECT FROM account WHERE id = :who FOR UPDATE"), {"who": account})
            sent = [pool.submit(post_password, *each) for each in zip(browsers, (OWN, COPIED), strict=True)]
            eventually(lambda: waiting_for_locks(house.worker) == 2)
        answers = {(each.result().status_code, each.result().location) for each in sent}

    assert answers == {(303, "http://referral.test/"), (403, None)}
    assert sorted(bool(house.session_cookie(each)) for each in browsers) == [False, True]
    assert house.audited("slip.use", "done") == 1


def test_using_a_slip_up_ends_every_other_session_of_the_account(house: House) -> None:
    person = both_roles(house)
    slip = reset_by_two(house, person)
    store_as_an_older_release(house, person.account)
    copier = house.browser(Person(person.account, person.user, COPIED))
    assert copier.get("/members").status_code == 200

    owner = choose_password(house, person.user, slip, OWN)
    assert finish(owner) == 303

    assert copier.get("/members").status_code == 303
    assert owner.get("/account").status_code == 200
    assert len(house.events("directory.session.revoked.v1")) >= 1


def test_the_upgrade_takes_passwords_back_that_no_used_up_slip_stands_behind(house: House) -> None:
    person, settled = both_roles(house), both_roles(house)
    fresh = house.newcomer("officer", house.organization("court"))
    reset_by_two(house, person)
    store_as_an_older_release(house, person.account, fresh[0])
    with house.worker.transaction() as session:
        session.execute(
            text(import_module("directory_service.migrations.versions.0064_passwords_of_tickets").CHOSEN_BY_HALVES)
        )

    assert sign_in(house, person, COPIED) == 401
    assert sign_in(house, Person(fresh[0], fresh[1], ""), COPIED) == 401
    assert sign_in(house, settled, settled.password) == 303


def test_what_an_older_process_stores_after_the_upgrade_is_taken_back_with_its_sessions(house: House) -> None:
    person, settled = both_roles(house), both_roles(house)
    fresh, user, slip = house.newcomer("officer", house.organization("court"))
    done, done_slip = house.newcomer("officer", house.organization("court"))[1:]
    post_password(show_slip(house, done, done_slip), OWN)
    reset_by_two(house, person)
    store_as_an_older_release(house, person.account, fresh)
    copier, settled_browser = house.browser(Person(person.account, person.user, COPIED)), house.browser(settled)

    with house.worker.transaction() as session:
        taken = [revoke_half_chosen_passwords(session, house.dependencies, house.clock.now()) for _ in range(2)]

    assert taken == [2, 0]
    assert [sign_in(house, Person(fresh, name, ""), COPIED) for name in (person.user, user)] == [401, 401]
    assert [client.get("/account").status_code for client in (copier, settled_browser)] == [303, 200]
    assert sign_in(house, Person(fresh, done, ""), OWN) == 303
    assert post_password(show_slip(house, user, slip), OWN).location == "http://referral.test/"
