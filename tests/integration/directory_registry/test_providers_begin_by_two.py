"""A provider that is entered on screen or from a file begins by two people: one coordinator alone makes none."""

import json
import re
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from directory_service.accounts.domain.attempt_limits import TRIES_PER_ACCOUNT, TRY_WINDOW
from service_kit.identity import Scope
from support.accounts import Person
from support.registry import (
    AIZAWL,
    LUNGLEI,
    PASSWORD,
    Registry,
    confirm_file,
    first_sign_in,
    let_in,
    post,
    send_file,
    slips_in,
    spoken_code,
)
from support.resets import ask, half_of_slip, waiting

CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
CLOSED = ("/meetings", "/partnerships", "/training", "/board", "/brief", "/api-keys")
WAITING, ADMITTED = "directory.provider.waiting.v1", "directory.provider.admitted.v1"
PEOPLE = "name,user_name,role,organization\nAsha Devi,asha,provider_manager,{}\n"
UNITS = "kind,code,name,parent_code,district_code,opened_on\nprovider,MZ-77,Asha Health Services,,261,\n"
SERVICES = (
    "name,needs,districts,phone,genders,status,accepting\n"
    "Care for all,OST; COUNS,261,+91 98300 12345,woman; man; transgender; other,active,open\n"
)


def begin(registry: Registry, browser: FlaskClient) -> tuple[UUID, FlaskClient]:
    """What one coordinator does alone: a provider, its manager's slip, used; the manager's browser."""
    provider = registry.make(browser, kind="provider", code="MZ-77", name="Asha Health Services")
    return provider, managed(registry, browser, str(provider))


def managed(registry: Registry, browser: FlaskClient, provider: str) -> FlaskClient:
    page = confirm_file(browser, send_file(browser, "/members/upload", PEOPLE.format(provider)))
    return first_sign_in(registry.house, *slips_in(page.text)["asha"])


def statuses(browser: FlaskClient, *managers: FlaskClient) -> list[int]:
    return [answer.status_code for answer in let_in(browser, *managers)]


def add_member(browser: FlaskClient, name: str, role: str) -> tuple[str, str]:
    """By the form; the user name and the slip."""
    sent = post(browser, "/members/new", name=name, user_name=name.lower(), role=role, language="en")
    assert sent.status_code == 303, sent.text
    return slips_in(browser.get(sent.location).text)[name.lower()]


def set_up(browser: FlaskClient, user: str, slip: str) -> tuple[str, str]:
    """A first sign-in with a printed list: the page after the first code, and the second code."""
    post(browser, "/first-sign-in", user=user, slip=slip)
    post(browser, "/first-sign-in/password", password=PASSWORD)
    page = post(browser, "/first-sign-in/second-factor", kind="printed").text
    codes = re.findall(r'<li><code class="reference" translate="no">([A-Z0-9-]+)</code>', page)
    sent = post(browser, "/first-sign-in/second-factor/code", kind="printed", code=codes[0])
    return browser.get(sent.location).text, codes[1]


def public_services(registry: Registry) -> int:
    with registry.house.worker.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM service WHERE public")) or 0)


@pytest.fixture
def data_officer(registry: Registry) -> Person:
    state = registry.house.organization("coordinating_body", district=AIZAWL, name="State's desk")
    return registry.house.person("data_officer", state)


def test_one_coordinator_alone_makes_no_provider_that_anybody_is_sent_to(
    registry: Registry, data_officer: Person
) -> None:
    house, coordinator = registry.house, registry.browser()

    provider, manager = begin(registry, coordinator)
    assert confirm_file(manager, send_file(manager, "/listings/upload", SERVICES)).status_code == 303
    user, slip = add_member(manager, "Puppet", "case_worker")

    assert registry.row(provider).status == "pending"
    assert registry.row(provider).established_at is None
    told = [each for each in house.events("directory.organization.changed.v1") if each["kind"] == "provider"]
    assert {each["status"] for each in told} == {"pending"}
    assert public_services(registry) == 0
    page = coordinator.get("/approvals").text
    assert "Another coordinator or a data officer lets it in" in page
    assert "Let it in" not in page
    assert statuses(coordinator) == [403]
    assert house.audited("organization.approve", "denied") == 1
    assert coordinator.get("/counts").get_json()["/approvals"] == 0
    for act in ("suspend", "resume", "close", "finish"):
        assert registry.act(coordinator, provider, act).status_code == 409
    assert registry.row(provider).status == "pending"

    other = house.browser(data_officer)
    assert other.get("/counts").get_json()["/approvals"] == 1
    page = other.get("/approvals").text
    assert re.search(
        r"Asha Devi</span> <span[^>]*>asha-\d{4}</span>.*has signed in.*since .*last signed in", page, re.DOTALL
    )
    assert re.search(r"Puppet</span> · Case worker", page)
    assert "Ring the organisation on a number that you know" in page
    assert "Changes by new providers" not in page
    assert statuses(other, manager) == [303]

    assert (registry.row(provider).status, registry.row(provider).established_at) == ("active", None), "it is new"
    assert public_services(registry) == 1
    assert house.audited("organization.approve", "done") == 1
    first_sign_in(house, user, slip, factor=True)


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
    assert "Your organisation waits to be let in by a second person" in closed[0].text
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
    assert house.events(WAITING) == []
    manager = managed(registry, coordinator, str(provider))
    first_sign_in(house, *add_member(manager, "Another", "case_worker"), factor=True)

    (waits,) = house.events(WAITING)
    assert statuses(house.browser(data_officer), manager) == [303]

    assert (waits["organization_id"], waits["region"]) == (str(provider), "IN-MZ")
    (told,) = house.events(ADMITTED)
    assert (told["receivers"], told["account_id"]) == ([str(provider)], str(registry.coordinator.account))
    for kind, data in ((WAITING, waits), (ADMITTED, told)):
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


