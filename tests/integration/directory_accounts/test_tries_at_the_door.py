"""Wrong tries are counted so that a stranger locks nobody out, and nobody guesses from many networks for ever."""

import base64
import os
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_service.accounts.domain.attempt_limits import TRIES_FROM_STRANGERS, TRIES_PER_ACCOUNT, TRIES_PER_NETWORK
from directory_service.accounts.use_cases.known_devices import (
    ACCOUNTS,
    device_of,
    remember_account,
)
from support.accounts import (
    ORIGIN,
    House,
    Person,
)


def an_officer(house: House) -> Person:
    return house.person("officer", house.organization("police_unit"))


def try_from(client: FlaskClient, address: str, user: str, password: str = "wrong") -> int:  # noqa: S107 # a wrong one
    body = {"user": user, "password": password}
    answer = client.post("/api/session", json=body, environ_base={"REMOTE_ADDR": address})
    return answer.status_code


def attack(house: House, user: str, *addresses: str, each: int = TRIES_PER_ACCOUNT) -> list[int]:
    client = house.client()
    return [try_from(client, address, user) for address in addresses for _ in range(each)]


def test_a_stranger_does_not_lock_the_owner_out_of_another_network(house: House) -> None:
    officer = an_officer(house)

    attack(house, officer.user, "198.51.100.7", each=TRIES_PER_ACCOUNT + 5)

    assert try_from(house.client(), "198.51.100.200", officer.user, officer.password) == 429, "the same network"
    assert try_from(house.client(), "203.0.113.9", officer.user, officer.password) == 201


