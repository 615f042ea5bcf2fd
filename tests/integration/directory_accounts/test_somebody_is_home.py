"""Who is home: published in the transaction that changes it, to Setu's own services and never to the public."""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import jsonschema
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.end_membership import end_membership
from directory_service.accounts.use_cases.reset_account import reset_alone
from directory_service.accounts.use_cases.settle_staffing import settle_staffing
from directory_service.hsds.domain.publication import Publication
from directory_service.hsds.use_cases.export_datapackage import export_datapackage
from directory_service.importing.use_cases.export_directory import export_directory
from directory_service.listings.domain.records import Organization
from directory_service.listings.use_cases.republish_directory import republish_directory
from directory_service.listings.use_cases.save_organization import save_organization
from directory_service.organizations.store.tables import District, State
from service_kit import metrics
from service_kit.identity import Principal, Scope
from setu.roles import ROLES
from support.accounts import ORIGIN, START, House, Person
from support.events import eventually, scalar

CHANGED, MISSING = "directory.organization.changed.v1", "directory.staff.missing.v1"
CONTRACTS = Path(__file__).parents[3] / "contracts" / "events"
KOLKATA, HOWRAH, HYDERABAD = 315, 313, 507


@pytest.fixture
def directory(house: House) -> House:
    with house.worker.transaction() as session:
        session.add_all([State(code=19, name="West Bengal"), State(code=36, name="Telangana")])
        session.flush()
        for code, state in ((KOLKATA, 19), (HOWRAH, 19), (HYDERABAD, 36)):
            session.add(District(code=code, state_code=state, name=str(code), names={}))
    return house


def published(house: House, kind: str = "provider", district: int = KOLKATA, **more: Any) -> UUID:
    record = Organization(uuid4(), kind, district, "active", f"A {kind}", **more)
    with house.worker.transaction() as session:
        save_organization(session, record, house.clock.now())
    return record.id


def told(house: House, organization: UUID) -> list[Mapping[str, Any]]:
    return [dict(each) for each in house.events(CHANGED) if each["organization_id"] == str(organization)]


def missing(house: House, organization: UUID) -> int:
    return sum(each["organization_id"] == str(organization) for each in house.events(MISSING))


def who(house: House, person: Person, role: str, organization: UUID, kind: str) -> Principal:
    return Principal(person.account, uuid4(), uuid4(), organization, kind, role, (KOLKATA,), "en", None, START, START)


def end_within(session: Session, house: House, person: Person, organization: UUID) -> None:
    manager = who(house, Person(uuid4(), "", ""), "provider_manager", organization, "provider")
    query = text("SELECT id FROM membership WHERE account_id = :account AND ended_at IS NULL")
    membership = session.scalar(query, {"account": person.account})
    assert membership
    assert end_membership(session, house.dependencies, manager, membership, house.clock.now(), handed_over=True)


def end(house: House, person: Person, organization: UUID) -> None:
    with house.worker.transaction() as session:
        end_within(session, house, person, organization)


def walk_in(house: House, user: str, slip: str, *, enrols: bool) -> None:
    """A first sign-in by its pages: slip, password, and where it is asked a list of printed codes."""
    browser = house.client()
    browser.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
    browser.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    if enrols:
        page = browser.post("/first-sign-in/second-factor", data={"kind": "printed"}, headers=ORIGIN).text
        code = re.findall(r'<code class="reference" translate="no">([A-Z0-9-]+)</code>', page)[0]
        browser.post("/first-sign-in/second-factor/code", data={"kind": "printed", "code": code}, headers=ORIGIN)


def test_a_role_is_staffed_once_somebody_has_signed_in_and_the_public_version_stays(directory: House) -> None:
    provider = published(directory)
    before = directory.client().get(f"/api/organizations/{provider}")
    _account, user, slip = directory.newcomer("provider_manager", provider)
    assert [each["staffed"] for each in told(directory, provider)] == [[]]  # a slip in hand is nobody at home

    walk_in(directory, user, slip, enrols=False)

    first, second = told(directory, provider)
    assert (second["staffed"], second["version"]) == (["provider_manager"], first["version"] + 1)
    after = directory.client().get(f"/api/organizations/{provider}")
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    with directory.worker.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM change WHERE shown_at IS NULL")) == 1  # the making alone
    schema = json.loads((CONTRACTS / f"{CHANGED}.json").read_text())
    jsonschema.validate(second, schema)


