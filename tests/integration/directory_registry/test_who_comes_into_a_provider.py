"""Nobody comes into a provider but by its own manager: every way of one coordinator, played, and every caller named."""

import ast
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

import directory_service
from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.outside.member_file import MemberLine
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.add_member import NewMember, add_member
from directory_service.accounts.use_cases.answer_invitation import accept_invitation
from directory_service.accounts.use_cases.import_members import NothingImported, import_members
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from directory_service.accounts.use_cases.print_slip import print_slip
from service_kit.identity import Scope
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks
from support.registry import (
    AIZAWL,
    Registry,
    confirm_file,
    first_sign_in,
    let_in,
    post,
    send_file,
    slips_in,
    spoken_code,
)

HEADER = "name,user_name,role,organization\n"


def people(house: House, provider: UUID) -> set[tuple[str, str]]:
    """Who is in it, and who could come by accepting: user name and role."""
    members = (
        "SELECT user_name, role FROM membership JOIN account ON account.id = account_id"
        " WHERE organization_id = :id AND ended_at IS NULL"
    )
    invited = "SELECT user_name, role FROM invitation WHERE organization_id = :id AND withdrawn_at IS NULL"
    with house.worker.transaction() as session:
        return {(row[0], row[1]) for row in session.execute(text(f"{members} UNION ALL {invited}"), {"id": provider})}


def by_file(registry: Registry, provider: UUID, role: str) -> None:
    browser = registry.browser()
    sent = send_file(browser, "/members/upload", f"{HEADER}Mole,mole,{role},{provider}\n")
    assert "own manager lets its people in" in browser.get(sent.location).text
    confirm_file(browser, sent)


def by_closing_another(registry: Registry, provider: UUID, role: str) -> None:
    house, browser = registry.house, registry.browser()
    puppets = house.organization("provider", district=AIZAWL, name="Puppets")
    mole = house.person(role, puppets)
    assert registry.act(browser, puppets, "close", successor=str(provider)).status_code == 303
    house.clock.advance(timedelta(days=31))
    browser = registry.browser()
    assert "its own manager invites whom it wants" in browser.get(f"/registry/{puppets}/finish").text
    assert registry.act(browser, puppets, "finish").status_code == 303
    assert house.sign_in(mole).status_code == 403
    assert registry.row(puppets).status == "closed"


def as_coordinator(registry: Registry) -> Scope:
    who = registry.coordinator
    return Scope(organization=registry.body, account=who.account, role="coordinator", districts=(AIZAWL,))


def by_invitation(registry: Registry, provider: UUID, role: str) -> None:
    house = registry.house
    mole = house.person("case_worker", house.organization("provider", district=AIZAWL))
    wanted, by = NewInvitation(mole.user, role), registry.coordinator.account
    with pytest.raises(RoleRefused, match="own manager"), house.web.transaction(as_coordinator(registry)) as session:
        invite_member(session, house.dependencies, provider, wanted, by=by, now=house.clock.now())


def by_membership(registry: Registry, provider: UUID, role: str) -> None:
    house, mole = registry.house, NewMember("Mole", "mole", role)
    with pytest.raises(RoleRefused, match="own manager"), house.web.transaction(as_coordinator(registry)) as session:
        add_member(session, house.dependencies, provider, mole, by=registry.coordinator.account, now=house.clock.now())


def by_the_database(registry: Registry, provider: UUID, role: str) -> None:
    member = (
        "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,"
        " districts, version, started_at) VALUES (:id, :account, :place, 'provider', 261, :role, 'providing', '{}', 1,"
        " now())"
    )
    invited = (
        "INSERT INTO invitation (id, account_id, organization_id, role, user_name, districts, sent_at, ends_at)"
        " VALUES (:id, :account, :place, :role, 'mole', '{}', now(), now())"
    )
    for statement in (member, invited):
        values = {"id": uuid4(), "account": registry.coordinator.account, "place": provider, "role": role}
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            registry.house.web.transaction(as_coordinator(registry)) as session,
        ):
            session.execute(text(statement), values)


WAYS = (by_file, by_closing_another, by_invitation, by_membership, by_the_database)


def test_one_coordinator_puts_nobody_into_a_provider_that_is_there(registry: Registry) -> None:
    provider = registry.house.organization("provider", district=AIZAWL, name="Nodi")
    manager = registry.house.person("provider_manager", provider)

    for way in WAYS:
        for role in ("case_worker", "provider_manager"):
            way(registry, provider, role)
            assert people(registry.house, provider) == {(manager.user, "provider_manager")}, way.__name__


