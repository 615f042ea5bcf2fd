"""Row-level security of people's tables: what each scope can see as the web role, and the one door without a scope."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from directory_service.accounts.use_cases.invite_member import (
    NewInvitation,
    invite_member,
)
from service_kit.db.row_security import unprotected_tables
from service_kit.identity import Scope
from support.accounts import House

TABLES = (
    "account",
    "membership",
    "invitation",
    "second_factor",
    "printed_code",
    "used_step",
    "slip",
    "ticket",
    "session",
    "reset",
    "api_key",
)


def count(house: House, table: str, scope: Scope) -> int:
    with house.web.transaction(scope) as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 # names of ours


def everybody(house: House) -> dict[str, UUID]:
    places = {kind: house.organization(kind) for kind in ("police_unit", "provider", "coordinating_body")}
    for role, kind in (("officer", "police_unit"), ("case_worker", "provider"), ("coordinator", "coordinating_body")):
        house.bearer(house.person(role, places[kind]))
        house.newcomer(role, places[kind])
    with house.worker.transaction() as session:
        wanted = NewInvitation("nobody.here", "case_worker")
        invite_member(session, house.dependencies, places["provider"], wanted, by=None, now=house.clock.now())
    return places


def test_every_table_has_a_policy_or_a_reason(house: House) -> None:
    with house.worker.transaction() as session:
        assert unprotected_tables(session) == []


def test_without_a_scope_every_table_is_empty(house: House) -> None:
    everybody(house)
    assert [count(house, table, Scope()) for table in TABLES] == [0] * len(TABLES)


def test_a_manager_sees_the_own_organisation_only(house: House) -> None:
    places = everybody(house)
    other = Scope(organization=places["provider"], account=uuid4(), role="provider_manager", districts=(315,))
    assert [count(house, table, other) for table in ("account", "membership", "session", "slip")] == [2, 2, 1, 2]


def test_an_officer_sees_nobody_but_the_own_account(house: House) -> None:
    unit = house.organization("police_unit")
    officer = house.person("officer", unit)
    house.person("officer", unit)
    scope = Scope(organization=unit, account=officer.account, role="officer", districts=(315,))
    assert count(house, "account", scope) == count(house, "membership", scope) == 1


def test_a_coordinator_sees_the_own_districts(house: House) -> None:
    house.person("officer", house.organization("police_unit", district=315))
    house.person("officer", house.organization("police_unit", district=79))
    scope = Scope(organization=uuid4(), account=uuid4(), role="coordinator", districts=(315,))
    assert count(house, "membership", scope) == 1


def test_a_manager_cannot_write_a_membership_elsewhere(house: House) -> None:
    places = everybody(house)
    with house.worker.transaction() as session:
        account = session.scalar(text("SELECT id FROM account WHERE side = 'providing' LIMIT 1"))
    coordinator = Scope(organization=places["coordinating_body"], account=uuid4(), role="coordinator", districts=(79,))
    manager = Scope(organization=uuid4(), account=uuid4(), role="provider_manager", districts=(315,))
    insert = text(
        "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,"
        " districts, version, started_at)"
        " VALUES (:id, :account, :place, 'provider', 315, 'case_worker', 'providing', '{}', 1, now())"
    )
    for scope in (coordinator, manager):
        with pytest.raises(ProgrammingError), house.web.transaction(scope) as session:
            session.execute(insert, {"id": uuid4(), "account": account, "place": places["provider"]})


def test_the_look_up_names_one_account_and_six_other_functions_alone_have_rights_of_their_own(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    with house.web.transaction() as session:
        definers = session.scalars(
            text("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        ).all()
        call = text("SELECT account_id FROM sign_in_lookup(:kind, :handle)")
        found = session.execute(call, {"kind": "user_name", "handle": officer.user}).scalars().all()
        nothing = [
            session.execute(call, {"kind": kind, "handle": handle}).scalars().all()
            for kind, handle in (("user_name", "%"), ("user_name", ""), ("side", "referring"), ("", officer.user))
        ]
    assert sorted(definers) == [
        "coordinated_districts",
        "hands_behind",  # test_hands_that_count
        "is_one_of_two",  # test_halves_of_resets
        "settle_staffing",  # test_somebody_is_home
        "sign_in_lookup",
        "withdraw_open_of",  # test_invitations_of_gone_managers
        "works_for_a_state",  # test_resets_by_reach
    ]
    assert found == [officer.account]
    assert nothing == [[], [], [], []]
