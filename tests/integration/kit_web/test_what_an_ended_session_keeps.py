"""The page after a form was sent without a session: it promises what it holds, and nothing else."""

import re
from base64 import b64encode
from datetime import timedelta
from hashlib import shake_256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from service_kit.db import revocation
from support.sent_again import SAME_SITE, kept_fields, press_send_again
from support.web import Web, a_principal

PROMISE = "Nothing that you typed is lost"
ALL_BUT = "What you typed is kept on this page, but for passwords, codes and files: you are asked for those again."
NOT_KEPT = "What you typed was not kept"
ROOT = Path(__file__).parents[3]


def sent_while_locked(web: Web, typed: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The page, and what is taken for typed once the same person sends it again."""
    officer = a_principal()
    browser = web.browser(officer)
    browser.get("/form")
    web.clock.advance(timedelta(minutes=11))
    page = browser.post("/form", data=typed).text
    sent = press_send_again(web.browser(a_principal(**_same(officer, web))), "/form", page)
    return page, sent.get_json()


def _same(officer: Any, web: Web) -> dict[str, Any]:
    return {"account": officer.account, "membership": officer.membership, "issued_at": web.clock.now()}


def test_what_is_kept_is_promised_and_cannot_be_read_in_the_page(web: Web) -> None:
    typed = [("name", "Canarina"), ("name", "कमला"), ("district_code", "315"), ("parent_code", ""), ("password", "")]

    page, taken = sent_while_locked(web, {**dict(typed), "name": ["Canarina", "कमला"]})

    assert f"{PROMISE}: it is kept for 30 more minutes." in page
    assert not [value for value in ("Canarina", "कमला", "district_code") if value in page]
    assert taken == [list(field) for field in typed if field[0] != "password"], "a district's code is no secret"


@pytest.mark.parametrize("secret", ["password", "new_password", "code", "totp", "client_secret"])
def test_a_secret_is_not_kept_and_is_said_to_be_asked_for_again(web: Web, secret: str) -> None:
    page, taken = sent_while_locked(web, {"name": "Canarina", secret: "7K2M"})

    assert (PROMISE in page, ALL_BUT in page) == (False, True)
    assert taken == [["name", "Canarina"]]


@pytest.mark.parametrize(("chosen", "asks_again"), [("units.csv", True), ("", False)])
def test_a_file_is_said_to_be_asked_for_again(web: Web, chosen: str, asks_again: bool) -> None:
    page, taken = sent_while_locked(web, {"name": "Canarina", "sheet": (BytesIO(b"kind,code\n"), chosen)})

    assert (PROMISE in page, ALL_BUT in page) == (not asks_again, asks_again)
    assert taken == [["name", "Canarina"]]


def test_a_page_that_takes_files_says_so_after_a_large_one_too(web: Web) -> None:
    browser = web.browser(a_principal())
    web.clock.advance(timedelta(minutes=11))

    page = browser.post("/upload", data={"name": "Canarina", "sheet": (BytesIO(b"," * 400_000), "units.csv")})

    assert (page.status_code, ALL_BUT in page.text) == (401, True)


def test_nothing_is_kept_where_nobody_knows_whose_it_is(web: Web) -> None:
    page = web.client().post("/form", data={"name": "Canarina"}, headers={"Sec-Fetch-Site": "same-origin"}).text

    assert f"{NOT_KEPT}: this browser does not say any more who was signed in." in page
    assert not [words for words in (PROMISE, "Send my answers", "Canarina") if words in page]
    assert kept_fields(page) == []


def test_a_text_as_long_as_any_form_takes_comes_back(web: Web) -> None:
    story = " ".join(str(number) for number in range(42_000))

    page, taken = sent_while_locked(web, {"story": story})

    assert (len(story) > 240_000, PROMISE in page, taken) == (True, True, [["story", story]])


def test_of_what_could_not_come_back_the_page_says_what_is_lost_and_why(web: Web) -> None:
    noise = b64encode(shake_256(b"noise").digest(195_000)).decode()  # no pattern that would make it any shorter
    browser = web.browser(a_principal())
    web.clock.advance(timedelta(minutes=11))

    page = browser.post("/form", data={"story": noise.replace("+", "-").replace("/", "_")}).text

    assert f"{NOT_KEPT}: it was too much. Nothing of it was sent. Type it again, in smaller parts." in page
    assert PROMISE not in page


@pytest.mark.parametrize("language", ["hi", "bn"])
def test_it_says_so_in_every_language(web: Web, language: str) -> None:
    page = web.client().post(f"/form?lang={language}", data={"name": "Canarina"}, headers=SAME_SITE).text

    assert not [words for words in (NOT_KEPT, "does not say any more") if words in page]


def test_whose_role_has_ended_is_promised_nothing(web: Web) -> None:
    officer = a_principal()
    browser = web.browser(officer)
    with web.db.transaction() as session:
        revocation.revoke(session, officer.session, officer.expires_at)
        revocation.revoke(session, officer.membership, officer.expires_at)

    page = browser.post("/form", data={"name": "Canarina"}).text

    assert "The role in which you were signed in has ended." in page
    assert "What you typed on this page cannot be sent any more." in page
    assert not [word for word in (PROMISE, "Send my answers", "Canarina") if word in page]
    assert kept_fields(page) == []


def test_every_field_that_a_template_makes_for_a_password_is_a_secret(web: Web) -> None:
    templates = [*ROOT.glob("services/**/*.html"), *ROOT.glob("libs/**/*.html")]
    names = {name for one in templates for name in re.findall(r'field_password\("([a-z_]+)"', one.read_text())}

    _page, taken = sent_while_locked(web, dict.fromkeys(names, "hidden one"))

    assert names >= {"password", "new_password", "contacts_password"}
    assert taken == []