CALLERS: Mapping[str, str] = {
    "accounts.pages.members": "whoever manages, into the own organisation",
    "accounts.pages.invite": "whoever manages, into the own organisation",
    "accounts.use_cases.add_member": "the membership of a new account, as its callers",
    "accounts.use_cases.add_or_invite": "the operator's commands",
    "accounts.use_cases.answer_invitation": "the person, by an invitation that was asked about as it was written",
    "accounts.use_cases.grants.finish_grant": "roles that two people give, of which a provider has none",
    "accounts.use_cases.sample_accounts": "the operator's sample",
    "registry.use_cases.end_members": "offers at the successor of what is no provider",
    "registry.use_cases.start_state": "the operator's command, into a body",
    "registry.use_cases.upload_people": "a file of whoever manages or coordinates",
}
"""Who writes memberships and invitations. A new line is a new way in: its play belongs among `WAYS`."""


def test_every_caller_that_lets_people_in_is_known() -> None:
    root, doors = Path(directory_service.__file__).parent, {"add_member", "invite_member", "grant_membership"}

    def imports(path: Path) -> set[str]:
        source = path.read_text()
        named = any(door in source for door in doors)  # reading is quicker than parsing
        found = (node for node in ast.walk(ast.parse(source if named else "")) if isinstance(node, ast.ImportFrom))
        return {alias.name for node in found for alias in node.names}

    found = {path for path in root.rglob("*.py") if imports(path) & doors}

    assert {".".join(path.relative_to(root).with_suffix("").parts) for path in found} == CALLERS.keys()


def test_its_own_manager_lets_in_by_each_way(registry: Registry) -> None:
    house = registry.house
    provider = house.organization("provider", district=AIZAWL, name="Nodi")
    browser = house.browser(house.person("provider_manager", provider))
    known = house.person("case_worker", house.organization("provider", district=AIZAWL))

    new = {"name": "New", "user_name": "new.one", "role": "provider_manager", "language": "en"}
    assert post(browser, "/members/new", **new).status_code == 303
    assert post(browser, "/members/invite", user_name=known.user, role="case_worker").status_code == 303
    file = "name,user_name,role\nFiled,filed,case_worker\n"
    assert confirm_file(browser, send_file(browser, "/members/upload", file)).status_code == 200
    with house.worker.transaction() as session:
        (offer,) = offers_to(session, known.account, house.clock.now())
    invited = house.browser(known)
    assert invited.post(f"/invitations/{offer.id}/accept", headers=ORIGIN).status_code == 303

    assert len(people(house, provider)) == 4


def begun(registry: Registry) -> tuple[UUID, Person]:
    """A provider that a coordinator entered, with its manager, who has signed in."""
    provider = registry.make(registry.browser(), kind="provider", code="MZ-77", name="Asha Health Services")
    return provider, registry.house.person("provider_manager", provider)


def test_a_provider_that_waits_gets_no_second_manager_in_any_way(registry: Registry) -> None:
    house, coordinator = registry.house, registry.browser()
    provider = registry.make(coordinator, kind="provider", code="MZ-77", name="Asha Health Services")
    twice = f"{HEADER}Asha Roy,asha,provider_manager,MZ-77\nAsha Roy,aroy,provider_manager,MZ-77\n"
    both = send_file(coordinator, "/members/upload", twice)
    assert re.search(r"Line 3,.*has one manager, and somebody is that already", coordinator.get(both.location).text)
    assert people(house, provider) == set()
    page = confirm_file(coordinator, send_file(coordinator, "/members/upload", twice.rsplit("Asha Roy", 1)[0])).text
    later = send_file(coordinator, "/members/upload", f"{HEADER}Asha Roy,aroy,provider_manager,MZ-77\n")
    assert "has one manager, and somebody is that already" in coordinator.get(later.location).text

    manager = first_sign_in(house, *slips_in(page)["asha"])
    other = house.person("provider_manager", house.organization("provider"))
    new = {"name": "Asha Roy", "user_name": "aroy", "role": "provider_manager", "language": "en"}
    invited = {"user_name": other.user, "role": "provider_manager"}
    for path, typed, why in (("new", new, "has one manager"), ("invite", invited, "invites nobody")):
        refused = post(manager, f"/members/{path}", **typed)
        assert (refused.status_code, f"waits to be let in it {why}" in refused.text) == (422, True), path
    own = send_file(manager, "/members/upload", "name,user_name,role\nAsha Roy,aroy,provider_manager\n")
    assert "has one manager, and somebody is that already" in manager.get(own.location).text
    for user, why in (("aroy", "has one manager"), (other.user, "invites nobody")):
        line = MemberLine(2, provider, {"name": "Asha Roy", "user_name": user, "role": "provider_manager"}, ())
        with pytest.raises(NothingImported) as told:
            import_members(house.worker, house.dependencies, [line], skip=(), by=None, now=house.clock.now())
        assert why in told.value.outcomes[0].problem

    assert [role for _user, role in people(house, provider)] == ["provider_manager"]


