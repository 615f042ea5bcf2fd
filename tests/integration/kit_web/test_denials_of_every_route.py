"""Each route of each service that refuses somebody, or finds no object, leaves its line in the audit log.

The routes are read from the running applications, so a new one is tried here too. Public routes are left out: whoever
asks them is nobody.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from conftest import Keys
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.db.tables import audit_entry
from service_kit.identity import Principal
from service_kit.session_tokens import SessionTokens
from service_kit.web.access.require import Access, access_of
from setu.roles import INTEGRATOR, PROVIDER_MANAGER, ROLES
from support.lasting_services import Connected
from support.web import NOON, a_principal

OBJECT = UUID(int=0xAB5E17)
WORDS = {"section": "about", "event": "open", "step": "place", "kind": "service", "filename": "x.css"}
OF_THE_KIT = "reader|counts|used"
OPEN_WHILE_PENDING = {
    "directory": re.compile(
        rf"/({OF_THE_KIT}|(listings|members|account|switch|slip|invitations"
        r"|api/(session|services|locations|organizations))(/.*)?)"
    ),
    "referral": re.compile(f"/({OF_THE_KIT})"),
    "notification": re.compile(rf"/({OF_THE_KIT}|(choices|own-addresses|open|read.*|api/notices|api/choices)(/.*)?)?"),
}
"""What is open to a manager, or a key, of a provider that waits to be let in; beside what is public."""
LEADS_ON = {"handovers.show_one"}
"""Where a notice leads: whoever may not see the thing, or comes too late, goes on to the own list, there or not."""
SERVICES = ("directory", "referral", "notification")


@dataclass(frozen=True)
class Route:
    """One method of one rule: its path with an object that is not there, and who may ask."""

    method: str
    path: str
    endpoint: str
    names_object: bool
    access: Access


@dataclass
class Tried:
    """A service's web process, and its log."""

    app: Flask
    worker: Database
    tokens: SessionTokens

    def routes(self) -> Iterator[Route]:
        for rule in self.app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                access = access_of(self.app, rule.endpoint, method)
                assert access is not None
                if not access.is_public:
                    yield Route(method, _path(rule.rule), rule.endpoint, "<uuid:" in rule.rule, access)

    def ask(self, route: Route, role: str) -> int:
        """As somebody of this role whom nobody knows, with a second factor of this minute."""
        kind = min(ROLES[role].kinds)
        who = a_principal(role=role, organization_kind=kind, organization=uuid4(), second_factor_at=NOON)
        return self.answer(route, who).status_code

    def answer(self, route: Route, who: Principal) -> TestResponse:
        bearer = {"Authorization": f"Bearer {self.tokens.mint(who)}"}
        return self.app.test_client().open(route.path, method=route.method, headers=bearer)

    def log(self) -> list[tuple[str, str, str]]:
        """Action, endpoint and ids of all denials."""
        entry = audit_entry.c
        query = select(entry.action, entry.object_type, entry.object_id).where(entry.action.like("access.%"))
        with self.worker.transaction() as session:
            return [tuple(row) for row in session.execute(query.order_by(entry.position))]


def _path(rule: str) -> str:
    path = re.sub(r"<uuid:[^>]*>", str(OBJECT), rule)
    path = re.sub(r"<int:[^>]*>", "1", path)
    return re.sub(r"<(?:[^:>]*:)?([^>]*)>", lambda found: WORDS.get(found[1], "x"), path)


@pytest.fixture(params=SERVICES)
def tried(
    request: pytest.FixtureRequest,
    connected_database: Callable[[str], Connected],
    settings_env: Callable[..., dict[str, str]],
    keys: Keys,
) -> Tried:
    service = str(request.param)
    database = connected_database(service)
    settings = import_module(f"{service}_service.settings")
    load = settings.load_web if service == "directory" else settings.load
    app = import_module(f"{service}_service.app").create_app(
        load(settings_env(service, database.urls)), clock=FrozenClock(NOON), db=database.web
    )
    public = {"test": keys.session.public_key().public_bytes_raw()}
    return Tried(app, database.worker, SessionTokens(public, keys.session.private_bytes_raw()))


def test_each_role_that_is_refused_a_route_is_in_the_log(tried: Tried) -> None:
    refused = []
    for route in tried.routes():
        stranger = next((role for role in ROLES if route.access.roles and role not in route.access.roles), None)
        if stranger is not None:
            assert tried.ask(route, stranger) == 403, route
            refused.append(("access.denied", route.endpoint))

    assert len(refused) > 5
    assert [(action, endpoint) for action, endpoint, _ids in tried.log()] == refused


def test_each_object_that_is_not_there_is_in_the_log(tried: Tried) -> None:
    missing = []
    for route in tried.routes():
        if route.names_object:
            status = tried.ask(route, next(role for role in ROLES if role in (route.access.roles or ROLES)))
            assert route.method != "GET" or status == 404 or route.endpoint in LEADS_ON, route
            if status == 404:
                missing.append(("access.not_found", route.endpoint, True))

    assert missing
    assert [(action, endpoint, str(OBJECT) in ids.split(",")) for action, endpoint, ids in tried.log()] == missing


def test_to_a_provider_that_waits_nothing_is_open_but_its_listing_people_account_and_notices(tried: Tried) -> None:
    closed, otherwise = 0, []
    may_stay_open = OPEN_WHILE_PENDING[tried.app.extensions["setu"].settings.service]
    for route in tried.routes():
        for role in {PROVIDER_MANAGER, INTEGRATOR} & (route.access.roles or {PROVIDER_MANAGER}):
            scopes = frozenset({route.access.key_scope}) if role == INTEGRATOR else frozenset()
            about = {"organization_kind": "provider", "organization": uuid4(), "second_factor_at": NOON}
            who = a_principal(role=role, key_scopes=scopes, is_pending=True, **about)
            is_closed = "Your organisation is not active yet" in tried.answer(route, who).text
            closed += is_closed
            if is_closed == bool(may_stay_open.fullmatch(route.path)):
                otherwise.append((route.method, route.path, role))

    assert otherwise == []
    assert closed > 5


def test_no_route_redirects_to_the_host_that_a_request_names(tried: Tried) -> None:
    client = tried.app.test_client()
    for path in {_path(rule.rule).rstrip("/") for rule in tried.app.url_map.iter_rules()}:
        for asked in {path or "/", f"{path}/"}:
            answer = client.get(asked, headers={"Host": "evil.example"})
            assert "evil.example" not in answer.headers.get("Location", ""), asked


def test_a_host_that_is_no_name_is_a_bad_request_on_every_address(tried: Tried) -> None:
    client = tried.app.test_client()
    for host, path in product(
        ("a..b", ".", "x" * 64), ("/", "/sign-in", "/nothing", "/api/nothing", "/static/kit/setu.css")
    ):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400, (host, path)
        assert answer.headers["X-Request-Id"], (host, path)
