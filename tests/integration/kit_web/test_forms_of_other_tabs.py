"""Tabs share a session: what stands on somebody's page is not sent by whoever signed in at that browser since."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.test import Client

from service_kit.identity import Principal
from support.sent_again import kept_fields, press_send_again
from support.web import IDS, NOON, Web, a_principal

OFFICER = a_principal()
OTHERS: dict[str, Principal] = {
    "another account": a_principal(),
    "the same account in another role": replace(OFFICER, membership=IDS.uuid(), role="case_worker"),
    "who holds the account after a reset": replace(OFFICER, since=NOON + timedelta(minutes=1)),
}


def sign_in_as(browser: Client, web: Web, who: Principal) -> None:
    """In another tab."""
    signed_in = web.browser(replace(who, session=IDS.uuid())).get_cookie("setu_session_8000")
    assert signed_in
    browser.set_cookie("setu_session_8000", signed_in.value, domain="localhost")


def typed_on(page: str) -> dict[str, str]:
    """What a form sends, by the page on which it stands."""
    fields = dict(kept_fields(page))
    assert list(fields) == ["page_of"]
    return fields | {"name": "Canarina"}


@pytest.mark.parametrize("whose", OTHERS)
def test_nobody_elses_session_sends_it(web: Web, whose: str) -> None:
    browser = web.browser(OFFICER)
    typed = typed_on(browser.get("/own-form").text)

    sign_in_as(browser, web, OTHERS[whose])
    refused = browser.post("/form", data=typed)
    with_a_file = browser.post("/upload", data=typed | {"sheet": (BytesIO(b"a,b\n"), "a.csv")})

    assert (refused.status_code, "typed by somebody else" in refused.text, "Canarina" in refused.text) == (
        409,
        True,
        False,
    )
    assert with_a_file.status_code in {403, 409}, "a role that has no such page is refused before"


def test_the_same_person_sends_it_from_the_next_session_too_and_the_view_sees_what_was_typed_alone(web: Web) -> None:
    browser = web.browser(OFFICER)
    typed = typed_on(browser.get("/own-form").text)
    sign_in_as(browser, web, OFFICER)

    assert browser.post("/form", data=typed).get_json() == [["name", "Canarina"]]
    assert browser.post("/form", data={"name": "Canarina"}).status_code == 200, "a page from before the upgrade"


def test_what_anybody_may_send_is_taken_from_whoever_sends_it(web: Web) -> None:
    browser = web.browser(OFFICER)
    typed = typed_on(browser.get("/own-form").text)
    sign_in_as(browser, web, OTHERS["another account"])

    assert browser.post("/open", data=typed).status_code == 200


def test_what_was_typed_before_somebody_elses_session_ended_is_not_kept_for_them(web: Web) -> None:
    browser = web.browser(OFFICER)
    typed = typed_on(browser.get("/own-form").text)
    sign_in_as(browser, web, OTHERS["another account"])
    web.clock.advance(timedelta(minutes=11))

    ended = browser.post("/form", data=typed)

    assert (ended.status_code, kept_fields(ended.text)) == (401, [])


def test_the_own_answers_come_back_from_a_page_that_somebody_else_was_shown(web: Web) -> None:
    browser = web.browser(OFFICER)
    typed = typed_on(browser.get("/own-form").text)
    web.clock.advance(timedelta(minutes=11))
    ended = browser.post("/form", data=typed)
    now = {"issued_at": web.clock.now()}
    sign_in_as(browser, web, replace(OTHERS["another account"], **now))
    refused = press_send_again(browser, "/form", ended.text)
    sign_in_as(browser, web, replace(OFFICER, **now))

    assert press_send_again(browser, "/form", refused.text).get_json() == [["name", "Canarina"]]


def test_forms_that_send_to_another_service_and_pages_that_nobody_is_signed_in_on_carry_no_mark(web: Web) -> None:
    forms = re.findall(r"<form.*?</form>", web.browser(OFFICER).get("/own-form").text, re.DOTALL)

    assert {'action="http' in form: "page_of" in form for form in forms} == {True: False, False: True}
    assert "page_of" not in web.client().get("/problems/not-found").text