def test_a_device_that_signed_in_before_keeps_its_own_count_also_under_attack_from_everywhere(house: House) -> None:
    officer = an_officer(house)
    owner, here = house.client(), "203.0.113.9"
    assert try_from(owner, here, officer.user, officer.password) == 201
    networks = [f"198.51.{number}.7" for number in range(TRIES_FROM_STRANGERS // TRIES_PER_ACCOUNT)]

    attack(house, officer.user, *networks, here)

    assert try_from(house.client(), "192.0.2.1", officer.user, officer.password) == 429, "strangers wait everywhere"
    assert try_from(owner, here, officer.user, officer.password) == 201


def test_a_known_device_has_no_more_tries_than_another(house: House) -> None:
    officer = an_officer(house)
    client = house.client()
    try_from(client, "203.0.113.9", officer.user, officer.password)

    answers = [try_from(client, f"198.51.{number}.7", officer.user) for number in range(TRIES_PER_ACCOUNT + 1)]

    assert answers == [401] * TRIES_PER_ACCOUNT + [429]


def test_one_network_does_not_use_up_what_all_strangers_share(house: House) -> None:
    officer = an_officer(house)

    attack(house, officer.user, "198.51.100.7", each=TRIES_FROM_STRANGERS + 5)

    assert try_from(house.client(), "203.0.113.9", officer.user, officer.password) == 201


def test_one_network_tries_so_many_accounts_and_a_known_device_in_it_goes_on(house: House) -> None:
    officer = an_officer(house)
    owner = house.client()
    try_from(owner, "198.51.100.9", officer.user, officer.password)
    names = (f"somebody.{number}" for number in count())

    for _ in range(TRIES_PER_NETWORK):
        assert try_from(house.client(), "198.51.100.7", next(names)) == 401

    assert try_from(house.client(), "198.51.100.8", next(names)) == 429
    assert try_from(owner, "198.51.100.9", officer.user, officer.password) == 201


COUNTED_WITH = {
    "198.51.100.1": {"198.51.100.254": True, "::ffff:198.51.100.9": True, "198.51.101.1": False},
    "2001:db8:0:1::1": {"2001:db8:0:1:ffff::9": True, "2001:db8:0:2::1": False},
}


@pytest.mark.parametrize("one", COUNTED_WITH)
def test_addresses_are_counted_by_network(house: House, one: str) -> None:
    attack(house, "nobody.here", one)

    answers = {another: try_from(house.client(), another, "nobody.here") for another in COUNTED_WITH[one]}

    assert answers == {another: 429 if same else 401 for another, same in COUNTED_WITH[one].items()}


def test_the_device_cookie_holds_nothing_personal_and_is_for_the_server_alone(house: House) -> None:
    officer = an_officer(house)
    form = {"user": officer.user, "password": officer.password}

    cookie = next(
        value
        for value in house.client().post("/sign-in", data=form, headers=ORIGIN).headers.getlist("Set-Cookie")
        if value.startswith("setu_device")
    )

    token = cookie.partition("=")[2].partition(";")[0]
    raw = base64.urlsafe_b64decode(token)
    assert officer.account.bytes not in raw
    assert officer.user.encode() not in raw
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_device_keeps_the_accounts_of_a_shared_desk_and_cannot_be_made_up(house: House) -> None:
    dependencies, token = house.dependencies, ""
    accounts = [house.ids.uuid() for _ in range(ACCOUNTS + 1)]
    for account in accounts:
        token = remember_account(dependencies, token, account)

    known = [device_of(dependencies, token, account) is not None for account in accounts]

    assert known == [False] + [True] * ACCOUNTS, "the one of longest ago is forgotten"
    raw = base64.urlsafe_b64decode(token)
    other_device = base64.urlsafe_b64encode(os.urandom(16) + raw[16:]).decode()
    for forged in (other_device, "", "x", "é", base64.urlsafe_b64encode(os.urandom(48)).decode(), token[:-4]):
        assert device_of(dependencies, forged, accounts[1]) is None


def test_second_factor_tries_without_a_real_ticket_count_for_nothing(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    bearer = house.bearer(worker)
    forged = house.client()
    ticket = base64.urlsafe_b64encode(worker.account.bytes + os.urandom(48)).decode()
    forged.set_cookie(f"setu_ticket_{house.settings.port_base}", ticket)
    for path in ("/second-factor", "/first-sign-in/second-factor/code"):
        for _ in range(TRIES_PER_ACCOUNT + 2):
            answer = forged.post(path, data={"code": "000000", "kind": "totp"}, headers=ORIGIN)
            assert answer.status_code == 303

    again = house.client().post("/api/session/second-factor", json={"code": house.code(worker)}, headers=bearer)

    assert again.status_code == 200
    assert house.sign_in(worker).status_code == 201


def test_codes_behind_a_right_password_are_counted_in_the_page_and_in_the_api_together(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    body: dict[str, Any] = {"user": worker.user, "password": worker.password, "code": "000000"}
    page = house.client()
    page.post("/sign-in", data=body, headers=ORIGIN)
    half = TRIES_PER_ACCOUNT // 2

    for number in range(half):
        assert page.post("/second-factor", data={"code": "000000"}, headers=ORIGIN).status_code == 401
        address = {"REMOTE_ADDR": f"198.51.{number}.7"}
        assert house.client().post("/api/session", json=body, environ_base=address).status_code == 401

    assert page.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN).status_code == 429
    right = body | {"code": house.code(worker)}
    answer = house.client().post("/api/session", json=right, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 429


def test_a_phone_number_of_both_sides_signs_in_whose_password_it_is(house: House) -> None:
    unit, provider = house.organization("police_unit"), house.organization("provider")
    _one, officer, officers_slip = house.newcomer("officer", unit, phone="98000 12345")
    _other, manager, managers_slip = house.newcomer("provider_manager", provider, phone="98000 12345")
    for user, slip in ((officer, officers_slip), (manager, managers_slip)):
        client = house.client()
        client.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
        client.post("/first-sign-in/password", data={"password": f"monsoon bridge {user}x"}, headers=ORIGIN)

    answers = {
        user: house.client().post("/api/session", json={"user": "+919800012345", "password": f"monsoon bridge {user}x"})
        for user in (officer, manager)
    }

    assert answers[officer].get_json()["memberships"][0]["role"] == "officer"
    assert answers[manager].get_json()["memberships"][0]["role"] == "provider_manager"