def test_a_role_that_needs_a_second_factor_is_home_only_with_one(directory: House) -> None:
    provider = published(directory)
    manager = directory.person("provider_manager", provider)
    directory.second_role(manager, "case_worker", provider)
    assert told(directory, provider)[-1]["staffed"] == ["provider_manager"]
    browser = directory.browser(manager)
    assert "not offered for referrals: nobody here can take one yet" in browser.get("/listings").text

    _account, user, slip = directory.newcomer("case_worker", provider)
    walk_in(directory, user, slip, enrols=True)
    assert "not offered for referrals" not in browser.get("/listings").text
    assert told(directory, provider)[-1]["staffed"] == ["case_worker", "provider_manager"]
    assert missing(directory, provider) == 1  # the manager, once: when the manager came and nobody else was there


def test_the_view_asks_a_second_factor_of_the_same_roles_as_the_table_of_roles(directory: House) -> None:
    with directory.worker.transaction() as session:
        view = str(session.scalar(text("SELECT pg_get_viewdef('home_membership'::regclass)")))
    asked = {role for role in ROLES if f"'{role}'" in view}
    assert asked == {name for name, role in ROLES.items() if role.needs_second_factor}


def test_the_last_case_worker_who_leaves_has_the_managers_told_and_not_the_last_but_one(directory: House) -> None:
    provider = published(directory)
    first, last = (directory.person("case_worker", provider) for _ in range(2))
    versions = len(told(directory, provider))

    end(directory, first, provider)
    assert (len(told(directory, provider)), missing(directory, provider)) == (versions, 0)

    end(directory, last, provider)
    assert (told(directory, provider)[-1]["staffed"], missing(directory, provider)) == ([], 1)
    (event,) = directory.events(MISSING)
    jsonschema.validate(event, json.loads((CONTRACTS / f"{MISSING}.json").read_text()))


def test_of_two_who_leave_at_once_the_last_one_is_seen(directory: House) -> None:
    provider = published(directory)
    first, last = (directory.person("case_worker", provider) for _ in range(2))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    with ThreadPoolExecutor(1) as pool:
        with directory.worker.transaction() as session:
            end_within(session, directory, first, provider)
            leaving = pool.submit(end, directory, last, provider)
            eventually(lambda: scalar(directory.worker, waiting) == 1)
        leaving.result()

    assert (told(directory, provider)[-1]["staffed"], missing(directory, provider)) == ([], 1)


def test_a_reset_sign_in_is_nobody_at_home_until_the_new_slip_is_used(directory: House) -> None:
    unit, body = published(directory, "police_unit"), published(directory, "coordinating_body")
    officer, coordinator = directory.person("officer", unit), directory.person("coordinator", body)

    asking = who(directory, coordinator, "coordinator", body, "coordinating_body")
    with directory.web.transaction(asking.scope) as session:
        account = session.get_one(Account, officer.account)
        slip = reset_alone(session, directory.dependencies, asking, account, "password", directory.clock.now())
    assert told(directory, unit)[-1]["staffed"] == []

    walk_in(directory, officer.user, slip.code, enrols=False)
    assert told(directory, unit)[-1]["staffed"] == ["officer"]


def test_a_change_and_what_is_told_of_it_stand_or_fall_together(directory: House) -> None:
    provider = published(directory)
    worker = directory.person("case_worker", provider)
    before = told(directory, provider)
    with directory.worker.transaction() as session:
        end_within(session, directory, worker, provider)
        session.rollback()
    assert (told(directory, provider), missing(directory, provider)) == (before, 0)
    assert settle_staffing(directory.worker, START) == 0


def test_whoever_has_no_scope_can_settle_but_neither_read_nor_write_who_is_home(directory: House) -> None:
    provider = published(directory)
    directory.person("case_worker", provider)
    with directory.web.transaction(Scope()) as session:
        assert session.execute(text("SELECT settle_staffing(:ids)"), {"ids": [provider]}).all() == []
        session.execute(text("UPDATE organization SET staffed = '{}' WHERE id = :id"), {"id": provider})
        assert session.scalar(text("SELECT staffed FROM organization WHERE id = :id"), {"id": provider}) == [
            "case_worker"
        ]
    for view in ("home_membership", "staffing"):
        with pytest.raises(ProgrammingError), directory.web.transaction(Scope()) as session:
            session.execute(text(f"SELECT * FROM {view}"))  # noqa: S608 # names of ours


