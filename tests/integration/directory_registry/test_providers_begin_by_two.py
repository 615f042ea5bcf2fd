"""A provider that is entered on screen or from a file begins by two people: one coordinator alone makes none."""

import re
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from service_kit.identity import Scope
from support.accounts import Person
from support.registry import (
    AIZAWL,
    LUNGLEI,
    PEOPLE,
    Registry,
    add_member,
    begin,
    confirm_file,
    first_sign_in,
    managed,
    post,
    send_file,
    slips_in,
    statuses,
)

UNITS = "kind,code,name,parent_code,district_code,opened_on\nprovider,MZ-77,Asha Health Services,,261,\n"
SERVICES = (
    "name,needs,districts,phone,genders,status,accepting\n"
    "Care for all,OST; COUNS,261,+91 98300 12345,woman; man; transgender; other,active,open\n"
)


def public_services(registry: Registry) -> int:
    with registry.house.worker.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM service WHERE public")) or 0)


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
    assert '/read-about/approvals"' in page, "what led here is read by looking"
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
