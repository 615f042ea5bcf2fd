"""A directory with organisations and people in it, built through the use cases that the product uses."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from directory_service.accounts.domain.conflicting_roles import check_sign_in
from directory_service.accounts.domain.passwords import normalise
from directory_service.accounts.domain.sign_in import asks_for_code, choose
from directory_service.accounts.outside.password_hashes import verify_password
from directory_service.accounts.store.accounts import factor_in_force, held_by, last_membership
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.add_member import (
    NewMember,
    add_member,
    spelled,
)
from directory_service.accounts.use_cases.answer_invitation import accept_invitation
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.invite_member import (
    NewInvitation,
    invite_member,
)
from directory_service.accounts.use_cases.sample_accounts import open_account
from directory_service.accounts.use_cases.second_factor import use_code
from directory_service.accounts.use_cases.sessions import mint_cookie_token, start_session
from directory_service.app import create_app
from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.domain.records import Organization
from directory_service.settings import Settings, load_web
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.identity import Scope
from service_kit.ids import SystemIds
from setu.roles import DATA_OFFICER

START = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)
ORIGIN = {"Origin": "http://directory.test"}


_OF_THE_STATE = """UPDATE organization SET record = record || '{"whole_state": true}' WHERE id = :id"""


@dataclass
class Person:
    """Somebody who can sign in, with everything that only this person knows."""

    account: UUID
    user: str
    password: str
    totp_secret: str = ""


@dataclass
class House:
    """One directory on one fresh database; `begun` makes its web process, where it is not to be one of its own."""

    settings: Settings
    web: Database
    worker: Database
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(START))
    ids: SystemIds = field(default_factory=SystemIds)
    begun: Callable[..., Flask] = create_app

    def __post_init__(self) -> None:
        self.app = self.begun(self.settings, clock=self.clock, ids=self.ids, db=self.web)
        self.dependencies = Dependencies.from_settings(self.settings, self.ids)

    def organization(self, kind: str, *, district: int = 315, status: str = "active", name: str = "") -> UUID:
        made, name = uuid4(), name or f"A {kind}"
        record = ORGANIZATION_FIELDS.write(Organization(made, kind, district, status, name))
        with self.worker.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO organization (id, record, kind, status, name, district_code, modified_at,"
                    " established_at)"
                    " VALUES (:id, CAST(:record AS jsonb), :kind, :status, :name, :district, now(), now())"
                ),
                {
                    "id": made,
                    "record": json.dumps(record),
                    "kind": kind,
                    "status": status,
                    "name": name,
                    "district": district,
                },
            )
        return made

    def person(self, role: str, organization: UUID, *, user: str = "", districts: tuple[int, ...] = ()) -> Person:
        user = user or f"{role.replace('_', '.')}.{uuid4().hex[:8]}"
        with self.worker.transaction() as session:
            if role == DATA_OFFICER:  # only the body of a whole state has any
                session.execute(text(_OF_THE_STATE), {"id": organization})
            made = open_account(
                session,
                self.dependencies,
                organization,
                user=user,
                role=role,
                districts=districts,
                now=self.clock.now(),
            )
        return Person(made.account, made.user, made.password, made.totp_secret)

    def newcomer(self, role: str, organization: UUID, *, user: str = "", **more: str) -> tuple[UUID, str, str]:
        """Somebody with a slip in hand: account, user name, slip code."""
        user = user or f"{role.replace('_', '.')}.{uuid4().hex[:8]}"
        member = spelled(NewMember(name="New Person", user_name=user, role=role, **more))
        with self.worker.transaction() as session:
            account, slip = add_member(session, self.dependencies, organization, member, by=None, now=self.clock.now())
        return account, user, slip.code

    def second_role(self, person: Person, role: str, organization: UUID) -> None:
        """One more role, by an invitation that the person accepts."""
        now = self.clock.now()
        with self.worker.transaction() as session:
            invite_member(session, self.dependencies, organization, NewInvitation(person.user, role), by=None, now=now)
            (offer,) = offers_to(session, person.account, now)
            assert accept_invitation(session, self.dependencies, person.account, offer.id, now)

    def end_membership(self, person: Person, unit: UUID) -> None:
        """End the person's role in a unit, by a supervisor of it."""
        supervisor = self.browser(self.person("unit_supervisor", unit))
        page = supervisor.get("/members").text
        membership = re.search(rf"{person.user}.*?/members/([0-9a-f-]+)/end", page, re.DOTALL)
        assert membership, page
        assert supervisor.post(f"/members/{membership[1]}/end", headers=ORIGIN).status_code == 303

    def code(self, person: Person) -> str:
        """A code that was not used yet: the clock moves to the next time step."""
        self.clock.advance(timedelta(seconds=30))
        return pyotp.TOTP(person.totp_secret).at(self.clock.now())

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def sign_in(self, person: Person, **more: str) -> TestResponse:
        body = {"user": person.user, "password": person.password, **more}
        if person.totp_secret and "code" not in more:
            body["code"] = self.code(person)
        return self.client().post("/api/session", json=body)

    def bearer(self, person: Person, **more: str) -> dict[str, str]:
        answer = self.sign_in(person, **more)
        assert answer.status_code == 201, answer.get_json()
        return {"Authorization": f"Bearer {answer.get_json()['token']}"}

    def browser(self, person: Person) -> FlaskClient:
        """A browser of somebody who can sign in and has: the rules are asked, and the pages, which are dear, are not.

        The password opens the account, the secret is that of its factor, and a role lets it in.
        """
        code = self.code(person) if person.totp_secret else None
        now, ours = self.clock.now(), self.dependencies
        with self.worker.transaction() as session:
            account = session.get_one(Account, person.account)
            assert verify_password(account.password_hash, normalise(person.password))
            held, has_factor = held_by(session, account.id), factor_in_force(session, account.id) is not None
            check_sign_in([one.role for one in held], account.side)
            chosen = choose(held, None, last_membership(session, account.id), has_factor=has_factor)
            assert code is not None if asks_for_code(chosen.role, has_factor=has_factor) else code is None
            assert code is None or use_code(session, ours, account.id, code, now)
            done = start_session(
                session, ours, account=account, chosen=chosen, held=held, second_factor_at=now if code else None,
                device="Firefox, Linux", now=now,
            )  # fmt: skip
        client = self.client()
        token = mint_cookie_token(self.app.extensions["setu_dependencies"][Dependencies], done.principal)
        client.set_cookie(f"setu_session_{self.settings.port_base}", token)
        return client

    def browser_by_the_pages(self, person: Person) -> FlaskClient:
        """A browser in which the person has signed in on the pages, with a code where one is asked."""
        client, origin = self.client(), {"Origin": self.settings.addresses["directory"]}
        form = {"user": person.user, "password": person.password}
        answer = client.post("/sign-in", data=form, headers=origin)
        if "/second-factor" in answer.headers.get("Location", ""):
            answer = client.post("/second-factor", data={"code": self.code(person)}, headers=origin)
        assert self.session_cookie(client), answer.text
        return client

    def session_cookie(self, client: FlaskClient) -> str:
        """The token in the browser's session cookie, or ''."""
        cookie = client.get_cookie(f"setu_session_{self.settings.port_base}")
        return cookie.value if cookie else ""

    def events(self, event_type: str) -> list[Mapping[str, object]]:
        with self.worker.transaction() as session:
            rows = session.execute(
                text("SELECT body::jsonb FROM outbox WHERE type = :type ORDER BY position"), {"type": event_type}
            )
            return [row[0]["data"] for row in rows]

    def audited(self, action: str, outcome: str) -> int:
        with self.worker.transaction() as session:
            query = "SELECT count(*) FROM audit_entry WHERE action = :action AND outcome = :outcome"
            return int(session.scalar(text(query), {"action": action, "outcome": outcome}) or 0)

    def as_web(self, **scope: object) -> Scope:
        return Scope(**scope)  # type: ignore[arg-type]  # tests name what they need


def a_house(
    environment: Mapping[str, str],
    web: Database | None = None,
    worker: Database | None = None,
    begun: Callable[..., Flask] = create_app,
) -> House:
    """On the databases of the environment, or on these that somebody closes."""
    settings = load_web(environment)
    return House(
        settings,
        web or Database(settings.database_url),
        worker or Database(environment["SETU_TEST_WORKER_URL"]),
        begun=begun,
    )
