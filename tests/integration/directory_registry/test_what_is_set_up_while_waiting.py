"""What the first holder of a manager's slip sets up in a provider that waits is over once the provider is let in."""

import re
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from service_kit.identity import Scope
from support.accounts import ORIGIN, House, Person
from support.registry import (
    AIZAWL,
    Registry,
    confirm_file,
    first_sign_in,
    let_in,
    post,
    send_file,
    slips_in,
)
from support.resets import ask, half_of_slip, waiting

PEOPLE = "name,user_name,role,organization\nMeera Sen,meera,provider_manager,MZ-77\n"
INVITED = (
    "INSERT INTO invitation (id, account_id, organization_id, role, user_name, districts, sent_at, ends_at)"
    " VALUES (:id, :account, :place, 'case_worker', 'mole', '{}', :now, :now + interval '14 days')"
)


class Puppet:
    """A coordinator who used the slip of the manager that the own file gave a provider."""

    def __init__(self, registry: Registry) -> None:
        self.house, self.coordinator = registry.house, registry.browser()
        self.provider = registry.make(self.coordinator, kind="provider", code="MZ-77", name="Kiran Health Society")
        page = confirm_file(self.coordinator, send_file(self.coordinator, "/members/upload", PEOPLE)).text
        self.user, slip = slips_in(page)["meera"]
        self.browser = first_sign_in(self.house, self.user, slip)
        with self.house.worker.transaction() as session:
            self.account = session.query(Account).filter_by(user_name=self.user).one().id

    @property
    def scope(self) -> Scope:
        return Scope(organization=self.provider, account=self.account, role="provider_manager", districts=(AIZAWL,))

    def key(self) -> str:
        """As programs of the release before made one while the provider waits."""
        with self.house.web.transaction(self.scope) as session:
            return make_api_key(session, self.house.dependencies, self.provider, "mine", scopes=None, by=self.account,
                                now=self.house.clock.now())  # fmt: skip

    def invitation(self, mole: Person) -> UUID:
        """As programs of the release before wrote one."""
        made = uuid4()
        values = {"id": made, "account": mole.account, "place": self.provider, "now": self.house.clock.now()}
        with self.house.worker.transaction() as session:
            session.execute(text(INVITED), values)
        return made

    def reset(self, state: FlaskClient) -> FlaskClient:
        """By two people, since she lost the slip: the real manager's own browser."""
        first = half_of_slip(ask(self.coordinator, Person(self.account, self.user, ""))[1])
        agreed = state.post(f"/resets/{waiting(state)}/approve", headers=ORIGIN, follow_redirects=True)
        return first_sign_in(self.house, self.user, first + half_of_slip(agreed.text))


def exchanged(house: House, key: str) -> int:
    return house.client().post("/api/token", headers={"Authorization": f"Bearer {key}"}).status_code


@pytest.fixture
def puppet(registry: Registry) -> Puppet:
    return Puppet(registry)


def test_a_provider_that_waits_invites_nobody_and_adds_new_accounts(registry: Registry, puppet: Puppet) -> None:
    typed = {"user_name": registry.coordinator.user, "role": "case_worker"}
    refused = post(puppet.browser, "/members/invite", **typed)
    new = {"name": "Ravi", "user_name": "ravi", "role": "case_worker", "language": "en"}
    added = post(puppet.browser, "/members/new", **new)

    assert (refused.status_code, "it invites nobody" in refused.text) == (422, True)
    assert added.status_code == 303
    values = {"id": uuid4(), "account": registry.coordinator.account, "place": puppet.provider}
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        puppet.house.web.transaction(puppet.scope) as session,
    ):
        session.execute(text(INVITED), values | {"now": puppet.house.clock.now()})


def test_letting_in_ends_the_invitations_and_keys_that_nobody_saw(registry: Registry, puppet: Puppet) -> None:
    house, state = registry.house, registry.browser(registry.state)
    offered = puppet.invitation(registry.coordinator)
    manager = puppet.reset(state)
    again, key = puppet.invitation(registry.state), puppet.key()
    assert exchanged(house, key) == 201
    second = house.browser(house.person("data_officer", registry.above))

    early = puppet.coordinator.post(f"/invitations/{offered}/accept", headers=ORIGIN)
    assert [each.status_code for each in let_in(second, manager)] == [303]
    late = state.post(f"/invitations/{again}/accept", headers=ORIGIN)

    assert (early.status_code, late.status_code) == (404, 404)
    assert exchanged(house, key) == 401
    assert registry.row(puppet.provider).status == "active"
    assert house.audited("invitation.withdraw", "done") == 2
    assert house.audited("api-key.end", "done") == 1


def test_the_reset_of_a_manager_ends_what_that_account_had_set_up_while_it_waits(
    registry: Registry, puppet: Puppet
) -> None:
    key, offered = puppet.key(), puppet.invitation(registry.coordinator)
    assert exchanged(registry.house, key) == 201

    manager = puppet.reset(registry.browser(registry.state))

    assert exchanged(registry.house, key) == 401
    assert puppet.coordinator.post(f"/invitations/{offered}/accept", headers=ORIGIN).status_code == 404
    assert not re.search("Invitations that wait", manager.get("/members").text)


def test_whoever_lets_in_may_do_nothing_to_what_was_set_up_but_end_it(registry: Registry, puppet: Puppet) -> None:
    puppet.key()
    puppet.invitation(registry.coordinator)
    scope = Scope(organization=registry.above, account=uuid4(), role="data_officer", districts=(AIZAWL,))

    for change in ("api_key SET expires_at = NULL", "invitation SET ends_at = now() + interval '90 days'"):
        with (
            pytest.raises(ProgrammingError, match="row-level security"),
            registry.house.web.transaction(scope) as session,
        ):
            session.execute(text(f"UPDATE {change}"))
