"""Two invitations of one account, accepted at the same moment: the second is judged by what the first made."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.accounts.domain.conflicting_roles import NEVER_BESIDE
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Membership
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from setu.roles import CUSTODY_HEALTH
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks


def a_person_without_a_role(house: House) -> Person:
    unit = house.organization("police_unit")
    person = house.person("officer", unit)
    house.end_membership(person, unit)
    return person


def invite(house: House, person: Person, role: str, organization: UUID) -> None:
    with house.worker.transaction() as session:
        offer = NewInvitation(person.user, role)
        invite_member(session, house.dependencies, organization, offer, by=None, now=house.clock.now())


def offered(house: House, person: Person) -> list[UUID]:
    with house.worker.transaction() as session:
        return [offer.id for offer in offers_to(session, person.account, house.clock.now())]


def waiting_browser(house: House, person: Person) -> FlaskClient:
    """One that showed the password and has yet to accept: nobody signs in without a role."""
    client = house.client()
    form = {"user": person.user, "password": person.password}
    assert client.post("/sign-in", data=form, headers=ORIGIN).headers["Location"] == "/invitations"
    return client


def accept_at_once(house: House, person: Person) -> list[int]:
    """Answers of as many browsers as there are offers; all of them begin before one can store what it makes."""
    offers = offered(house, person)
    browsers = [waiting_browser(house, person) for _ in offers]
    with house.worker.transaction() as session, ThreadPoolExecutor(len(offers)) as pool:
        session.execute(text("SELECT FROM account WHERE id = :id FOR UPDATE"), {"id": person.account})
        answers = [
            pool.submit(browser.post, f"/invitations/{offer}/accept", headers=ORIGIN)
            for browser, offer in zip(browsers, offers, strict=True)
        ]
        eventually(lambda: waiting_for_locks(house.worker) == len(offers))
        session.commit()
        return sorted(answer.result().status_code for answer in answers)


def roles_of(house: House, person: Person) -> list[str]:
    held = select(Membership.role).where(Membership.account_id == person.account, Membership.ended_at.is_(None))
    with house.worker.transaction() as session:
        return list(session.scalars(held))


@pytest.mark.parametrize("other", NEVER_BESIDE)
def test_prison_health_staff_becomes_no_officer_or_supervisor_at_the_same_moment(house: House, other: str) -> None:
    person = a_person_without_a_role(house)
    invite(house, person, CUSTODY_HEALTH, house.organization("prison"))
    invite(house, person, other, house.organization("prison"))

    answers = accept_at_once(house, person)

    assert (answers, len(roles_of(house, person))) == ([303, 409], 1)


def test_roles_that_go_together_are_both_there_and_counted(house: House) -> None:
    person = a_person_without_a_role(house)
    for _ in range(2):
        invite(house, person, "officer", house.organization("police_unit"))

    answers = accept_at_once(house, person)

    assert (answers, roles_of(house, person)) == ([303, 303], ["officer", "officer"])
    with house.worker.transaction() as session:
        query = text("SELECT postings, closed_at FROM account WHERE id = :id")
        assert session.execute(query, {"id": person.account}).one() == (2, None)
