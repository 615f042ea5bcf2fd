"""The half-filled form and the session: it outlives one that ran out, was locked or was ended elsewhere.

Signing out in the browser throws it away (the directory's part of that: `test_pages_of_signing_in.py`).
"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from service_kit.db.tables import revoked_session
from service_kit.identity import Principal
from service_kit.session_tokens import by_cookie
from support.referral import COLLEAGUE, MONDAY_NOON, OFFICER, OTHER_STATION, TOKENS, ReferralService
from support.referrals.form import (
    FORM_COOKIE,
    SAME_SITE,
    SESSION_COOKIE,
    FormFiller,
    heading,
)
from support.sent_again import press_send_again

CANARY = "Canarina"
ABOUT = {"name": CANARY, "method": "none", "language": "bn", "age_band": "25-34"}
NEXT_SESSION = replace(OFFICER, session=uuid4())
OTHERS = {
    "a colleague": COLLEAGUE,
    "the same account elsewhere": replace(NEXT_SESSION, organization=OTHER_STATION),
    "who came with a slip": replace(NEXT_SESSION, since=MONDAY_NOON + timedelta(minutes=1)),
}


def up_to_person(officer: FormFiller) -> None:
    officer.place()
    officer.ask()
    officer.consent()


def end_elsewhere(setu: ReferralService, who: Principal) -> None:
    with setu.worker_db.transaction() as session:
        ends = MONDAY_NOON + timedelta(hours=8)
        session.execute(revoked_session.insert().values(session_id=who.session, expires_at=ends))


def post_person(officer: FormFiller) -> TestResponse:
    return officer.client.post(officer.at("/new/person"), data=officer.typed("/new/person", ABOUT), headers=SAME_SITE)


def test_a_form_whose_session_was_ended_elsewhere_is_sent_after_signing_in_again(
    officer: FormFiller, setu: ReferralService
) -> None:
    up_to_person(officer)
    end_elsewhere(setu, OFFICER)

    ended = post_person(officer)
    officer.client.set_cookie(SESSION_COOKIE, TOKENS.mint(by_cookie(COLLEAGUE)))
    refused = press_send_again(officer.client, officer.at("/new/person"), ended.text)
    officer.sign_in(NEXT_SESSION)
    sent = press_send_again(officer.client, officer.at("/new/person"), refused.text)
    review = officer.get(sent.headers["Location"])

    assert (ended.status_code, refused.status_code) == (401, 409)
    assert "Nothing that you typed is lost: it is kept for 20 more minutes." in ended.text
    assert "Only whoever typed it can send it, in the same role, and not after a reset of the account." in ended.text
    assert CANARY not in ended.text + refused.text
    assert heading(review) == "Check, then send"
    assert heading(officer.send()) == "Sent"


def test_a_locked_page_says_for_how_long_the_form_is_kept(officer: FormFiller, setu: ReferralService) -> None:
    up_to_person(officer)
    setu.clock.advance(timedelta(minutes=11))

    locked = post_person(officer)

    assert "not used for 10 minutes, so it was locked. Nothing that you typed is lost" in locked.text
    assert "for 9 more minutes" in locked.text


@pytest.mark.parametrize("asks", ["anew", "throw-away"])
@pytest.mark.parametrize("is_kept", [True, False])
def test_so_does_one_that_asks_whether_to_throw_it_away(
    officer: FormFiller, setu: ReferralService, asks: str, is_kept: bool
) -> None:
    up_to_person(officer)
    officer.get(f"/new/{asks}")
    if not is_kept:
        officer.client.delete_cookie(FORM_COOKIE, path="/new")
    setu.clock.advance(timedelta(minutes=11))

    locked = officer.client.post(officer.at(f"/new/{asks}"), data=officer.typed(f"/new/{asks}"), headers=SAME_SITE)

    assert ("for 9 more minutes" in locked.text, "nothing that you typed was kept" in locked.text) == (
        is_kept,
        not is_kept,
    )


def test_a_page_of_the_last_release_promises_nothing(officer: FormFiller, setu: ReferralService) -> None:
    up_to_person(officer)
    setu.clock.advance(timedelta(minutes=11))

    locked = officer.client.post("/new/person", data=ABOUT, headers=SAME_SITE)

    assert "nothing that you typed was kept" in locked.text


def test_a_locked_page_promises_nothing_of_a_form_that_another_one_has_replaced(
    officer: FormFiller, setu: ReferralService
) -> None:
    up_to_person(officer)
    first = officer.form_id
    officer.begin_anew()
    officer.form_id = first
    setu.clock.advance(timedelta(minutes=11))

    locked = post_person(officer)

    assert locked.status_code == 401
    assert "or another one was begun" in locked.text
    assert not [words for words in ("Send my answers", "is lost", CANARY) if words in locked.text]


def test_a_form_whose_session_ran_out_goes_on_in_the_next_one(officer: FormFiller) -> None:
    officer.up_to_review(name=CANARY)
    officer.client.delete_cookie(SESSION_COOKIE)
    assert CANARY not in officer.client.get(officer.at("/new/review")).text

    officer.sign_in(NEXT_SESSION)

    assert CANARY in officer.get("/new/review").text


def test_after_signing_out_in_this_browser_no_page_promises_that_the_form_is_kept(officer: FormFiller) -> None:
    up_to_person(officer)
    officer.client.delete_cookie(SESSION_COOKIE)
    officer.client.delete_cookie(FORM_COOKIE, path="/new")  # what signing out and leaving do

    ended = post_person(officer)
    officer.sign_in(NEXT_SESSION)
    again = officer.post("/new/person", ABOUT)

    assert ended.status_code == 401
    assert "You signed out in this browser" in ended.text
    assert "nothing that you typed was kept" in ended.text
    assert not [words for words in ("Send my answers", "is lost", CANARY) if words in ended.text]
    assert again.status_code == 410
    assert "or you signed out in this browser" in again.text


@pytest.mark.parametrize("whose", OTHERS)
def test_the_half_filled_form_opens_for_nobody_else(officer: FormFiller, whose: str) -> None:
    officer.up_to_review(name=CANARY)

    officer.client.set_cookie(SESSION_COOKIE, TOKENS.mint(by_cookie(OTHERS[whose])))

    shown = officer.get("/new/review")
    assert (shown.status_code, heading(shown)) == (410, "The form was put away")
    assert CANARY not in shown.text + officer.get("/new/place").text


def test_after_twenty_minutes_the_form_is_gone(officer: FormFiller, setu: ReferralService) -> None:
    officer.up_to_review()
    for minutes in (9, 9, 3):
        setu.clock.advance(timedelta(minutes=minutes))
        officer.get("/sent")

    assert officer.send().status_code == 410
    assert officer.get("/new/review").status_code == 410
    assert heading(officer.get("/new")) == "What help is wanted?"
