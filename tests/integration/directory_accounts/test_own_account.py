"""The account page: what a person may change alone, and what that ends or tells."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product

import pyotp
import pytest

from directory_service.accounts.domain.attempt_limits import CONTACT_CHANGES_A_DAY
from directory_service.accounts.domain.lifetimes import SESSION_LASTS
from directory_service.accounts.use_cases.sessions import end_all_sessions
from service_kit import sealed_box
from service_kit.keyring import CannotOpen
from support.accounts import (
    ORIGIN,
    House,
)


def test_a_new_password_ends_all_sessions_but_this_one(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    elsewhere = house.bearer(officer)
    client = house.browser(officer)
    form = {"password": officer.password, "new_password": "monsoon bridge lantern"}

    wrong = client.post("/account/password", data=form | {"password": "not it"}, headers=ORIGIN)
    weak = client.post("/account/password", data=form | {"new_password": officer.user}, headers=ORIGIN)
    same = client.post("/account/password", data=form | {"new_password": officer.password}, headers=ORIGIN)
    done = client.post("/account/password", data=form, headers=ORIGIN)

    assert (wrong.status_code, weak.status_code, same.status_code, done.status_code) == (401, 422, 422, 303)
    assert "This is your present password." in same.text
    assert client.get("/account").status_code == 200
    assert house.client().delete("/api/session", headers=elsewhere).status_code == 401
    assert len(house.events("directory.session.revoked.v1")) == 2
    assert house.sign_in(officer).status_code == 401


def test_one_session_is_ended_from_another(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    other = house.bearer(officer)
    client = house.browser(officer)
    ends = re.findall(r"/account/sessions/([0-9a-f-]+)/end", client.get("/account").text)
    assert len(ends) == 1

    assert client.post(f"/account/sessions/{ends[0]}/end", headers=ORIGIN).status_code == 303

    assert house.client().delete("/api/session", headers=other).status_code == 401
    assert client.post(f"/account/sessions/{ends[0]}/end", headers=ORIGIN).status_code == 404


def test_somebody_elses_session_is_absent(house: House) -> None:
    unit = house.organization("police_unit")
    officer, other = house.person("officer", unit), house.person("officer", unit)
    client, others = house.browser(officer), house.browser(other)
    house.bearer(other)
    ends = re.findall(r"/account/sessions/([0-9a-f-]+)/end", others.get("/account").text)

    assert client.post(f"/account/sessions/{ends[0]}/end", headers=ORIGIN).status_code == 404


def test_contacts_travel_sealed_to_one_reader(house: House, keys: object, settings_env: object) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)
    form = {"phone": "98000 54321", "mail": "New@Example.org", "contacts_password": officer.password}

    assert client.post("/account/contacts", data=form, headers=ORIGIN).status_code == 303

    event = house.events("directory.member.changed.v1")[-1]
    assert "54321" not in str(event)
    assert event["version"] == 2
    private = keys.environment()["SETU_MEMBER_BOX_PRIVATE_KEY"]  # type: ignore[attr-defined]  # of the thing behind the fixture
    info = f"directory.member.changed.v1|{event['membership_id']}".encode()
    opened = json.loads(sealed_box.open(private, base64.b64decode(str(event["sealed"])), info))
    assert opened == {"mail": "new@example.org", "phone": "+919800054321", "language": "en"}
    with pytest.raises(CannotOpen):
        sealed_box.open(private, base64.b64decode(str(event["sealed"])), b"directory.member.changed.v1|another")


def test_a_number_that_nobody_can_be_rung_at_is_refused_on_every_form_in_the_same_words(house: House) -> None:
    supervisor = house.person("unit_supervisor", house.organization("police_unit"))
    client = house.browser(supervisor)
    own = {"mail": "", "contacts_password": supervisor.password}
    new = {"name": "Asha", "user_name": "asha", "role": "officer", "mail": "", "language": "en"}

    for typed, (path, form) in product(("983101234", "98310 12"), (("/account/contacts", own), ("/members/new", new))):
        page = client.post(path, data=form | {"phone": typed}, headers=ORIGIN)
        assert page.status_code == 422, (path, typed)
        said = "A number that begins with 6, 7, 8 or 9 has ten digits. Count the digits again."
        assert said in page.text, (path, typed)
        assert 'id="f-phone-error"' in page.text, (path, typed)


def test_whoever_takes_the_own_contacts_out_reads_nothing_of_lost_records(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)
    form = {"phone": "", "mail": "", "contacts_password": officer.password}

    page = client.post("/account/contacts", data=form, headers=ORIGIN, follow_redirects=True).text

    assert ("Phone and mail are changed." in page, "lost records" in page) == (True, False)


def test_contacts_of_another_account_are_taken_without_a_word_whatever_its_side(house: House) -> None:
    unit = house.organization("police_unit")
    officer, colleague = house.person("unit_supervisor", unit), house.person("unit_supervisor", unit)
    worker = house.person("case_worker", house.organization("provider"))
    client = house.browser(officer)

    def change(mail: str) -> tuple[int, str, int]:
        form = {"phone": "", "mail": mail, "contacts_password": officer.password}
        answer = client.post("/account/contacts", data=form, headers=ORIGIN)
        signed_in = house.client().post("/api/session", json={"user": mail, "password": officer.password})
        return answer.status_code, answer.headers["Location"], signed_in.status_code

    free = change("nobody@example.org")
    across = change(f"{worker.user}@example.org")
    beside = change(f"{colleague.user}@example.org")

    assert across == free == (303, "/account?done=contacts", 201), "the other side's are not even known by signing in"
    assert beside[:2] == free[:2]
    assert f"{colleague.user}@example.org" in client.get("/account").text
    for person in (worker, colleague):
        body = {"user": f"{person.user}@example.org", "password": person.password}
        if person.totp_secret:
            body["code"] = house.code(person)
        assert house.client().post("/api/session", json=body).status_code == 201, "it goes on signing in its owner"


def test_two_colleagues_who_take_a_number_at_once_both_have_it_and_one_signs_in_with_it(house: House) -> None:
    unit = house.organization("police_unit")
    people = [house.person("officer", unit) for _ in range(2)]
    clients = [house.browser(person) for person in people]

    def take(which: int) -> int:
        form = {"phone": "98000 54321", "mail": "", "contacts_password": people[which].password}
        return clients[which].post("/account/contacts", data=form, headers=ORIGIN).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(take, range(2))) == [303, 303]

    bodies = [{"user": "98000 54321", "password": person.password} for person in people]
    assert sorted(house.client().post("/api/session", json=body).status_code for body in bodies) == [201, 401]


def test_contacts_are_changed_so_many_times_a_day(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)

    def change(number: int) -> int:
        form = {"phone": "", "mail": f"no{number}@example.org", "contacts_password": officer.password}
        return client.post("/account/contacts", data=form, headers=ORIGIN).status_code

    assert [change(number) for number in range(CONTACT_CHANGES_A_DAY + 1)] == [303] * CONTACT_CHANGES_A_DAY + [429]
    house.clock.advance(timedelta(days=1, minutes=1))
    client = house.browser(officer)
    assert change(99) == 303


def test_the_language_is_kept_and_told(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)

    assert client.post("/account/language", data={"language": "bn"}, headers=ORIGIN).status_code == 303

    assert '<html lang="bn">' in client.get("/account").text
    assert client.post("/account/language", data={"language": "xx"}, headers=ORIGIN).status_code == 422


def test_an_officer_may_enrol_a_second_factor_and_is_asked_for_it_from_then_on(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)
    form = {"kind": "totp", "password": officer.password}

    assert client.post("/account/second-factor", data=form | {"password": "no"}, headers=ORIGIN).status_code == 401
    page = client.post("/account/second-factor", data=form, headers=ORIGIN)
    secret = re.search(r'<code class="whole" translate="no">([A-Z2-7 ]+)</code>', page.text)
    assert secret
    opened = re.search(r'href="otpauth://totp/[^"]*secret=([A-Z2-7]+)', page.text)
    assert opened
    assert opened[1] == secret[1].replace(" ", "")
    officer.totp_secret = secret[1].replace(" ", "")
    code = {"kind": "totp", "code": pyotp.TOTP(officer.totp_secret).at(house.clock.now())}
    assert client.post("/account/second-factor/code", data=code, headers=ORIGIN).status_code == 303

    body = {"user": officer.user, "password": officer.password}
    assert house.client().post("/api/session", json=body).get_json()["type"] == "/problems/second-factor-required"
    assert house.sign_in(officer).status_code == 201


def test_an_old_code_does_not_move_the_second_factor(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    client = house.browser(worker)
    house.clock.advance(timedelta(minutes=9))
    assert client.get("/account").status_code == 200
    for _ in range(3):
        house.clock.advance(timedelta(minutes=9))
        client.get("/account")

    answer = client.get("/account/second-factor")

    assert answer.status_code == 303
    assert "/second-factor?next=" in answer.headers["Location"]


def test_an_idle_browser_is_locked_and_signs_in_again(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(officer)
    house.clock.advance(timedelta(minutes=11))

    locked = client.get("/account").headers["Location"]
    assert "/sign-in?next=" in locked
    page = client.get(locked.removeprefix("http://directory.test")).text
    assert "This browser was locked after 10 minutes without use." in page
    assert 'action="/sign-out"' in page  # its session stands until somebody signs in or out
    assert 'action="/sign-out"' not in house.client().get("/sign-in?why=idle").text
    mistyped = {"user": officer.user, "password": "not the password"}
    assert 'action="/sign-out"' in client.post("/sign-in", data=mistyped, headers=ORIGIN).text
    form = {"user": officer.user, "password": officer.password}
    assert client.post("/sign-in", data=form, headers=ORIGIN).status_code == 303
    assert client.get("/account").status_code == 200


def test_after_eight_hours_and_after_an_end_the_way_back_in_says_why(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client, elsewhere = house.browser(officer), house.browser(officer)

    house.clock.advance(SESSION_LASTS)
    over = client.get("/account").headers["Location"]
    with house.worker.transaction() as session:
        end_all_sessions(session, house.dependencies, officer.account, house.clock.now())

    assert timedelta(hours=8) == SESSION_LASTS, "as the words say"
    assert "You were signed in for eight hours. After that everybody signs in anew." in client.get(over).text
    assert (
        "or because your password, second factor, slip or organisation changed"
        in elsewhere.get("/sign-in?why=ended").text
    )


def test_racing_requests_use_a_code_once(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"))
    body = {"user": worker.user, "password": worker.password, "code": house.code(worker)}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: house.client().post("/api/session", json=body).status_code, range(4)))

    assert sorted(answers) == [201, 401, 401, 401]


def test_the_switch_leads_into_the_other_role(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    court = house.organization("court", name="A court")
    house.second_role(officer, "officer", court)
    client = house.browser(officer)
    buttons = re.findall(r'name="membership" value="([0-9a-f-]+)"', client.get("/switch").text)
    assert len(buttons) == 1

    assert client.post("/switch", data={"membership": buttons[0]}, headers=ORIGIN).status_code == 303

    assert re.findall(r'name="membership" value="([0-9a-f-]+)"', client.get("/switch").text) != buttons
    assert client.post("/switch", data={"membership": "no"}, headers=ORIGIN).status_code == 404