def test_a_provider_of_a_file_waits_and_its_makers_own_coordinator_is_no_second_person(registry: Registry) -> None:
    house, coordinator = registry.house, registry.browser()
    sent = send_file(coordinator, "/registry/upload", UNITS)
    assert "until somebody else has let them in" in coordinator.get(sent.location).text
    assert confirm_file(coordinator, sent).status_code == 303
    assert statuses(registry.browser(registry.state)) == [403], "it has no manager"
    manager = managed(registry, coordinator, "MZ-77")
    puppet = first_sign_in(house, *add_member(coordinator, "Second", "coordinator"))

    assert statuses(puppet) == [403]
    assert statuses(registry.browser(registry.other)) == [], "of another district"
    assert statuses(registry.browser(registry.state), manager) == [303]


def test_who_printed_the_managers_slip_lets_in_no_provider_of_another(registry: Registry) -> None:
    maker, printer = registry.browser(registry.state), registry.browser()
    registry.make(maker, kind="provider", code="MZ-77", name="Asha Health Services")
    managed(registry, printer, "MZ-77")

    assert statuses(printer) == [403]
    assert statuses(maker) == [403]


def test_a_manager_who_has_not_signed_in_cannot_be_asked_for(registry: Registry, data_officer: Person) -> None:
    coordinator, other = registry.browser(), registry.house.browser(data_officer)
    registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    assert "It has no manager yet" in other.get("/approvals").text
    confirm_file(coordinator, send_file(coordinator, "/members/upload", PEOPLE.format("MZ-77")))

    page = other.get("/approvals").text

    assert "has not signed in yet" in page
    assert "Let it in" not in page
    assert statuses(other) == [403]
    assert other.get("/counts").get_json()["/approvals"] == 0


def test_what_changed_of_its_people_is_looked_at_again(registry: Registry, data_officer: Person) -> None:
    provider, manager = begin(registry, registry.browser())
    other = registry.house.browser(data_officer)
    seen = re.search(r'name="seen" value="([^"]+)"', other.get("/approvals").text)
    add_member(manager, "Another", "case_worker")

    late = post(other, f"/approvals/organizations/{provider}/approve", seen=seen[1] if seen else "")

    assert late.status_code == 409
    assert re.search(r"Who else was added.*Another</span> · Case worker", late.text, re.DOTALL)
    assert registry.row(provider).status == "pending"


def test_once_it_is_let_in_no_coordinator_gives_it_a_manager_alone(registry: Registry, data_officer: Person) -> None:
    coordinator = registry.browser()
    provider, manager = begin(registry, coordinator)
    assert statuses(registry.house.browser(data_officer), manager) == [303]
    with registry.house.worker.transaction() as session:
        session.execute(text("UPDATE membership SET ended_at = now() WHERE organization_id = :id"), {"id": provider})
    account, user, _slip = registry.house.newcomer("provider_manager", provider)

    file = PEOPLE.format("MZ-77").replace("asha", "mole")
    filed = coordinator.get(send_file(coordinator, "/members/upload", file).location).text
    alone = post(coordinator, "/resets", user=user, what="password")

    assert "own manager lets its people in" in filed
    assert alone.status_code == 303
    shown = coordinator.get("/slip").text
    assert "First half of the code" in shown, f"no slip of {account} by one person"
    assert slips_in(shown) == {}


