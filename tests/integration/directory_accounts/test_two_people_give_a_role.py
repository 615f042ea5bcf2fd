"""Data officers and prison health staff: proposed by one, confirmed by another, let in by no hand that is another's."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.store.tables import Account, Membership
from directory_service.accounts.use_cases.sweep_accounts import sweep_accounts
from support.accounts import ORIGIN, House, Person

NEW = {"person": "new", "name": "New Officer", "user_name": "new.officer", "language": "en"}
OFFICER_CHANGED = "directory.dataofficer.changed.v1"


@dataclass
class Body:
    """A state's body with two coordinators and two data officers, all let in by the terminal."""

    house: House
    id: UUID
    coordinator: Person
    other: Person
    officers: tuple[Person, Person]

    def browser(self, who: Person) -> FlaskClient:
        return self.house.browser(who)


@pytest.fixture
def body(house: House) -> Body:
    made = house.organization("coordinating_body", name="State AIDS Society")
    officers = (house.person("data_officer", made), house.person("data_officer", made))
    return Body(house, made, house.person("coordinator", made), house.person("coordinator", made), officers)


def propose(client: FlaskClient, organization: UUID, **more: str) -> tuple[int, str]:
    sent = {**NEW, "organization": str(organization), **more}
    answer = client.post("/grants", data=sent, headers=ORIGIN)
    return answer.status_code, answer.text


def waiting(client: FlaskClient) -> str:
    found = re.findall(r"/grants/([0-9a-f-]+)/refuse", client.get("/grants").text)
    assert found
    return str(found[-1])


def confirm(client: FlaskClient, grant: str) -> tuple[int, str]:
    answer = client.post(f"/grants/{grant}/confirm", headers=ORIGIN)
    return answer.status_code, answer.text


def finish(client: FlaskClient, grant: str) -> str:
    answer = client.post(f"/grants/{grant}/finish", headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    page = client.get("/slip").text
    found = re.search(r"<dd>([a-z.]+-[0-9]{4})</dd>", page)
    assert found, page
    return found[1]


def account_of(house: House, user: str) -> UUID:
    with house.worker.transaction() as session:
        found = session.scalar(select(Account.id).where(Account.user_name == user))
    assert found is not None
    return found


def membership_at(house: House, person: Person, organization: UUID) -> UUID:
    held = select(Membership.id).where(Membership.account_id == person.account)
    with house.worker.transaction() as session:
        return session.scalars(held.where(Membership.organization_id == organization)).one()


def roles_of(house: House, account: UUID) -> list[str]:
    with house.worker.transaction() as session:
        return list(session.scalars(select(Membership.role).where(Membership.account_id == account)))


def test_one_proposes_another_agrees_and_the_first_prints_the_slip(body: Body) -> None:
    first, second = body.browser(body.coordinator), body.browser(body.officers[0])
    assert propose(first, body.id)[0] == 303
    grant = waiting(second)
    assert [client.get("/counts").get_json()["/grants"] for client in (first, second)] == [0, 1]
    assert first.post(f"/grants/{grant}/finish", headers=ORIGIN).status_code == 404, "nobody has agreed yet"
    assert confirm(first, grant)[0] == 403
    assert confirm(second, grant)[0] == 303
    assert second.post(f"/grants/{grant}/finish", headers=ORIGIN).status_code == 403
    user = finish(first, grant)
    assert roles_of(body.house, account_of(body.house, user)) == ["data_officer"]
    assert first.post(f"/grants/{grant}/finish", headers=ORIGIN).status_code == 404, "once"
    told = body.house.events(OFFICER_CHANGED)[-1]
    assert told["let_in_by"] == [{"account_id": str(body.coordinator.account), "ends_at": None}]
    for action in ("grant.ask", "grant.confirm"):
        assert body.house.audited(action, "done") == 1


def test_whoever_set_up_one_data_officer_sets_up_no_second_and_confirms_none(body: Body) -> None:
    first, second, officer = (body.browser(one) for one in (body.coordinator, body.other, body.officers[0]))
    propose(first, body.id)
    grant = waiting(officer)
    confirm(officer, grant)
    finish(first, grant)
    status, page = propose(first, body.id, user_name="another")
    assert (status, "had a part in setting up another data officer" in page) == (403, True)
    assert propose(second, body.id, user_name="another")[0] == 303
    grant = waiting(officer)
    status, page = confirm(first, grant)
    assert (status, "had a part in setting up another data officer" in page) == (403, True)
    assert body.house.audited("grant", "denied") == 2
    assert confirm(officer, grant)[0] == 303
    finish(second, grant)


def test_a_proposer_whom_the_second_person_let_in_is_one_hand(body: Body) -> None:
    house, first = body.house, body.browser(body.coordinator)
    member = {"name": "Straw Man", "user_name": "straw.man", "role": "coordinator", "language": "en"}
    page = first.post("/members/new", data=member, headers=ORIGIN, follow_redirects=True).text
    user, slip = re.findall(r"<dd>([a-z.]+-[0-9]{4})</dd>", page)[0], re.findall(r">([A-Z0-9-]{14})<", page)[0]
    straw_man = house.client()
    straw_man.post("/first-sign-in", data={"user": user, "slip": slip}, headers=ORIGIN)
    straw_man.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)
    assert propose(straw_man, body.id)[0] == 303
    status, page = confirm(first, waiting(first))
    assert (status, "Ask a third person" in page) == (403, True)


