"""Of two browsers that begin with one slip, one holds a copy: neither gets in, and both are told to ask for help."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from support.accounts import ORIGIN, House
from support.resets import a_body, ask, half_of_slip, slip_code, waiting
from support.slips import (
    COPIED,
    OWN,
    begin_totp,
    choose_password,
    post_code,
    post_password,
    show_slip,
    totp_secret,
)

VOID = "this one may have been copied"
IS_VOID = "This slip is void"
BEGUN_BEFORE = "Somebody began with this slip on"


def case_worker(house: House) -> tuple[str, str]:
    """User name and slip of somebody who sets up a second factor at the first sign-in."""
    _account, user, slip = house.newcomer("case_worker", house.organization("provider"))
    return user, slip


def type_slip(browser: FlaskClient, user: str, slip: str) -> str:
    answer = browser.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN, follow_redirects=True)
    return answer.text


def is_void_for(house: House, browser: FlaskClient) -> bool:
    """At each of the steps that follow."""
    pages = [browser.get(f"/first-sign-in/{step}").text for step in ("password", "second-factor")]
    pages.append(browser.post("/first-sign-in/second-factor", data={"kind": "totp"}, headers=ORIGIN).text)
    pages += [post_password(browser, OWN).text, post_code(house, browser, "").text]
    assert not any(totp_secret(page) for page in pages)
    return all(VOID in page for page in pages) and not house.session_cookie(browser)


def test_a_slip_that_another_browser_has_begun_with_is_void_for_both(house: House) -> None:
    user, slip = case_worker(house)
    owner = choose_password(house, user, slip, OWN)
    secret = begin_totp(owner)

    copier = house.client()
    refused = type_slip(copier, user, slip)

    assert VOID in refused
    assert 'href="#f-slip"' in refused, "the slip is at fault, not the name"
    assert f'name="user" value="{user}"' in refused
    assert post_code(house, owner, secret).status_code == 403
    assert is_void_for(house, owner)
    assert VOID in type_slip(house.client(), user, slip)
    assert [house.audited(action, "done") for action in ("slip.void", "slip.use")] == [1, 0]


def test_a_slip_is_void_where_two_browsers_that_typed_it_both_go_on(house: House) -> None:
    user, slip = case_worker(house)
    copier = show_slip(house, user, slip)
    owner = choose_password(house, user, slip, OWN)
    assert begin_totp(owner)

    refused = post_password(copier, COPIED)

    assert (refused.status_code, VOID in refused.text) == (403, True)
    assert [is_void_for(house, each) for each in (owner, copier)] == [True, True]


def test_where_one_browser_got_in_the_other_that_typed_the_slip_is_told_that_it_may_be_copied(house: House) -> None:
    _account, user, slip = house.newcomer("officer", house.organization("police_unit"))
    first, second = (show_slip(house, user, slip) for _ in range(2))
    assert "at most one gets in" in second.get("/first-sign-in/password").text
    assert post_password(first, OWN).status_code == 303
    assert house.session_cookie(first)

    refused = post_password(second, COPIED)

    assert (refused.status_code, VOID in refused.text) == (403, True)
    assert is_void_for(house, second)
    assert "at most" not in refused.text
    assert house.audited("slip.use", "done") == 1


def test_whoever_is_told_that_the_slip_is_void_gets_in_with_the_next(house: House) -> None:
    provider = house.organization("provider")
    manager = house.browser(house.person("provider_manager", provider))
    _account, user, slip = house.newcomer("case_worker", provider)
    choose_password(house, user, slip, COPIED)
    assert IS_VOID not in manager.get("/members").text
    assert VOID in type_slip(house.client(), user, slip)
    assert IS_VOID in manager.get("/members").text
    membership = re.search(rf"{user}.*?/members/([0-9a-f-]+)/slip", manager.get("/members").text, re.DOTALL)
    assert membership

    printed = manager.post(f"/members/{membership[1]}/slip", headers=ORIGIN, follow_redirects=True)

    assert IS_VOID not in manager.get("/members").text
    owner = choose_password(house, user, slip_code(printed.text), OWN)
    entered = post_code(house, owner, begin_totp(owner))
    assert (entered.status_code, bool(house.session_cookie(owner))) == (303, True)


def test_the_page_of_a_printed_slip_says_once_it_is_void(house: House) -> None:
    provider = house.organization("provider")
    manager = house.browser(house.person("provider_manager", provider))
    _account, user, _slip = house.newcomer("case_worker", provider)
    membership = re.search(rf"{user}.*?/members/([0-9a-f-]+)/slip", manager.get("/members").text, re.DOTALL)
    assert membership
    printed = manager.post(f"/members/{membership[1]}/slip", headers=ORIGIN, follow_redirects=True).text
    slip = slip_code(printed)
    choose_password(house, user, slip, OWN)
    assert [words in manager.get("/slip").text for words in (IS_VOID, "Works once", slip)] == [False, True, True]
    assert VOID in type_slip(house.client(), user, slip)

    assert [words in manager.get("/slip").text for words in (IS_VOID, "Works once", slip)] == [True, False, False]


def test_a_void_slip_in_halves_is_replaced_by_two_people_alone(house: House) -> None:
    provider = house.organization("provider")
    manager, worker = house.person("provider_manager", provider), house.person("case_worker", provider)
    coordinator, data_officer = a_body(house)
    _status, first = ask(coordinator, worker, "second_factor")
    second = data_officer.post(f"/resets/{waiting(data_officer)}/approve", headers=ORIGIN, follow_redirects=True)
    slip = half_of_slip(first) + half_of_slip(second.text)
    choose_password(house, worker.user, slip, OWN)
    assert VOID in type_slip(house.client(), worker.user, slip)
    assert IS_VOID in data_officer.get("/slip").text, "of either half"
    browser = house.browser(manager)
    membership = re.search(rf"{worker.user}.*?/members/([0-9a-f-]+)/", browser.get("/members").text, re.DOTALL)
    assert membership

    browser.post(f"/members/{membership[1]}/slip", headers=ORIGIN)

    assert VOID in type_slip(house.client(), worker.user, slip), "no slip has taken its place"
    assert ask(coordinator, worker, "second_factor")[0] == 200


def test_the_browser_that_has_begun_begins_anew_with_its_slip(house: House) -> None:
    user, slip = case_worker(house)
    browser = choose_password(house, user, slip, COPIED)

    page = type_slip(browser, user, slip)

    assert [words in page for words in (VOID, BEGUN_BEFORE)] == [False, False]
    post_password(browser, OWN)
    assert post_code(house, browser, begin_totp(browser)).status_code == 303
    assert house.session_cookie(browser)


def test_after_a_begin_that_came_to_no_end_the_slip_is_good_and_its_owner_hears_of_it(house: House) -> None:
    user, slip = case_worker(house)
    interrupted = choose_password(house, user, slip, COPIED)
    secret = begin_totp(interrupted)
    house.clock.advance(timedelta(minutes=16))

    owner = show_slip(house, user, slip)

    assert BEGUN_BEFORE in owner.get("/first-sign-in/password").text
    refused = owner.post("/first-sign-in/password", data={"password": "short"}, headers=ORIGIN)
    assert (refused.status_code, BEGUN_BEFORE in refused.text) == (422, True), "while no password is chosen"
    post_password(owner, OWN)
    assert begin_totp(owner) != secret
    assert post_code(house, owner, secret).status_code == 401
    assert post_code(house, interrupted, secret).location == "/first-sign-in"
    again = begin_totp(owner)
    assert post_code(house, owner, again).status_code == 303
