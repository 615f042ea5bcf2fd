"""What an ended session keeps is its owner's: whoever signs in next at that browser neither reads nor sends it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from service_kit.db import revocation
from service_kit.identity import Principal
from service_kit.web.kept_answers import LIFETIME
from support.sent_again import kept_fields, press_send_again
from support.web import IDS, NOON, Web, a_principal

OFFICER = a_principal()
TOO_OLD = "What you typed was not kept: it was typed too long ago."
CHANGED = "typed by somebody else, in another role, or before a reset of the account"
OTHERS: dict[str, Principal] = {
    "another account": a_principal(),
    "a colleague": a_principal(organization=OFFICER.organization),
    "the same account in another role": replace(OFFICER, membership=IDS.uuid(), role="case_worker"),
    "who holds the account after a reset": replace(OFFICER, since=NOON + timedelta(minutes=1)),
}


def signed_in_again(web: Web, who: Principal = OFFICER) -> Any:
    return web.browser(replace(who, session=IDS.uuid(), issued_at=web.clock.now()))


def page_after(web: Web, typed: dict[str, Any], address: str = "/form") -> str:
    browser = signed_in_again(web)
    web.clock.advance(timedelta(minutes=11))
    return browser.post(address, data=typed).text


@pytest.mark.parametrize("whose", OTHERS)
def test_nobody_else_sends_it_and_its_owner_still_can(web: Web, whose: str) -> None:
    page = page_after(web, {"name": "Canarina"})

    refused = press_send_again(signed_in_again(web, OTHERS[whose]), "/form", page)

    assert (refused.status_code, CHANGED in refused.text, "Canarina" in refused.text) == (409, True, False)
    assert press_send_again(signed_in_again(web), "/form", refused.text).get_json() == [["name", "Canarina"]]


def test_after_its_time_nobody_sends_it(web: Web) -> None:
    page = page_after(web, {"name": "Canarina"})
    web.clock.advance(LIFETIME + timedelta(seconds=1))

    late = press_send_again(signed_in_again(web), "/form", page)

    assert (late.status_code, TOO_OLD in late.text, kept_fields(late.text)) == (409, True, [])


def test_it_is_sent_to_no_other_address_and_not_changed(web: Web) -> None:
    page = page_after(web, {"name": "Canarina"})
    name, sealed = kept_fields(page)[0]
    browser = signed_in_again(web)

    assert press_send_again(browser, "/open", page).status_code == 409
    assert browser.post("/form", data={name: f"{sealed[:-4]}AAAA"}).status_code == 409
    assert browser.post("/form", data={name: ""}).status_code == 409


def test_who_presses_before_signing_in_loses_nothing_and_wins_no_time(web: Web) -> None:
    page = page_after(web, {"name": "Canarina"})
    web.clock.advance(timedelta(minutes=5))
    again = press_send_again(web.client(), "/form", page)

    assert (again.status_code, "kept for 25 more minutes" in again.text) == (401, True)
    assert press_send_again(signed_in_again(web), "/form", again.text).get_json() == [["name", "Canarina"]]


@pytest.mark.parametrize("ended", ["by its time", "elsewhere", "of a second factor"])
def test_however_the_session_ended_its_owner_goes_on(web: Web, ended: str) -> None:
    browser, address = signed_in_again(web), "/form"
    if ended == "by its time":
        web.clock.advance(timedelta(hours=8, minutes=1))
    elif ended == "elsewhere":
        officer = replace(OFFICER, session=IDS.uuid())
        browser = web.browser(officer)
        with web.db.transaction() as session:
            revocation.revoke(session, officer.session, officer.expires_at)
    else:
        address = "/fresh"
    ended_page = browser.post(address, data={"name": "Canarina"})
    now = web.clock.now()
    fresh = replace(OFFICER, second_factor_at=now, expires_at=now + timedelta(hours=8))

    assert ended_page.status_code == 401
    assert press_send_again(signed_in_again(web, fresh), address, ended_page.text).get_json() == [["name", "Canarina"]]


def test_a_program_has_no_answers_kept(web: Web) -> None:
    web.clock.advance(timedelta(hours=9))

    page = web.program(OFFICER).post("/form", data={"name": "Canarina"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert (page.status_code, kept_fields(page.text)) == (401, [])
