"""What is told last of a member is what the directory holds, whatever met: contacts, language, a move, an end."""

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from conftest import Keys
from directory_service.accounts.store.accounts import lock_account
from directory_service.accounts.store.tables import Account, Membership
from directory_service.accounts.use_cases.publish_member import publish_member
from service_kit import sealed_box
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks

MEMBER = "directory.member.changed.v1"
OLD, NEW = "+919830011111", "+919830022222"
Begin = Callable[[Callable[[], Any]], Future[Any]]


def contacts_form(person: Person, phone: str) -> dict[str, str]:
    return {"phone": phone, "mail": "", "contacts_password": person.password}


def an_officer(house: House) -> tuple[Person, FlaskClient]:
    """With the old number, in a browser."""
    person = house.person("officer", house.organization("police_unit"))
    browser = house.browser(person)
    assert browser.post("/account/contacts", data=contacts_form(person, OLD), headers=ORIGIN).status_code == 303
    return person, browser


def told_last(house: House, keys: Keys) -> dict[str, Any]:
    """The event that a consumer keeps, which takes the highest version and the first of two alike; with contacts."""
    last = max(house.events(MEMBER), key=lambda each: int(str(each["version"])))  # max takes the first of two alike
    info = f"{MEMBER}|{last['membership_id']}".encode()
    private = keys.environment()["SETU_MEMBER_BOX_PRIVATE_KEY"]
    return {**last, **json.loads(sealed_box.open(private, base64.b64decode(str(last["sealed"])), info))}


@contextmanager
def beside(house: House, act: Callable[[Session], None]) -> Iterator[Begin]:
    """Something that was done and not committed; what is begun within waits for it, or is done before."""
    with ThreadPoolExecutor(1) as pool, house.worker.transaction() as session:
        act(session)

        def begin(other: Callable[[], Any]) -> Future[Any]:
            begun = pool.submit(other)
            eventually(lambda: begun.done() or waiting_for_locks(house.worker) == 1)
            return begun

        yield begin


def membership_of(session: Session, person: Person) -> Membership:
    return session.scalars(select(Membership).where(Membership.account_id == person.account)).one()


def test_a_language_that_is_chosen_as_the_number_changes_tells_no_former_number(house: House, keys: Keys) -> None:
    person, browser = an_officer(house)

    def change_number(session: Session) -> None:
        account = session.get_one(Account, person.account, with_for_update=True)
        account.phone = NEW
        session.flush()
        publish_member(session, house.dependencies, membership_of(session, person), account, house.clock.now())

    with beside(house, change_number) as begin:
        begun = begin(lambda: browser.post("/account/language", data={"language": "hi"}, headers=ORIGIN))

    assert begun.result().status_code == 303
    assert told_last(house, keys)["phone"] == NEW


def test_a_number_that_changes_as_the_membership_is_told_anew_is_told(house: House, keys: Keys) -> None:
    person, browser = an_officer(house)

    def tell_anew(session: Session) -> None:
        account = session.get_one(Account, person.account)
        publish_member(session, house.dependencies, membership_of(session, person), account, house.clock.now())
        session.flush()

    with beside(house, tell_anew) as begin:
        begun = begin(lambda: browser.post("/account/contacts", data=contacts_form(person, NEW), headers=ORIGIN))

    assert begun.result().status_code == 303
    assert told_last(house, keys)["phone"] == NEW
    versions = [each["version"] for each in house.events(MEMBER)]
    assert len(set(versions)) == len(versions)


@pytest.mark.parametrize(("path", "more"), [("contacts", {"phone": NEW}), ("language", {"language": "hi"})])
def test_a_membership_ends_as_its_owner_changes_the_account_and_neither_is_told_of_a_fault(
    house: House, keys: Keys, path: str, more: dict[str, str]
) -> None:
    person, browser = an_officer(house)
    with house.worker.transaction() as session:
        row = membership_of(session, person)
        ended, unit = row.id, row.organization_id
    supervisor = house.browser(house.person("unit_supervisor", unit))
    form = contacts_form(person, NEW) | more

    with ThreadPoolExecutor(2) as pool, house.worker.transaction() as session:
        lock_account(session, person.account)
        changed = pool.submit(browser.post, f"/account/{path}", data=form, headers=ORIGIN)
        eventually(lambda: waiting_for_locks(house.worker) == 1)
        gone = pool.submit(supervisor.post, f"/members/{ended}/end", headers=ORIGIN)
        eventually(lambda: waiting_for_locks(house.worker) == 2)

    assert (changed.result().status_code, gone.result().status_code) == (303, 303)
    assert told_last(house, keys)["active"] is False
