"""Signing in in a browser, without JavaScript: forms, cookies, and where they lead."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pyotp
import pytest

from setu.navigation import SEALED_COOKIES
from support.accounts import (
    ORIGIN,
    House,
)

HERE = "http://directory.test"


def test_an_officer_signs_in_and_is_led_back(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.client()
    form = {"user": officer.user, "password": officer.password, "next": "http://referral.test/new"}

    answer = client.post("/sign-in", data=form, headers=ORIGIN)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "http://referral.test/new"
    assert house.session_cookie(client)


def test_a_browsers_token_is_good_in_its_cookie_alone(house: House) -> None:
    officer, client = house.person("officer", house.organization("police_unit")), house.client()
    client.post("/sign-in", data={"user": officer.user, "password": officer.password}, headers=ORIGIN)
    copied = {"Authorization": f"Bearer {house.session_cookie(client)}"}
    here = house.client().get("/api/session", headers=copied).get_json()["membership"]
    client.put("/api/session", json={"membership": here}, headers=ORIGIN)
    switched = {"Authorization": f"Bearer {house.session_cookie(client)}"}
    assert house.client().delete("/api/session", headers=switched).status_code == 401
    assert client.get("/account").status_code == 200

    house.clock.advance(timedelta(minutes=11))

    assert client.get("/account").status_code == 303, "locked"
    assert house.client().delete("/api/session", headers=copied).status_code == 401
    assert house.client().get("/api/session", headers=copied).status_code == 200, "the other services ask so"


@pytest.mark.parametrize("role", ["officer", "case_worker"])
def test_a_window_that_was_opened_for_signing_in_says_to_close_it_and_go_back(house: House, role: str) -> None:
    person = house.person(role, house.organization("police_unit" if role == "officer" else "provider"))
    first = house.browser(person)
    house.clock.advance(timedelta(minutes=11))
    ended = first.post("/account/language", data={"language": "hi"}, headers=ORIGIN).text
    (link,) = re.findall(r'href="([^"]*)" target="_blank"', ended)
    way_back = re.search(r'name="next" value="([^"]*)"', first.get(link).text)
    assert way_back

    form = {"user": person.user, "password": person.password, "next": way_back[1]}
    led_to = first.post("/sign-in", data=form, headers=ORIGIN).headers["Location"]
    if role == "case_worker":
        code = {"code": house.code(person), "next": way_back[1]}
        assert way_back[1] in unquote(led_to)
        led_to = first.post("/second-factor", data=code, headers=ORIGIN).headers["Location"]

    assert led_to == f"{HERE}/signed-in"
    assert "Now close this window, and go back to the one in which you were." in first.get("/signed-in").text


def test_whoever_is_not_signed_in_is_not_told_to_be(house: House) -> None:
    assert "/sign-in?next=" in house.client().get("/signed-in").headers["Location"]


def test_leaving_a_locked_screen_or_signing_in_anew_ends_the_session_that_was_there(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    form = {"user": officer.user, "password": officer.password}
    for way in ("/sign-out", "/leave", "/sign-in"):
        client = house.client()
        client.post("/sign-in", data=form, headers=ORIGIN)
        asked = {"Authorization": f"Bearer {house.session_cookie(client)}"}
        house.clock.advance(timedelta(minutes=11))
        assert house.client().get("/api/session", headers=asked).status_code == 200, way

        client.post(way, data=form, headers=ORIGIN)

        assert house.client().get("/api/session", headers=asked).status_code == 401, way


def test_signing_out_at_a_machine_whose_clock_is_behind_ends_the_session(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    for ended, way in enumerate(("/sign-out", "/leave")):
        client = house.client()
        client.post("/sign-in", data={"user": officer.user, "password": officer.password}, headers=ORIGIN)
        asked = {"Authorization": f"Bearer {house.session_cookie(client)}"}
        house.clock.advance(timedelta(minutes=-2))
        sign_in = client.get(client.get("/account").headers["Location"].removeprefix("http://directory.test")).text
        assert "The clock of a machine is behind" in sign_in, way
        assert 'action="/sign-out"' in sign_in, way

        house.client().post(way, headers=asked | ORIGIN)
        assert house.audited("session.end", "done") == ended, f"a browser's token is no bearer: {way}"
        client.post(way, headers=ORIGIN)

        assert house.audited("session.end", "done") == ended + 1, way
        house.clock.advance(timedelta(minutes=2))
        assert house.client().get("/api/session", headers=asked).status_code == 401, way


def test_next_leads_nowhere_else(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    for evil in ("https://evil.test/", "//evil.test", "javascript:alert(1)", "http://referral.test@evil.test/"):
        form = {"user": officer.user, "password": officer.password, "next": evil}
        answer = house.client().post("/sign-in", data=form, headers=ORIGIN)
        assert answer.headers["Location"] == "http://referral.test/", evil


def test_a_case_worker_gives_the_code_on_the_second_page(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    client = house.client()

    first = client.post("/sign-in", data={"user": worker.user, "password": worker.password}, headers=ORIGIN)
    wrong = client.post("/second-factor", data={"code": "000000"}, headers=ORIGIN)
    assert not house.session_cookie(client)
    right = client.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN)

    assert first.headers["Location"] == "/second-factor"
    assert wrong.status_code == 401
    assert right.status_code == 303
    assert house.session_cookie(client)


def test_a_ticket_is_good_once_and_for_fifteen_minutes(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    client = house.client()
    client.post("/sign-in", data={"user": worker.user, "password": worker.password}, headers=ORIGIN)
    ticket = client.get_cookie(f"setu_ticket_{house.settings.port_base}")
    assert ticket is not None
    assert client.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN).status_code == 303

    other = house.client()
    other.set_cookie(ticket.key, ticket.value)
    again = other.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN)
    assert again.headers["Location"] == "/sign-in"

    client = house.client()
    client.post("/sign-in", data={"user": worker.user, "password": worker.password}, headers=ORIGIN)
    house.clock.advance(timedelta(minutes=16))
    late = client.post("/second-factor", data={"code": house.code(worker)}, headers=ORIGIN)
    assert late.headers["Location"] == "/sign-in"


def test_a_newcomer_begins_with_a_slip_that_is_good_once(house: House) -> None:
    _account, user, code = house.newcomer("officer", house.organization("police_unit"))
    client = house.client()

    shown = client.post("/first-sign-in", data={"user": user, "slip": code.lower().replace("-", " ")}, headers=ORIGIN)
    asked = client.get("/first-sign-in/password")
    weak = client.post("/first-sign-in/password", data={"password": "short"}, headers=ORIGIN)
    chosen = client.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    again = house.client().post("/first-sign-in", data={"user": user, "slip": code}, headers=ORIGIN)

    assert shown.headers["Location"] == "/first-sign-in/password"
    assert weak.status_code == 422
    assert all("Step 2 of 2" in page.text for page in (asked, weak))  # this role needs no second factor
    assert chosen.headers["Location"] == "http://referral.test/"
    assert house.session_cookie(client)
    assert again.status_code == 401
    body = {"user": user, "password": "monsoon bridge lantern"}
    assert house.client().post("/api/session", json=body).status_code == 201


def test_a_health_worker_enrols_an_app_with_the_slip(house: House) -> None:
    _account, user, code = house.newcomer("custody_health", house.organization("prison"))
    client = house.client()
    client.post("/first-sign-in", data={"user": user, "slip": code}, headers=ORIGIN)
    assert "Step 2 of 3" in client.get("/first-sign-in/password").text
    client.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)

    page = client.post("/first-sign-in/second-factor", data={"kind": "totp"}, headers=ORIGIN)
    secret = re.search(r'<code class="whole" translate="no">([A-Z2-7 ]+)</code>', page.text)
    assert secret
    opened = re.search(r'href="otpauth://totp/[^"]*secret=([A-Z2-7]+)', page.text)
    assert opened
    assert opened[1] == secret[1].replace(" ", "")
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    wrong = client.post("/first-sign-in/second-factor/code", data={"kind": "totp", "code": "000000"}, headers=ORIGIN)
    right = client.post(
        "/first-sign-in/second-factor/code",
        data={"kind": "totp", "code": totp.at(house.clock.now())},
        headers=ORIGIN,
    )

    assert "<svg" in page.text
    assert wrong.status_code == 401
    assert "<svg" in wrong.text
    assert right.status_code == 303
    assert house.session_cookie(client)


def test_a_printed_list_works_each_code_once(house: House) -> None:
    _account, user, code = house.newcomer("case_worker", house.organization("provider"))
    client = house.client()
    client.post("/first-sign-in", data={"user": user, "slip": code}, headers=ORIGIN)
    client.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    page = client.post("/first-sign-in/second-factor", data={"kind": "printed"}, headers=ORIGIN)
    codes = re.findall(r'<li><code class="reference" translate="no">([A-Z0-9-]+)</code>', page.text)
    assert len(set(codes)) == 10
    assert "data-print" in page.text
    data = {"kind": "printed", "code": codes[0]}
    assert client.post("/first-sign-in/second-factor/code", data=data, headers=ORIGIN).status_code == 303

    body = {"user": user, "password": "monsoon bridge lantern"}
    statuses = [
        house.client().post("/api/session", json={**body, "code": one}).status_code
        for one in (codes[0], codes[1], codes[1], codes[2].lower().replace("-", ""))
    ]

    assert statuses == [401, 201, 401, 201]


def test_a_slip_is_over_after_a_week(house: House) -> None:
    _account, user, code = house.newcomer("officer", house.organization("police_unit"))
    house.clock.advance(timedelta(days=8))

    assert house.client().post("/first-sign-in", data={"user": user, "slip": code}, headers=ORIGIN).status_code == 401


def test_sign_out_ends_the_session_and_cleans_the_browser(house: House) -> None:
    client = house.client()
    officer = house.person("officer", house.organization("police_unit"))
    client.post("/sign-in", data={"user": officer.user, "password": officer.password}, headers=ORIGIN)

    answer = client.post("/sign-out", headers=ORIGIN)

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not house.session_cookie(client)
    assert len(house.events("directory.session.revoked.v1")) == 1
    assert client.get("/account").status_code == 303


def test_leaving_quickly_ends_the_session_on_a_neutral_page(house: House) -> None:
    client = house.client()
    officer = house.person("officer", house.organization("police_unit"))
    client.post("/sign-in", data={"user": officer.user, "password": officer.password}, headers=ORIGIN)

    answer = client.post("/leave", headers=ORIGIN)

    assert "setu" not in answer.headers["Refresh"].lower()
    assert len(house.events("directory.session.revoked.v1")) == 1


def test_a_sign_in_from_another_site_is_refused(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    form = {"user": officer.user, "password": officer.password}
    assert house.client().post("/sign-in", data=form, headers={"Origin": "https://evil.test"}).status_code == 403


def test_an_empty_first_sign_in_says_what_to_enter_and_an_officer_has_two_steps(house: House) -> None:
    _account, user, code = house.newcomer("officer", house.organization("police_unit"))
    client = house.client()

    empty = client.post("/first-sign-in", data={"user": "", "slip": ""}, headers=ORIGIN)
    client.post("/first-sign-in", data={"user": user, "slip": code}, headers=ORIGIN)

    assert empty.status_code == 422
    assert "Enter the user name that stands on the slip." in empty.text
    assert "Enter the code that stands on the slip." in empty.text
    assert "Step 2 of 2" in client.get("/first-sign-in/password").text


def test_signing_out_throws_away_what_the_browser_carries_for_any_service(house: House) -> None:
    assert {"form", "card"} <= set(SEALED_COOKIES)
    names = {f"setu_{name}_{house.settings.port_base}": path for name, (_service, path) in SEALED_COOKIES.items()}
    officer = house.person("officer", house.organization("police_unit"))
    for way in ("/sign-out", "/leave"):
        browser = house.browser(officer)
        for name, path in names.items():
            browser.set_cookie(name, "sealed", path=path)

        browser.post(way, headers=ORIGIN)

        assert [name for name, path in names.items() if browser.get_cookie(name, path=path)] == [], way