def printed_alone(client: FlaskClient, user: str) -> str:
    """The slip that this person gets with nobody else asked; nothing where another one has to agree."""
    page = client.post("/resets", data={"user": user, "what": "password"}, headers=ORIGIN, follow_redirects=True).text
    return page if "Code:" in page else ""


def asked_for(client: FlaskClient) -> str:
    found = re.search(r"/resets/([0-9a-f-]+)/refuse", client.get("/resets").text)
    assert found
    return found[1]


@pytest.mark.parametrize("role", ["data_officer", "custody_health"])
def test_an_unused_slip_of_a_role_of_two_is_replaced_by_whoever_proposed_it_and_by_nobody_else_alone(
    house: House, body: Body, role: str
) -> None:
    place = body.id if role == "data_officer" else house.organization("prison")
    first, second, third = (body.browser(one) for one in (body.coordinator, body.officers[0], body.other))
    assert propose(first, place)[0] == 303
    grant = waiting(second)
    confirm(second, grant)
    user = finish(first, grant)

    assert printed_alone(third, user) == ""
    third.post(f"/resets/{asked_for(third)}/refuse", headers=ORIGIN)
    assert user in printed_alone(first, user)
    house.clock.advance(timedelta(days=200))
    with house.worker.transaction() as session:
        sweep_accounts(session, house.clock.now())
    for alone in (body.coordinator, body.other):
        assert printed_alone(body.browser(alone), user) == "", "once forgotten, two people"


def test_a_lost_slip_is_printed_again_by_no_hand_that_would_have_both(body: Body) -> None:
    first, officer = body.browser(body.coordinator), body.browser(body.officers[0])
    propose(body.browser(body.other), body.id)
    grant = waiting(officer)
    confirm(first, grant)
    user = finish(body.browser(body.other), grant)
    assert printed_alone(first, user) == ""
    first.post(f"/resets/{asked_for(first)}/refuse", headers=ORIGIN)
    one = body.officers[0]
    officer.post("/resets", data={"user": body.officers[1].user, "what": "second_factor"}, headers=ORIGIN)
    found = re.search(r"/resets/([0-9a-f-]+)/approve", first.get("/resets").text)
    assert found
    assert first.post(f"/resets/{found[1]}/approve", headers=ORIGIN).status_code == 403, (
        "the first agreed to the new one"
    )
    third = body.browser(body.house.person("coordinator", body.id))
    assert third.post(f"/resets/{found[1]}/approve", headers=ORIGIN).status_code == 303
    first.post("/resets", data={"user": one.user, "what": "second_factor"}, headers=ORIGIN)
    asked = re.search(r"/resets/([0-9a-f-]+)/refuse", first.get("/resets").text)
    assert asked
    second = body.browser(body.other).post(f"/resets/{asked[1]}/approve", headers=ORIGIN)
    assert second.status_code == 403, "the other has set up the new one"
    body.house.clock.advance(timedelta(hours=1))
    assert first.post(f"/resets/{asked[1]}/approve", headers=ORIGIN).status_code == 401


