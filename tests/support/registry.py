"""A state with two districts, a body and a coordinator in each, and a body of the whole state."""

import io
import re
from dataclasses import dataclass
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from directory_service.organizations.store.tables import District, Organization, State
from support.accounts import ORIGIN, House, Person

AIZAWL, LUNGLEI, AGARTALA = 261, 262, 272
PASSWORD = "monsoon bridge lantern"
PEOPLE = "name,user_name,role,organization\nAsha Devi,asha,provider_manager,{}\n"


@dataclass
class Registry:
    """Two districts of one state and one of another; each with its coordinator. `above`: the state's body."""

    house: House
    body: UUID
    coordinator: Person
    other: Person
    state: Person
    above: UUID

    def browser(self, who: Person | None = None) -> FlaskClient:
        """A browser in which the person is signed in."""
        return self.house.browser(who or self.coordinator)

    def row(self, unit: UUID) -> Organization:
        with self.house.worker.transaction() as session:
            return session.get_one(Organization, unit)

    def make(self, browser: FlaskClient, **typed: str) -> UUID:
        """By the form; the id of what it made."""
        usual = {"kind": "police_station", "code": "MZ-1", "name": "A station", "district_code": str(AIZAWL)}
        answer = post(browser, "/registry/new", **{**usual, **typed})
        assert answer.status_code == 303, answer.text
        return UUID(re.search(r"/registry/([0-9a-f-]{36})", answer.location)[1])  # type: ignore[index]  # it is on the page

    def act(self, browser: FlaskClient, unit: UUID, act: str, **typed: str) -> TestResponse:
        """Read the page of the act, then press its button."""
        page = browser.get(f"/registry/{unit}/{act}").text
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        return post(browser, f"/registry/{unit}/{act}", seen=seen[1] if seen else "", **typed)

    def audited(self, unit: UUID) -> list[str]:
        with self.house.worker.transaction() as session:
            query = "SELECT action FROM audit_entry WHERE object_id = :unit ORDER BY position"
            found = session.scalars(text(query), {"unit": str(unit)})
            return [action for action in found if action.startswith("organization.")]


def post(browser: FlaskClient, path: str, **typed: str) -> TestResponse:
    return browser.post(path, data=typed, headers=ORIGIN)


def a_registry(house: House) -> Registry:
    with house.worker.transaction() as session:
        session.add_all([State(code=15, name="Mizoram", iso="IN-MZ"), State(code=16, name="Tripura", iso="IN-TR")])
        session.flush()
        session.add_all(
            [
                District(code=AIZAWL, state_code=15, name="Aizawl", names={"hi": "आइज़ोल"}),
                District(code=LUNGLEI, state_code=15, name="Lunglei"),
                District(code=AGARTALA, state_code=16, name="West Tripura"),
            ]
        )
    body = house.organization("coordinating_body", district=AIZAWL, name="Aizawl DAPCU")
    other = house.organization("coordinating_body", district=LUNGLEI, name="Lunglei DAPCU")
    state = house.organization("coordinating_body", district=AIZAWL, name="Mizoram SACS")
    with house.worker.transaction() as session:
        row = session.get_one(Organization, state)
        row.record = {**row.record, "whole_state": True}
    people = [house.person("coordinator", each) for each in (body, other, state)]
    return Registry(house, body, *people, above=state)


def send_file(browser: FlaskClient, path: str, content: str | bytes) -> TestResponse:
    """The form with a file; the answer that it leads to."""
    raw = content.encode() if isinstance(content, str) else content
    data = {"sheet": (io.BytesIO(raw), "a.csv")}
    return browser.post(path, data=data, headers=ORIGIN, content_type="multipart/form-data")


def confirm_file(browser: FlaskClient, sent: TestResponse) -> TestResponse:
    """Look at the preview, then press its button."""
    assert sent.status_code == 303, sent.text
    page = browser.get(sent.location).text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    return post(browser, sent.location, seen=seen[1] if seen else "")


def first_sign_in(house: House, user: str, slip: str, *, factor: bool = False) -> FlaskClient:
    browser = house.client()
    assert browser.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN).status_code == 303
    browser.post("/first-sign-in/password", data={"password": PASSWORD}, headers=ORIGIN)
    if factor:
        page = browser.post("/first-sign-in/second-factor", data={"kind": "printed"}, headers=ORIGIN).text
        code = re.findall(r'<li><code class="reference" translate="no">([A-Z0-9-]+)</code>', page)[0]
        done = {"kind": "printed", "code": code}
        assert browser.post("/first-sign-in/second-factor/code", data=done, headers=ORIGIN).status_code == 303
    return browser


def slips_in(page: str) -> dict[str, tuple[str, str]]:
    """User name without its digits → the whole one, and the code of the slip."""
    user, code = r"User name(?:</dt><dd>|: <code>|: )([a-z.]+)(-\d{4})?", r"([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})"
    found = re.findall(f"{user}.*?{code}", page, re.DOTALL)
    return {name: (name + digits, slip) for name, digits, slip in found}


def spoken_code(manager: FlaskClient) -> str:
    """What a manager reads out, from the own page; '' where there is none."""
    shown = re.search(r'<h2 id="code">.*?</p>', manager.get("/listings").text, re.DOTALL)
    return "-".join(re.findall(r"<span>([A-Z0-9]{4})</span>", shown[0])) if shown else ""


def let_in(browser: FlaskClient, *managers: FlaskClient, code: str = "") -> list[TestResponse]:
    """Press the button of each organisation that waits, by name; where there is none, send what it would send.

    `managers` are rung, and read out their codes: one for each in turn, the last for all others.
    """
    answers, rung = [], [*managers]
    for shown in browser.get("/approvals").text.split('<li id="f-organization-')[1:]:
        seen = re.search(r'name="seen" value="([^"]+)"', shown)
        said = spoken_code(rung.pop(0) if len(rung) > 1 else rung[0]) if rung else code
        codes = dict.fromkeys(re.findall(r'name="(code\.[^"]+)"', shown), said)
        path = f"/approvals/organizations/{shown[:36]}/approve"
        answers.append(post(browser, path, seen=seen[1] if seen else "", **codes))
    return answers


def begin(registry: Registry, browser: FlaskClient) -> tuple[UUID, FlaskClient]:
    """What one coordinator does alone: a provider, its manager's slip, used; the manager's browser."""
    provider = registry.make(browser, kind="provider", code="MZ-77", name="Asha Health Services")
    return provider, managed(registry, browser, str(provider))


def managed(registry: Registry, browser: FlaskClient, provider: str) -> FlaskClient:
    """The browser of the manager whom a file gives it (`PEOPLE`)."""
    page = confirm_file(browser, send_file(browser, "/members/upload", PEOPLE.format(provider)))
    return first_sign_in(registry.house, *slips_in(page.text)["asha"])


def statuses(browser: FlaskClient, *managers: FlaskClient) -> list[int]:
    """Of `let_in`."""
    return [answer.status_code for answer in let_in(browser, *managers)]


def add_member(browser: FlaskClient, name: str, role: str) -> tuple[str, str]:
    """By the form; the user name and the slip."""
    sent = post(browser, "/members/new", name=name, user_name=name.lower(), role=role, language="en")
    assert sent.status_code == 303, sent.text
    return slips_in(browser.get(sent.location).text)[name.lower()]
