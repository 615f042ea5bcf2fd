"""A fresh code in a session that is there, and what the worker sweeps."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from directory_service.accounts.store.tables import Account, SecondFactor
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.second_factor import use_code
from directory_service.accounts.use_cases.sweep_accounts import (
    rewrap_secrets,
    sweep_accounts,
)
from service_kit.keyring import Keyring
from support.accounts import (
    ORIGIN,
    House,
    Person,
)
from support.events import eventually, waiting_for_locks
from support.slips import totp_secret


def test_a_fresh_code_leads_back_to_where_it_was_asked(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    client = house.browser(worker)

    page = client.get("/second-factor?next=http://referral.test/inbox")
    form = {"code": house.code(worker), "next": "http://referral.test/inbox"}
    answer = client.post("/second-factor", data=form, headers=ORIGIN)

    assert page.status_code == 200
    assert answer.headers["Location"] == "http://referral.test/inbox"


def test_an_old_ticket_does_not_stand_in_the_way_of_a_fresh_code(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    client = house.browser(worker)
    client.set_cookie(f"setu_ticket_{house.settings.port_base}", "nothing")

    assert client.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN).status_code == 303


def test_whoever_has_no_second_factor_is_led_to_set_one_up(house: House) -> None:
    client = house.browser(house.person("officer", house.organization("police_unit")))

    assert client.get("/second-factor").headers["Location"] == "/account/second-factor"


@pytest.mark.parametrize("kind", ["totp", "printed"])
def test_of_a_form_that_is_sent_twice_at_once_one_new_factor_waits_for_its_code(house: House, kind: str) -> None:
    person = house.person("officer", house.organization("police_unit"))
    browser, form = house.browser(person), {"kind": kind, "password": person.password}
    other = (SecondFactor.account_id == person.account, SecondFactor.confirmed_at.is_(None))

    with ThreadPoolExecutor(2) as pool:
        with house.worker.transaction() as session:
            session.get_one(Account, person.account, with_for_update=True)
            sent = [pool.submit(browser.post, "/account/second-factor", data=form, headers=ORIGIN) for _ in range(2)]
            eventually(lambda: waiting_for_locks(house.worker) == 2)
        answers = [each.result().status_code for each in sent]

    with house.worker.transaction() as session:
        waits = session.scalar(select(func.count()).select_from(SecondFactor).where(*other))
    assert (answers, waits) == ([200, 200], 1)


def test_wrong_codes_are_throttled(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    bearer = house.bearer(worker)

    statuses = [
        house.client().post("/api/session/second-factor", json={"code": "000000"}, headers=bearer).status_code
        for _ in range(11)
    ]

    assert statuses == [401] * 10 + [429]


def test_what_is_over_is_swept_and_codes_stay_dead_while_they_could_be_right(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    house.bearer(worker)
    house.client().post("/sign-in", data={"user": worker.user, "password": worker.password}, headers=ORIGIN)

    def counts() -> list[int]:
        with house.worker.transaction() as session:
            sweep_accounts(session, house.clock.now())
            tables = ("used_step", "ticket", "session")
            return [session.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables]  # noqa: S608  # our own words

    assert counts() == [1, 1, 1]
    house.clock.advance(timedelta(hours=2))
    assert counts() == [0, 1, 1]
    house.clock.advance(timedelta(days=100))
    assert counts() == [0, 0, 0]


def test_secrets_move_under_a_new_key_and_still_open(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    old = dict(house.settings.kek)
    both = Dependencies(
        house.ids, house.dependencies.mac, Keyring({"new": os.urandom(32), **old}), house.settings.member_box_public_key
    )

    with house.worker.transaction() as session:
        assert rewrap_secrets(session, both) == 1
        assert rewrap_secrets(session, both) == 0
        code = house.code(worker)
        assert use_code(session, both, worker.account, code, house.clock.now())


def begin_factor(client: FlaskClient, person: Person) -> str:
    """The secret that the owner of the account is shown."""
    form = {"kind": "totp", "password": person.password}
    secret = totp_secret(client.post("/account/second-factor", data=form, headers=ORIGIN).text)
    assert secret
    return secret


def type_code(house: House, client: FlaskClient, secret: str) -> TestResponse:
    house.clock.advance(timedelta(seconds=30))
    form = {"kind": "totp", "code": pyotp.TOTP(secret).at(house.clock.now())}
    return client.post("/account/second-factor/code", data=form, headers=ORIGIN)


def test_a_factor_that_one_session_has_begun_is_not_shown_or_confirmed_in_another(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    one, other = house.browser(worker), house.browser(worker)
    secret = begin_factor(one, worker)

    wrong, right = type_code(house, other, worker.totp_secret), type_code(house, other, secret)

    assert {(answer.status_code, answer.location) for answer in (wrong, right)} == {(303, "/account/second-factor")}
    assert type_code(house, one, secret).location == "/account?done=second-factor"


def test_of_two_sessions_that_begin_a_factor_the_later_one_confirms_it(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    one, other = house.browser(worker), house.browser(worker)
    former, later = begin_factor(one, worker), begin_factor(other, worker)

    refused = type_code(house, one, former)

    assert (refused.location, totp_secret(refused.text)) == ("/account/second-factor", "")
    assert type_code(house, other, later).location == "/account?done=second-factor"


def test_a_factor_that_was_begun_and_left_is_begun_anew(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    browser = house.browser(worker)
    secret = begin_factor(browser, worker)
    for _ in range(4):  # the session is in use, and a code was shown just now
        house.clock.advance(timedelta(minutes=8))
        assert browser.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN).status_code == 303

    assert type_code(house, browser, secret).location == "/account/second-factor"

    with house.worker.transaction() as session:
        left = "SELECT count(*) FROM second_factor WHERE confirmed_at IS NULL"
        assert session.scalar(text(left)) == 1
        sweep_accounts(session, house.clock.now() + timedelta(days=2))
        assert session.scalar(text(left)) == 0
