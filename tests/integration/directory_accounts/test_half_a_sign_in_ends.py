"""Half a sign-in, a right password without its code, is over with a reset, a new password or a sign-out."""

from datetime import timedelta

from flask.testing import FlaskClient

from support.accounts import ORIGIN, House, Person
from support.resets import a_body, ask, waiting


def half_signed_in(house: House, person: Person) -> FlaskClient:
    """A browser in which the right password was typed and the code is asked for."""
    browser = house.client()
    answer = browser.post("/sign-in", data={"user": person.user, "password": person.password}, headers=ORIGIN)
    assert (answer.status_code, answer.location) == (303, "/second-factor")
    return browser


def types_a_right_code(house: House, browser: FlaskClient, person: Person) -> bool:
    """Whether the browser is signed in by it."""
    house.clock.advance(timedelta(minutes=1))
    browser.post("/second-factor", data={"code": house.code(person)}, headers=ORIGIN)
    return bool(house.session_cookie(browser)) and browser.get("/account").status_code == 200


def test_what_was_begun_before_nothing_happened_goes_on(house: House) -> None:
    person = house.person("case_worker", house.organization("provider"))

    assert types_a_right_code(house, half_signed_in(house, person), person)


def test_what_was_begun_before_a_reset_by_a_manager_opens_nothing_after_it(house: House) -> None:
    provider = house.organization("provider")
    person = house.person("case_worker", provider)
    manager = house.browser(house.person("provider_manager", provider))
    begun = half_signed_in(house, person)

    (membership,) = {
        line.split("/members/")[1].split("/")[0]
        for line in manager.get("/members").text.split(person.user)[1].splitlines()
        if "/slip" in line
    }
    assert manager.post(f"/members/{membership}/slip", headers=ORIGIN).status_code == 303

    assert not types_a_right_code(house, begun, person)


def test_what_was_begun_before_a_reset_by_two_opens_nothing_after_it(house: House) -> None:
    person = house.person("custody_health", house.organization("prison"))
    coordinator, data_officer = a_body(house)
    ask(coordinator, person)
    begun = half_signed_in(house, person)

    assert data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN).status_code == 303

    assert not types_a_right_code(house, begun, person)


def test_what_was_begun_before_the_owner_chose_a_new_password_opens_nothing_after_it(house: House) -> None:
    person = house.person("case_worker", house.organization("provider"))
    owner = house.browser(person)
    house.clock.advance(timedelta(minutes=1))
    begun = half_signed_in(house, person)
    form = {"password": person.password, "new_password": "monsoon bridge lantern"}

    assert owner.post("/account/password", data=form, headers=ORIGIN).status_code == 303

    assert not types_a_right_code(house, begun, person)
    assert owner.get("/account").status_code == 200


def test_what_was_begun_before_somebody_signed_out_in_that_browser_opens_nothing_there(house: House) -> None:
    person = house.person("case_worker", house.organization("provider"))
    begun = half_signed_in(house, person)

    begun.post("/sign-out", headers=ORIGIN)

    assert not types_a_right_code(house, begun, person)
