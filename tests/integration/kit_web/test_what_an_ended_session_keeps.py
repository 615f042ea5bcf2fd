"""The page after a form was sent without a session: it promises what it holds, and nothing else."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from service_kit.db import revocation
from support.web import Web, a_principal

PROMISE = "Nothing that you typed is lost."
ALL_BUT = "What you typed is kept on this page, but for passwords, codes and files: you are asked for those again."
ROOT = Path(__file__).parents[3]


def sent_without_session(web: Web, typed: dict[str, Any]) -> str:
    return web.client().post("/form", data=typed, headers={"Sec-Fetch-Site": "same-origin"}).text


def test_what_is_kept_is_promised(web: Web) -> None:
    page = sent_without_session(web, {"name": "Canarina", "district_code": "315", "parent_code": "", "password": ""})

    assert PROMISE in page
    assert 'name="district_code" value="315"' in page, "no secret, and a unit without it would be another district's"


@pytest.mark.parametrize("secret", ["password", "new_password", "code", "totp", "client_secret"])
def test_a_secret_is_not_echoed_and_is_said_to_be_asked_for_again(web: Web, secret: str) -> None:
    page = sent_without_session(web, {"name": "Canarina", secret: "7K2M"})

    assert (PROMISE in page, ALL_BUT in page, "7K2M" in page) == (False, True, False)
    assert 'name="name" value="Canarina"' in page


@pytest.mark.parametrize(("chosen", "asks_again"), [("units.csv", True), ("", False)])
def test_a_file_is_said_to_be_asked_for_again(web: Web, chosen: str, asks_again: bool) -> None:
    page = sent_without_session(web, {"name": "Canarina", "sheet": (BytesIO(b"kind,code\n"), chosen)})

    assert (PROMISE in page, ALL_BUT in page) == (not asks_again, asks_again)


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


def test_every_field_that_a_template_makes_for_a_password_is_a_secret(web: Web) -> None:
    templates = [*ROOT.glob("services/**/*.html"), *ROOT.glob("libs/**/*.html")]
    names = {name for one in templates for name in re.findall(r'field_password\("([a-z_]+)"', one.read_text())}

    page = sent_without_session(web, dict.fromkeys(names, "hidden one"))

    assert names >= {"password", "new_password", "contacts_password"}
    assert "hidden one" not in page