def test_a_district_falls_to_its_state_until_it_has_a_coordinator_and_again_after(directory: House) -> None:
    state = published(directory, "coordinating_body", whole_state=True)
    far = published(directory, "coordinating_body", HYDERABAD, whole_state=True)
    body = published(directory, "coordinating_body", HOWRAH)
    directory.person("coordinator", state)
    settle_staffing(directory.worker, START)
    assert told(directory, state)[-1]["stands_in_for"] == [HOWRAH]
    assert told(directory, state)[-1]["district_names"][str(HOWRAH)] == {"en": "313"}  # what it is called here

    coordinator = directory.person("coordinator", body)
    assert told(directory, state)[-1]["stands_in_for"] == []

    end(directory, coordinator, body)
    assert told(directory, state)[-1]["stands_in_for"] == [HOWRAH]
    assert told(directory, far)[-1]["stands_in_for"] == [HYDERABAD]  # nobody there, and no business of Kolkata's


def test_where_nobody_coordinates_the_gauges_say_so(directory: House) -> None:
    directory.person("officer", published(directory, "police_unit", HYDERABAD))
    state = published(directory, "coordinating_body", HYDERABAD, whole_state=True)
    directory.person("officer", published(directory, "police_unit", HOWRAH))
    published(directory, "police_unit", KOLKATA)  # nobody is at work there

    settle_staffing(directory.worker, START)
    said = metrics.exposition().decode()
    assert "setu_state_bodies_without_coordinator 1.0" in said
    assert "setu_districts_without_coordinator 2.0" in said

    directory.person("coordinator", state)
    settle_staffing(directory.worker, START)
    said = metrics.exposition().decode()
    assert "setu_state_bodies_without_coordinator 0.0" in said
    assert "setu_districts_without_coordinator 1.0" in said


def test_rows_of_an_older_version_are_settled_and_told_by_the_worker_and_by_republishing(directory: House) -> None:
    provider = published(directory)
    directory.person("case_worker", provider)
    with directory.worker.transaction() as session:
        session.execute(text("UPDATE organization SET staffed = NULL, staffing_version = 0"))
    republish_directory(directory.worker, START)
    assert "staffed" not in told(directory, provider)[-1]

    assert settle_staffing(directory.worker, START) == 1
    republish_directory(directory.worker, START)
    settled, again = told(directory, provider)[-2:]
    assert settled == again
    assert again["staffed"] == ["case_worker"]


def test_nothing_that_the_public_reads_says_who_is_home(directory: House, tmp_path: Path) -> None:
    state = published(directory, "coordinating_body", whole_state=True)
    provider = published(directory)
    directory.person("case_worker", provider)
    directory.person("coordinator", state)
    settle_staffing(directory.worker, START)
    visitor = directory.client()
    packed, package = tmp_path / "datapackage.zip", tmp_path / "directory.json"

    with packed.open("wb") as file:
        export_datapackage(directory.worker, file, Publication())
    export_directory(directory.worker, package)
    with ZipFile(packed) as parts:
        read = b"".join(parts.read(name) for name in parts.namelist())
    for path in ("/api/organizations", f"/api/organizations/{provider}", "/api/changes", "/api/openapi.json"):
        read += visitor.get(path).data

    assert str(provider).encode() in read
    for word in (b"staffed", b"stands_in_for", b"staffing_version"):
        assert word not in read + package.read_bytes()


def test_the_last_case_worker_goes_once_the_manager_says_that_what_is_open_was_handed_over(
    directory: House,
) -> None:
    provider = directory.organization("provider")
    manager = directory.browser(directory.person("provider_manager", provider))
    workers = [directory.person("case_worker", provider) for _ in range(2)]
    directory.newcomer("case_worker", provider)  # has not signed in, so nobody is home with this one

    def end(person: Person, **typed: str) -> tuple[int, bool, bool]:
        path = re.findall(rf"{person.user}.*?(/members/[0-9a-f-]+/end)", manager.get("/members").text, re.DOTALL)[0]
        asks = "last case worker who can sign in" in manager.get(path).text
        answer = manager.post(path, data=typed, headers=ORIGIN)
        return answer.status_code, asks, "handed over, or add another" in answer.text

    assert end(workers[0]) == (303, False, False)
    assert end(workers[1]) == (422, True, True)
    assert directory.sign_in(workers[1]).status_code == 201
    assert end(workers[1], handed_over="yes") == (303, True, False)