def test_whoever_is_rung_reads_out_the_code_of_the_account_that_is_let_in(
    registry: Registry, data_officer: Person
) -> None:
    house, coordinator = registry.house, registry.browser()
    real = house.browser(house.person("provider_manager", house.organization("provider", district=AIZAWL, name="Asha")))
    provider, puppet = begin(registry, coordinator)
    other, code = house.browser(data_officer), spoken_code(puppet)

    assert spoken_code(real) == "", "who honestly says yes to everything has none to read out"
    assert (len(code), code in other.get("/approvals").text, code in coordinator.get("/approvals").text) == (
        9,
        False,
        False,
    )
    for typed in ("", "AAAA-AAAA", *(code.replace(code[0], each) for each in "AC" if each != code[0])):
        (refused,) = let_in(other, code=typed)
        assert (refused.status_code, "not the manager&#39;s code" in refused.text) == (422, True), typed
    assert house.audited("organization.approve", "denied") >= 3
    assert registry.row(provider).status == "pending"
    (spelled,) = let_in(other, code=code.lower().replace("-", " "))
    assert spelled.status_code == 303
    assert spoken_code(puppet) == "", "it is let in"


def test_a_code_is_tried_a_few_times_and_is_another_after_a_new_slip(registry: Registry, data_officer: Person) -> None:
    coordinator, state = registry.browser(), registry.browser(registry.state)
    provider, manager = begin(registry, coordinator)
    other, before = registry.house.browser(data_officer), spoken_code(manager)
    user = re.findall(r"asha-\d{4}", other.get("/approvals").text)[0]
    half = half_of_slip(ask(coordinator, Person(provider, user, ""))[1])
    agreed = post(state, f"/resets/{waiting(state)}/approve")
    slip = half + half_of_slip(state.get(agreed.location).text)
    code = spoken_code(first_sign_in(registry.house, user, slip))
    assert code not in ("", before)

    for _try in range(TRIES_PER_ACCOUNT):
        assert [each.status_code for each in let_in(other, code=before)] == [422]
    assert [each.status_code for each in let_in(other, code=code)] == [429]
    registry.house.clock.advance(TRY_WINDOW)
    assert [each.status_code for each in let_in(registry.house.browser(data_officer), code=code)] == [303]
    assert registry.row(provider).status == "active"


def test_no_provider_takes_the_name_of_another_one_of_the_state(registry: Registry) -> None:
    house, coordinator = registry.house, registry.browser()
    real = house.organization("provider", district=LUNGLEI, name="Zoram Care")
    typed = {"kind": "provider", "code": "MZ-77", "name": "zoram  CARE.", "district_code": str(AIZAWL)}
    entered = post(coordinator, "/registry/new", **typed)
    assert (entered.status_code, "has this name, or one that looks like it" in entered.text) == (422, True)

    _provider, manager = begin(registry, coordinator)
    seen = re.search(r'name="seen" value="([^"]+)"', manager.get("/listings/organization").text)
    own = {"name": "Zoram Care.", "seen": seen[1] if seen else ""}
    renamed = post(manager, "/listings/organization", **own)
    assert (renamed.status_code, "has this name, or one that looks like it" in renamed.text) == (422, True)
    assert post(manager, "/listings/organization", **own | {"name": "Asha, Aizawl"}).status_code == 303

    wanted = {"kind": "provider", "code": "MZ-9", "district_code": str(LUNGLEI), "name": "Police Drug Cell"}
    edited = post(registry.browser(registry.other), f"/registry/{real}/edit", **wanted)
    assert (edited.status_code, "renamed by its own manager" in edited.text) == (422, True)
    assert registry.row(real).name == "Zoram Care"


def test_a_provider_that_waits_takes_over_nothing(registry: Registry) -> None:
    coordinator = registry.browser()
    waiting = registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    real = registry.house.organization("provider", district=AIZAWL, name="Zoram Care")

    assert registry.act(coordinator, real, "close", successor=str(waiting)).status_code == 422
    assert registry.row(real).status == "active"


def test_the_database_lets_a_data_officer_write_of_an_organisation_only_that_it_begins(registry: Registry) -> None:
    house = registry.house
    new, established = (house.organization("provider", district=AIZAWL, status=each) for each in ("pending", "active"))
    far = house.organization("provider", district=LUNGLEI, status="pending")
    unit = house.organization("police_unit", district=AIZAWL, status="pending")
    scope = Scope(organization=registry.body, account=registry.other.account, role="data_officer", districts=(AIZAWL,))

    def changed(unit: UUID, status: str) -> int:
        update = text("UPDATE organization SET status = :status, established_at = NULL WHERE id = :id")
        with house.web.transaction(scope) as session:
            return session.execute(update, {"id": unit, "status": status}).rowcount  # type: ignore[attr-defined]  # a cursor's result

    with pytest.raises(ProgrammingError, match="row-level security"):
        changed(new, "suspended")
    assert [changed(each, "active") for each in (new, established, far, unit)] == [1, 0, 0, 0]
