"""The people of a provider that waits for its second person: what they have, are told and read."""

import json
import re
from pathlib import Path
from uuid import UUID

import jsonschema
from flask.testing import FlaskClient

from support.accounts import Person
from support.registry import (
    PASSWORD,
    PEOPLE,
    Registry,
    add_member,
    begin,
    confirm_file,
    first_sign_in,
    let_in,
    managed,
    post,
    send_file,
    slips_in,
    statuses,
)

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
CLOSED = ("/meetings", "/partnerships", "/training", "/board", "/brief", "/api-keys")
PENDING, APPROVED = "directory.provider.pending.v1", "directory.provider.approved.v1"


def set_up(browser: FlaskClient, user: str, slip: str) -> tuple[str, str]:
    """A first sign-in with a printed list: the page after the first code, and the second code."""
    post(browser, "/first-sign-in", user=user, slip=slip)
    post(browser, "/first-sign-in/password", password=PASSWORD)
    page = post(browser, "/first-sign-in/second-factor", kind="printed").text
    codes = re.findall(r'<li><code class="reference" translate="no">([A-Z0-9-]+)</code>', page)
    sent = post(browser, "/first-sign-in/second-factor/code", kind="printed", code=codes[0])
    return browser.get(sent.location).text, codes[1]


def test_who_comes_before_it_is_let_in_sets_up_everything_once_and_waits(
    registry: Registry, data_officer: Person
) -> None:
    _provider, manager = begin(registry, registry.browser())
    user, slip = add_member(manager, "Worker", "case_worker")
    browser = registry.house.client()

    first, second = set_up(browser, user, slip)
    early = post(browser, "/sign-in", user=user, password=PASSWORD)

    assert "You are ready" in first
    assert "waits to be let in by a second person" in early.text
    assert "no active organisation" not in early.text
    assert browser.get("/api/session").status_code == 401
    assert statuses(registry.house.browser(data_officer), manager) == [303]
    assert post(browser, "/sign-in", user=user, password=PASSWORD).location == "/second-factor"
    assert post(browser, "/second-factor", code=second).status_code == 303
    assert browser.get("/api/session").status_code == 200


def test_whoever_refuses_one_says_why_and_its_people_read_it(registry: Registry) -> None:
    coordinator = registry.browser()
    provider = registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    page = confirm_file(coordinator, send_file(coordinator, "/members/upload", PEOPLE.format(provider))).text
    user, slip = slips_in(page)["asha"]
    manager = first_sign_in(registry.house, user, slip)

    silent = registry.act(coordinator, provider, "refuse")
    refused = registry.act(coordinator, provider, "refuse", because="not_confirmed")
    answer = post(manager, "/sign-in", user=user, password=PASSWORD)

    assert (silent.status_code, refused.status_code) == (422, 303)
    assert "Nobody there confirmed it." in coordinator.get(refused.location).text
    assert "Nobody there confirmed it. Your organisation was not let in." in answer.text


def test_until_it_is_let_in_its_manager_has_the_listing_and_the_people_and_nothing_of_the_state(
    registry: Registry, data_officer: Person
) -> None:
    house, coordinator = registry.house, registry.browser()
    provider = registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    page = confirm_file(coordinator, send_file(coordinator, "/members/upload", PEOPLE.format(provider))).text
    user, slip = slips_in(page)["asha"]
    manager = first_sign_in(house, user, slip)

    closed = [manager.get(path) for path in CLOSED]
    posted = post(manager, "/board/new", kind="idea", text="Hello", named="yes")
    menu = manager.get("/listings").text

    assert [each.status_code for each in (*closed, posted)] == [403] * 7
    assert "Your organisation is not active yet" in closed[0].text
    assert all(f'href="http://directory.test{path}"' not in menu for path in CLOSED)
    assert 'href="http://directory.test/members"' in menu
    assert statuses(house.browser(data_officer), manager) == [303]
    assert manager.get("/listings").location.startswith("http://directory.test/sign-in"), "with another session"
    post(manager, "/sign-in", user=user, password=PASSWORD)
    assert {manager.get(path).status_code for path in CLOSED} == {200}


def test_who_may_let_it_in_is_told_once_its_manager_can_be_asked_for_and_who_entered_it_at_the_end(
    registry: Registry, data_officer: Person
) -> None:
    house, coordinator = registry.house, registry.browser()
    provider = registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    assert house.events(PENDING) == []
    manager = managed(registry, coordinator, str(provider))
    first_sign_in(house, *add_member(manager, "Another", "case_worker"), factor=True)

    (waits,) = house.events(PENDING)
    assert statuses(house.browser(data_officer), manager) == [303]

    assert (waits["organization_id"], waits["region"]) == (str(provider), "IN-MZ")
    (told,) = house.events(APPROVED)
    assert (told["receivers"], told["account_id"]) == ([str(provider)], str(registry.coordinator.account))
    for kind, data in ((PENDING, waits), (APPROVED, told)):
        jsonschema.validate(data, json.loads((CONTRACTS / f"{kind}.json").read_text()))


def test_whoever_comes_second_reads_what_became_of_it(registry: Registry, data_officer: Person) -> None:
    coordinator, first, late = (
        registry.browser(),
        registry.house.browser(data_officer),
        registry.browser(registry.state),
    )
    let, manager = begin(registry, coordinator)
    refused = registry.make(coordinator, kind="provider", code="MZ-78", name="Bawngkawn Care")
    done = let_in(first, manager)[0]
    registry.act(coordinator, refused, "refuse", because="twice")

    answers = [post(late, f"/approvals/organizations/{each}/approve") for each in (let, refused)]
    answers.append(post(first, f"/approvals/organizations/{refused}/approve"))

    assert "“Asha Health Services” is in the directory now." in first.get(done.location).text
    assert [each.status_code for each in answers] == [409, 409, 409]
    assert "“Asha Health Services” has been let in meanwhile" in answers[0].text
    assert all("“Bawngkawn Care” was refused meanwhile" in each.text for each in answers[1:])
    assert post(late, f"/approvals/organizations/{UUID(int=1)}/approve").status_code == 404
