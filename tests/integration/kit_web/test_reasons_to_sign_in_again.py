"""What somebody who has to sign in again reads: the reason, and none that is not known."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service_kit.db import revocation
from service_kit.session_tokens import SessionTokens, by_cookie
from service_kit.web.access.idle_lock import IDLE_LIMIT
from support.web import TOKENS, Web, a_principal

CHANGED = "your password, second factor, slip or organisation changed"


def test_whose_session_was_ended_reads_that_a_password_may_have_changed(web: Web) -> None:
    officer = a_principal()
    browser = web.browser(officer)
    with web.db.transaction() as session:
        revocation.revoke(session, officer.session, officer.expires_at)

    assert browser.get("/form").headers["Location"].endswith("&why=ended")
    assert CHANGED in browser.post("/form").text


def test_after_the_signing_key_was_replaced_nobody_reads_that_a_password_changed(web: Web) -> None:
    before = Ed25519PrivateKey.generate()
    tokens = SessionTokens({"k1": before.public_key().public_bytes_raw()}, before.private_bytes_raw())
    browser = web.browser(a_principal())
    browser.set_cookie("setu_session_8000", tokens.mint(by_cookie(a_principal())), domain="localhost")

    assert browser.get("/form").headers["Location"].endswith("&why=unknown")
    again = browser.post("/form").text

    assert ("Your session has ended." in again, CHANGED in again) == (True, False)


def test_a_browsers_token_is_no_bearer(web: Web) -> None:
    officer = by_cookie(a_principal())
    browser, copied = web.browser(officer), web.program(officer)

    assert browser.get("/form").status_code == 200
    assert copied.get("/api/things").status_code == 401, "whoever sits down at a locked screen can copy its cookie"
    assert copied.get("/open").status_code == 200


def test_a_cookie_from_before_browsers_tokens_were_marked_opens_pages_and_locks(web: Web) -> None:
    browser = web.client()
    browser.set_cookie("setu_session_8000", TOKENS.mint(a_principal()), domain="localhost")
    assert browser.get("/form").status_code == 200

    web.clock.advance(IDLE_LIMIT + timedelta(seconds=1))

    assert browser.get("/form").headers["Location"].endswith("&why=idle")
