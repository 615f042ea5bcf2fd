"""A sign-in whose password was right when a reset began is over with the reset, however the two meet."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory_service.accounts.outside.password_hashes import hash_password
from directory_service.accounts.store.accounts import factor_in_force, lock_account
from directory_service.accounts.store.tables import Account, SessionRow
from directory_service.accounts.use_cases.print_slip import end_open_slips
from directory_service.accounts.use_cases.reset_account import reset_by_operator
from directory_service.accounts.use_cases.sessions import end_all_sessions
from directory_service.accounts.use_cases.tickets import end_tickets
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks


@contextmanager
def reset_under_way(
    house: House, person: Person, what: str = "password"
) -> Iterator[Callable[[Callable[[], Any]], Future]]:
    """A reset that has ended everything and not committed; what is begun within waits for it, or is done before."""
    with ThreadPoolExecutor(1) as pool, house.worker.transaction() as session:
        reset_by_operator(
            session, house.dependencies, session.get_one(Account, person.account), what, house.clock.now()
        )

        def begin(act: Callable[[], Any]) -> Future:
            begun = pool.submit(act)
            eventually(lambda: begun.done() or waiting_for_locks(house.worker) == 1)
            return begun

        yield begin


def sign_in(browser: FlaskClient, person: Person) -> Any:
    return browser.post("/sign-in", data={"user": person.user, "password": person.password}, headers=ORIGIN)


def test_a_password_that_is_reset_meanwhile_brings_no_step_that_a_code_completes(house: House) -> None:
    person, browser = house.person("data_officer", house.organization("coordinating_body")), house.client()

    with reset_under_way(house, person) as begin:
        begun = begin(lambda: sign_in(browser, person))

    assert begun.result().status_code == 401
    browser.post("/second-factor", data={"code": house.code(person)}, headers=ORIGIN)
    assert not house.session_cookie(browser)


def test_nor_does_one_with_its_code_start_a_session(house: House) -> None:
    person = house.person("data_officer", house.organization("coordinating_body"))

    with reset_under_way(house, person) as begin:
        begun = begin(lambda: house.sign_in(person))

    assert begun.result().status_code == 401
    assert house.audited("session.start", "done") == 0


def test_a_second_factor_that_is_confirmed_meanwhile_is_none_after_it(house: House) -> None:
    person = house.person("data_officer", house.organization("coordinating_body"))
    browser = house.browser(person)
    form = {"kind": "totp", "password": person.password}
    shown = browser.post("/account/second-factor", data=form, headers=ORIGIN).text
    secret = re.search(r"secret=([A-Z2-7]+)|>([A-Z2-7 ]{32,})<", shown)
    assert secret, shown
    house.clock.advance(timedelta(minutes=1))
    typed = {"kind": "totp", "code": pyotp.TOTP((secret[1] or secret[2]).replace(" ", "")).at(house.clock.now())}

    with reset_under_way(house, person, "second_factor") as begin:
        begun = begin(lambda: browser.post("/account/second-factor/code", data=typed, headers=ORIGIN))

    assert begun.result().status_code == 401
    with house.worker.transaction() as session:
        assert factor_in_force(session, person.account) is None


def test_contacts_that_are_changed_meanwhile_are_the_old_ones_after_it(house: House) -> None:
    person = house.person("coordinator", house.organization("coordinating_body"))
    browser = house.browser(person)
    form = {"phone": "+91 98300 54321", "mail": "", "contacts_password": person.password}

    with reset_under_way(house, person) as begin:
        begun = begin(lambda: browser.post("/account/contacts", data=form, headers=ORIGIN))

    assert begun.result().status_code == 401
    with house.worker.transaction() as session:
        assert session.get_one(Account, person.account).phone is None


def test_whoever_chooses_a_language_as_the_session_ends_elsewhere_is_asked_to_sign_in(house: House) -> None:
    person = house.person("officer", house.organization("police_unit"))
    browser = house.browser(person)
    with house.worker.transaction() as session:  # as after the look at revocations, and before that at the session
        session.execute(update(SessionRow).values(ended_at=house.clock.now()))

    answer = browser.post("/account/language", data={"language": "hi"}, headers=ORIGIN)

    assert (answer.status_code, "Sign in" in answer.text) == (401, True)


@contextmanager
def rows_of(house: House, person: Person) -> Iterator[Session]:
    """A transaction that holds the account."""
    with house.worker.transaction() as session:
        lock_account(session, person.account)
        yield session


@pytest.mark.parametrize(("new", "status"), [(None, 401), ("monsoon bridge lantern", 401), ("the same", 303)])
def test_one_that_is_changed_meanwhile_opens_nothing_and_one_that_was_hashed_anew_does(
    house: House, new: str | None, status: int
) -> None:
    person, browser = house.person("officer", house.organization("police_unit")), house.client()
    password = person.password if new == "the same" else new

    with ThreadPoolExecutor(1) as pool, rows_of(house, person) as session:
        account = session.get_one(Account, person.account)
        account.password_hash = hash_password(password) if password else None
        end_open_slips(session, person.account, house.clock.now())
        end_tickets(session, person.account, house.clock.now())
        end_all_sessions(session, house.dependencies, person.account, house.clock.now())
        begun = pool.submit(sign_in, browser, person)
        eventually(lambda: begun.done() or waiting_for_locks(house.worker) == 1)

    assert begun.result().status_code == status
    assert bool(house.session_cookie(browser)) == (status == 303)
