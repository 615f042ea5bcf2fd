"""Whose hands are behind an account: remembered where two people rely on it, and seen also out of reach."""

import re
from datetime import timedelta
from importlib import import_module
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from directory_service.accounts.domain.resets import LATELY
from directory_service.accounts.store.let_in import note_let_in
from directory_service.accounts.store.tables_grants import LetIn
from directory_service.accounts.use_cases.add_member import NewMember, add_member
from directory_service.accounts.use_cases.sweep_accounts import sweep_accounts
from support.accounts import ORIGIN, House, Person

ELSEWHERE = 79


@pytest.fixture
def body(house: House) -> UUID:
    made = house.organization("coordinating_body", name="State AIDS Society")
    house.person("data_officer", made)
    return made


def let_in_by(house: House, printer: Person, role: str, organization: UUID) -> Person:
    """Somebody new with a slip of the printer, who has signed in with it."""
    user = f"new.{role.replace('_', '.')}.{len(printer.user)}.{organization.hex[:4]}"
    member, now = NewMember("New Hand", user, role), house.clock.now()
    with house.worker.transaction() as session:
        account, slip = add_member(session, house.dependencies, organization, member, by=printer.account, now=now)
    client, person = house.client(), Person(account, user, "monsoon bridge lantern")
    client.post("/first-sign-in", data={"user": user, "slip": slip.code}, headers=ORIGIN)
    client.post("/first-sign-in/password", data={"password": person.password}, headers=ORIGIN)
    return person


def ends_of(house: House, account: UUID) -> list[tuple[UUID, bool]]:
    """Each hand, and whether it counts for good."""
    with house.worker.transaction() as session:
        rows = session.scalars(select(LetIn).where(LetIn.account_id == account))
        return [(one.hand, one.ends_at is None) for one in rows]


def propose(client: FlaskClient, organization: UUID) -> int:
    sent = {"person": "new", "name": "New One", "user_name": "new.one", "language": "en"}
    return client.post("/grants", data={**sent, "organization": str(organization)}, headers=ORIGIN).status_code


def confirm(client: FlaskClient) -> tuple[int, bool]:
    found = re.findall(r"/grants/([0-9a-f-]+)/confirm", client.get("/grants").text)
    assert found
    answer = client.post(f"/grants/{found[-1]}/confirm", headers=ORIGIN)
    return answer.status_code, "Ask a third person" in answer.text


def test_coordinators_of_a_state_whom_one_hand_let_in_are_never_two_people(house: House, body: UUID) -> None:
    first = house.person("coordinator", body)
    second = let_in_by(house, first, "coordinator", body)
    house.clock.advance(LATELY + timedelta(days=1))
    with house.worker.transaction() as session:
        sweep_accounts(session, house.clock.now())

    assert ends_of(house, second.account) == [(first.account, True)]
    assert propose(house.browser(second), body) == 303
    assert confirm(house.browser(first)) == (403, True)


def test_an_invitation_brings_back_whose_slips_let_the_account_in(house: House, body: UUID) -> None:
    first = house.person("coordinator", body)
    second = let_in_by(house, first, "provider_manager", house.organization("provider", status="pending"))
    assert ends_of(house, second.account) == [(first.account, True)]
    with house.worker.transaction() as session:  # as a release before left it, its row swept
        session.execute(delete(LetIn).where(LetIn.account_id == second.account))

    house.second_role(second, "coordinator", body)

    assert ends_of(house, second.account) == [(first.account, True)]


def test_the_first_slip_of_an_officer_counts_for_good_too(house: House, body: UUID) -> None:
    prison = house.organization("prison", name="Central prison")
    maker, second = house.person("coordinator", body), house.person("coordinator", body)
    officer = let_in_by(house, maker, "officer", prison)
    house.clock.advance(LATELY * 12)
    with house.worker.transaction() as session:
        sweep_accounts(session, house.clock.now())
    assert ends_of(house, officer.account) == [(maker.account, True)]

    known = {"person": "known", "user_name": officer.user, "language": "en", "organization": str(prison)}
    assert house.browser(second).post("/grants", data=known, headers=ORIGIN).status_code == 303
    grants = house.browser(maker)
    found = re.findall(r"/grants/([0-9a-f-]+)/confirm", grants.get("/grants").text)
    refused = grants.post(f"/grants/{found[-1]}/confirm", headers=ORIGIN)

    assert (refused.status_code, "let this person in" in refused.text) == (403, True)


def test_a_slip_that_replaces_a_lost_password_counts_for_thirty_days(house: House, body: UUID) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    coordinator = house.person("coordinator", body)
    house.browser(coordinator).post("/resets", data={"user": officer.user, "what": "password"}, headers=ORIGIN)

    assert ends_of(house, officer.account) == [(coordinator.account, False)]


def test_the_upgrade_remembers_hands_behind_first_slips_for_good(house: House, body: UUID) -> None:
    first = house.person("coordinator", body)
    states = let_in_by(house, first, "coordinator", body)
    officer = let_in_by(house, first, "officer", house.organization("police_unit"))
    again = house.person("officer", house.organization("police_unit"))
    house.browser(first).post("/resets", data={"user": again.user, "what": "password"}, headers=ORIGIN)
    migration = import_module("directory_service.migrations.versions.0055_first_slips")
    with house.worker.transaction() as session:  # as a release before left it, one row swept, the others for 30 days
        session.execute(delete(LetIn).where(LetIn.account_id == states.account))
        session.execute(update(LetIn).values(ends_at=house.clock.now() + LATELY))
        for statement in (migration.FORMER, migration.FOR_GOOD):
            session.execute(text(statement))

    assert ends_of(house, states.account) == ends_of(house, officer.account) == [(first.account, True)]
    assert ends_of(house, again.account) == [(first.account, False)], "one that replaced a password"


def test_a_hand_behind_somebody_out_of_reach_is_seen_in_grants_and_resets(house: House, body: UUID) -> None:
    here = house.organization("coordinating_body", district=ELSEWHERE, name="District body")
    prison = house.organization("prison", district=ELSEWHERE)
    worker = house.person("case_worker", house.organization("provider", district=ELSEWHERE))
    hand = house.person("coordinator", body)
    states = house.person("coordinator", body, districts=(315, ELSEWHERE))
    districts = house.person("coordinator", here)
    with house.worker.transaction() as session:
        for one in (states, districts):
            note_let_in(session, one.account, hand.account, house.clock.now() + LATELY, house.clock.now())
    first, second = house.browser(states), house.browser(districts)

    assert propose(first, prison) == 303
    assert confirm(second) == (403, True)
    first.post("/resets", data={"user": worker.user, "what": "second_factor"}, headers=ORIGIN)
    asked = re.search(r"/resets/([0-9a-f-]+)/approve", second.get("/resets").text)
    assert asked
    assert second.post(f"/resets/{asked[1]}/approve", headers=ORIGIN).status_code == 403
