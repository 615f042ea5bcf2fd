"""First sign-ins with a slip in browsers, step by step."""

import re

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from support.accounts import ORIGIN, House

OWN, COPIED = "monsoon bridge lantern", "kettle gravel orchard"


def show_slip(house: House, user: str, slip: str) -> FlaskClient:
    """A browser in which a slip was typed that is good."""
    browser = house.client()
    answer = browser.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
    assert answer.headers["Location"] == "/first-sign-in/password", answer.text
    return browser


def post_password(browser: FlaskClient, password: str) -> TestResponse:
    return browser.post("/first-sign-in/password", data={"password": password}, headers=ORIGIN)


def choose_password(house: House, user: str, slip: str, password: str) -> FlaskClient:
    """A browser after the second step of a first sign-in."""
    browser = show_slip(house, user, slip)
    assert post_password(browser, password).headers["Location"] == "/first-sign-in/second-factor"
    return browser


def begin_totp(browser: FlaskClient) -> str:
    """The secret that the page shows."""
    return totp_secret(browser.post("/first-sign-in/second-factor", data={"kind": "totp"}, headers=ORIGIN).text)


def totp_secret(page: str) -> str:
    """The secret of a QR code, or ''."""
    found = re.search(r"otpauth://[^\"']*secret=([A-Z2-7]+)", page.replace("&amp;", "&"))
    return found[1] if found else ""


def post_code(house: House, browser: FlaskClient, secret: str) -> TestResponse:
    """The code of an app that has this secret, a wrong one without."""
    code = pyotp.TOTP(secret).at(house.clock.now()) if secret else "000000"
    return browser.post("/first-sign-in/second-factor/code", data={"kind": "totp", "code": code}, headers=ORIGIN)