def test_no_manager_gives_either_role_alone_by_form_invitation_or_file(house: House, body: Body) -> None:
    prison = house.organization("prison")
    for client, role in (
        (body.browser(body.coordinator), "data_officer"),
        (house.browser(house.person("unit_supervisor", prison)), "custody_health"),
    ):
        assert f'value="{role}"' not in client.get("/members/new").text
        member = {"name": "One Alone", "user_name": "one.alone", "role": role, "language": "en"}
        assert client.post("/members/new", data=member, headers=ORIGIN).status_code == 422
        invited = {"user_name": "one.alone", "role": role}
        assert client.post("/members/invite", data=invited, headers=ORIGIN).status_code == 422


def test_prison_health_staff_are_given_by_two_who_are_not_their_supervisor(house: House, body: Body) -> None:
    prison = house.organization("prison", name="Central Prison")
    first, second = body.browser(body.coordinator), body.browser(body.officers[0])
    assert propose(first, prison, user_name="nurse")[0] == 303
    assert house.browser(house.person("unit_supervisor", prison)).get("/grants").status_code == 403
    grant = waiting(second)
    assert confirm(second, grant)[0] == 303
    assert roles_of(house, account_of(house, finish(first, grant))) == ["custody_health"]


def test_the_own_manager_neither_proposes_nor_confirms(house: House, body: Body) -> None:
    provider = house.organization("provider")
    person, known = house.person("case_worker", provider), {"person": "known", "name": ""}
    house.second_role(body.other, "provider_manager", provider)
    first, manager = body.browser(body.coordinator), body.browser(body.other)
    manager.post("/switch", data={"membership": str(membership_at(house, body.other, body.id))}, headers=ORIGIN)
    assert propose(manager, body.id, user_name=person.user, **known)[0] == 403
    assert propose(first, body.id, user_name=person.user, **known)[0] == 303
    status, page = confirm(manager, waiting(manager))
    assert (status, "own supervisor or manager takes no part" in page) == (403, True)


def test_whoever_has_an_account_is_invited_once_two_agree(house: House, body: Body) -> None:
    invited = house.person("coordinator", house.organization("coordinating_body", name="District body"))
    first, second = body.browser(body.coordinator), body.browser(body.other)
    assert propose(first, body.id, person="known", name="", user_name=invited.user)[0] == 303
    grant = waiting(second)
    confirm(second, grant)
    assert "/invitations" not in house.browser(invited).get("/switch").text
    assert first.post(f"/grants/{grant}/finish", headers=ORIGIN).headers["Location"] == "/grants?done=invited"
    client = house.browser(invited)
    (offer,) = re.findall(r"/invitations/([0-9a-f-]+)/accept", client.get("/invitations").text)
    assert client.post(f"/invitations/{offer}/accept", headers=ORIGIN).status_code == 303
    assert sorted(roles_of(house, invited.account)) == ["coordinator", "data_officer"]
    hands = house.events(OFFICER_CHANGED)[-1]["let_in_by"]
    both = {str(one.account) for one in (body.coordinator, body.other)}
    assert isinstance(hands, list)
    assert {one["account_id"]: one["ends_at"] for one in hands} == dict.fromkeys(both)


def test_a_districts_body_has_no_data_officer_and_one_of_before_does_not_get_in(house: House) -> None:
    district = house.organization("coordinating_body", name="District body")
    with pytest.raises(RoleRefused):
        house.newcomer("data_officer", district)
    assert propose(house.browser(house.person("coordinator", district)), district)[0] == 422
    officer = house.person("data_officer", district)
    assert house.sign_in(officer).status_code == 201
    with house.worker.transaction() as session:
        session.execute(
            text("UPDATE organization SET record = record - 'whole_state' WHERE id = :id"), {"id": district}
        )
    assert house.sign_in(officer).status_code in {401, 403}
