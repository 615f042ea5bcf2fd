"""Whoever has a second factor shows it before an invitation is answered, and half a sign-in answers one alone."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from directory_service.accounts.store.tables import Membership
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from setu.roles import PROVIDING, ROLES
from support.accounts import ORIGIN, House, Person


def one_who_left(house: House, role: str, *invited_as: str) -> Person:
    """In nothing any more, and invited since; `invited_as`: by so many others."""
    kind = "provider" if ROLES[role].side == PROVIDING else "police_unit"
    person, now = house.person(role, house.organization(kind)), house.clock.now()
    with house.worker.transaction() as session:
        session.execute(update(Membership).where(Membership.account_id == person.account).values(ended_at=now))
    for offered in invited_as:
        place = house.organization(kind)
        with house.worker.transaction() as session:
            invite_member(session, house.dependencies, place, NewInvitation(person.user, offered), by=None, now=now)
    return person


def with_password(house: House, person: Person) -> tuple[FlaskClient, str]:
    """A browser in which the right password was typed, and where that leads."""
    client = house.client()
    form = {"user": person.user, "password": person.password}
    return client, client.post("/sign-in", data=form, headers=ORIGIN).headers["Location"]


def with_code(house: House, person: Person, client: FlaskClient) -> TestResponse:
    return client.post("/second-factor", data={"code": house.code(person)}, headers=ORIGIN)


def offers(client: FlaskClient) -> list[str]:
    return re.findall(r"/invitations/([0-9a-f-]+)/accept", client.get("/invitations").text)


def answer(client: FlaskClient, offer: str | UUID, act: str = "accept") -> TestResponse:
    return client.post(f"/invitations/{offer}/{act}", headers=ORIGIN)


def roles_of(house: House, person: Person) -> list[str]:
    held = select(Membership.role).where(Membership.account_id == person.account, Membership.ended_at.is_(None))
    with house.worker.transaction() as session:
        return list(session.scalars(held))


@pytest.mark.parametrize("offered", ["case_worker", "provider_manager"])
def test_the_password_alone_neither_shows_nor_answers_an_invitation(house: House, offered: str) -> None:
    person = one_who_left(house, "case_worker", offered)
    with house.worker.transaction() as session:
        invitation = session.scalar(text("SELECT id FROM invitation"))

    for act, noted in (("accept", "invitation.accepted"), ("refuse", "invitation.refused")):
        client, led_to = with_password(house, person)

        assert (led_to, offers(client)) == ("/second-factor", []), act
        assert (answer(client, invitation, act).status_code, roles_of(house, person)) == (401, []), act
        assert house.audited(noted, "done") == 0, act


def test_after_the_code_it_is_accepted_and_the_next_sign_in_is_into_the_new_role(house: House) -> None:
    person = one_who_left(house, "case_worker", "case_worker")
    client, _ = with_password(house, person)

    led_to = with_code(house, person, client).headers["Location"]
    (offer,) = offers(client)
    accepted = answer(client, offer)

    assert (led_to, accepted.headers["Location"]) == ("/invitations", "/sign-in?joined=1")
    assert roles_of(house, person) == ["case_worker"]
    again, asked = with_password(house, person)
    assert (asked, with_code(house, person, again).headers["Location"]) == (
        "/second-factor",
        "http://referral.test/",
    )


def test_a_code_that_opened_an_invitation_opens_nothing_else(house: House) -> None:
    person = one_who_left(house, "case_worker", "case_worker")
    first, second, code = with_password(house, person)[0], with_password(house, person)[0], house.code(person)

    answers = [client.post("/second-factor", data={"code": code}, headers=ORIGIN) for client in (first, second)]

    assert [one.status_code for one in answers] == [303, 401]
    assert (len(offers(first)), offers(second)) == (1, [])


def test_a_wrong_code_opens_no_invitation(house: House) -> None:
    person = one_who_left(house, "case_worker", "case_worker")
    client, _ = with_password(house, person)

    refused = client.post("/second-factor", data={"code": "000000"}, headers=ORIGIN)

    assert (refused.status_code, offers(client)) == (401, [])


def test_a_program_too_is_asked_for_the_code_before_it_hears_that_there_is_no_place_to_work_in(house: House) -> None:
    person = one_who_left(house, "case_worker", "case_worker")

    without = house.client().post("/api/session", json={"user": person.user, "password": person.password})

    assert without.get_json()["type"] == "/problems/second-factor-required"
    assert house.sign_in(person).get_json()["type"] == "/problems/no-membership"


def test_half_a_sign_in_accepts_one_invitation_and_is_over(house: House) -> None:
    person = one_who_left(house, "officer", "officer", "officer")
    client, led_to = with_password(house, person)
    cookie = client.get_cookie("setu_ticket_8000")
    first, second = offers(client)

    assert (led_to, answer(client, first).status_code) == ("/invitations", 303)

    assert cookie
    client.set_cookie(cookie.key, cookie.value)
    assert (offers(client), answer(client, second).status_code) == ([], 401)
    assert roles_of(house, person) == ["officer"]
    assert "/sign-in" in client.get("/invitations").headers["Location"]