def test_an_older_invitation_makes_no_second_manager_of_one_that_waits(registry: Registry) -> None:
    house = registry.house
    provider, _manager = begun(registry)
    other = house.person("provider_manager", house.organization("provider"))
    with house.worker.transaction() as session:
        session.execute(text("UPDATE organization SET status = 'active' WHERE id = :id"), {"id": provider})
        invite_member(session, house.dependencies, provider, NewInvitation(other.user, "provider_manager"), by=None,
                      now=house.clock.now())  # fmt: skip
        session.execute(text("UPDATE organization SET status = 'pending' WHERE id = :id"), {"id": provider})
        (offer,) = offers_to(session, other.account, house.clock.now())

    answer = house.browser(other).post(f"/invitations/{offer.id}/accept", headers=ORIGIN)

    assert answer.status_code == 409
    with house.worker.transaction() as session, pytest.raises(RoleRefused, match="invites nobody"):
        accept_invitation(session, house.dependencies, other.account, offer.id, house.clock.now())


def test_of_two_who_give_the_first_manager_at_once_one_is_refused(registry: Registry) -> None:
    house = registry.house
    provider = registry.make(registry.browser(), kind="provider", code="MZ-77", name="Asha Health Services")

    def add(user: str, before_commit: Callable[[], None] = lambda: None) -> None:
        member = NewMember("Asha Roy", user, "provider_manager")
        with house.web.transaction(as_coordinator(registry)) as session:
            by = registry.coordinator.account
            add_member(session, house.dependencies, provider, member, by=by, now=house.clock.now())
            before_commit()

    with ThreadPoolExecutor(1) as pool:
        later = []

        def another_begins() -> None:
            later.append(pool.submit(add, "aroy"))
            eventually(lambda: waiting_for_locks(house.worker) == 1)

        add("asha", another_begins)
        with pytest.raises(RoleRefused, match="one manager"):
            later[0].result()


def test_a_slip_that_somebody_kept_opens_nothing_once_it_is_let_in(registry: Registry) -> None:
    house = registry.house
    provider, manager = begun(registry)
    browser = house.browser(manager)
    with house.worker.transaction() as session:
        kept = print_slip(
            session, house.dependencies, session.get_one(Account, manager.account), by=None, now=house.clock.now()
        )
    assert [each.status_code for each in let_in(registry.browser(registry.state), browser)] == [303]

    shown = post(house.client(), "/first-sign-in", user=kept.user_name, slip=kept.code)

    assert registry.row(provider).status == "active"
    assert shown.status_code == 401


def test_a_manager_who_signs_in_while_being_rung_makes_nobody_look_again(registry: Registry) -> None:
    provider, manager = begun(registry)
    state = registry.browser(registry.state)
    shown = state.get("/approvals").text
    registry.house.clock.advance(timedelta(minutes=5))
    code = spoken_code(registry.house.browser(manager))

    typed = dict(re.findall(r'name="(seen)" value="([^"]+)"', shown))
    typed |= dict.fromkeys(re.findall(r'name="(code\.[^"]+)"', shown), code)
    post(state, f"/approvals/organizations/{provider}/approve", **typed)

    assert registry.row(provider).status == "active"


def test_the_upgrade_takes_back_what_a_closing_offered_at_another_provider(registry: Registry) -> None:
    house = registry.house
    old, new = (house.organization("provider", district=AIZAWL) for _ in range(2))
    mole, wanted = house.person("case_worker", old), house.person("case_worker", house.organization("provider"))
    migration = import_module("directory_service.migrations.versions.0054_people_of_providers")
    with house.worker.transaction() as session:
        for each in (mole, wanted):
            invite_member(session, house.dependencies, new, NewInvitation(each.user, "case_worker"), by=None,
                          now=house.clock.now())  # fmt: skip
        session.execute(text("UPDATE organization SET successor_id = :new WHERE id = :old"), {"new": new, "old": old})
        session.execute(text("UPDATE membership SET ended_at = now() WHERE account_id = :id"), {"id": mole.account})
        session.execute(text(migration.TAKEN_BACK))

    assert people(house, new) == {(wanted.user, "case_worker")}
