"""Asking for resets on the page, and what it shows: slips, user names, what waits."""

import re

from flask.testing import FlaskClient

from support.accounts import ORIGIN, House, Person


def slip_code(page: str) -> str:
    found = re.search(r'translate="no">([A-Z0-9-]{14})<', page)
    assert found, page
    return found[1]


def user_name(page: str) -> str:
    found = re.search(r"<dd>([a-z.]+-[0-9]{4})</dd>", page)
    assert found, page
    return found[1]


def ask(client: FlaskClient, person: Person, what: str = "password") -> tuple[int, str]:
    answer = client.post("/resets", data={"user": person.user, "what": what}, headers=ORIGIN)
    if answer.headers.get("Location") == "/slip":
        answer = client.get("/slip")
    return answer.status_code, answer.text


def waiting(client: FlaskClient) -> str:
    found = re.search(r"/resets/([0-9a-f-]+)/refuse", client.get("/resets").text)
    assert found
    return found[1]


def a_body(house: House, district: int = 315) -> tuple[FlaskClient, FlaskClient]:
    body = house.organization("coordinating_body", district=district)
    return house.browser(house.person("coordinator", body)), house.browser(house.person("data_officer", body))
