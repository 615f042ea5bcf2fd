"""A small application on the kit, and people who ask it things. For tests of the web side alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Blueprint, request
from werkzeug.test import Client

from service_kit.clock import FrozenClock
from service_kit.context import ServiceContext
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.ids import SeededIds
from service_kit.keyring import MacKey
from service_kit.logs import UNTRACED
from service_kit.session_tokens import SessionTokens, by_cookie
from service_kit.settings import KitSettings
from service_kit.web.access.require import public
from service_kit.web.app import build_app
from service_kit.web.error_handlers import App
from service_kit.web.parsing import json_body
from setu.site import SITE

NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # 12:00 in India
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
_PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEYS = {"k1": _PRIVATE.public_key().public_bytes_raw()}
TOKENS = SessionTokens(PUBLIC_KEYS, _PRIVATE.private_bytes_raw())
IDS = SeededIds("web")


def settings(**changes: Any) -> KitSettings:
    """Settings of a referral service on plain HTTP, on three ports."""
    at_first = KitSettings(
        service="referral",
        database_url=NOWHERE,
        addresses={
            "directory": "http://127.0.0.1:8001",
            "referral": "http://127.0.0.1:8002",
            "notification": "http://127.0.0.1:8003",
        },
        mac_key=bytes(32),
        session_public_keys=PUBLIC_KEYS,
        cookie_secure=False,
        port_base=8000,
    )
    return replace(at_first, **changes)


def a_principal(**changes: Any) -> Principal:
    """An officer, signed in at noon for eight hours."""
    officer = Principal(
        account=IDS.uuid(),
        session=IDS.uuid(),
        membership=IDS.uuid(),
        organization=IDS.uuid(),
        organization_kind="police_unit",
        role="officer",
        districts=(315,),
        language="en",
        second_factor_at=None,
        issued_at=NOON,
        expires_at=NOON + timedelta(hours=8),
    )
    return replace(officer, **changes)


@dataclass
class Web:
    """An application with its clock; `client()` is a new browser or program."""

    app: App
    clock: FrozenClock
    db: Database

    def client(self) -> Client:
        """Return a client without cookies."""
        return self.app.test_client()

    def program(self, who: Principal) -> Client:
        """Return a client that sends the person's token as bearer."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKENS.mint(who)}"
        return client

    def browser(self, who: Principal) -> Client:
        """Return a client that holds the person's cookie and sends the headers that a browser sends."""
        client = self.app.test_client()
        client.set_cookie("setu_session_8000", TOKENS.mint(by_cookie(who)), domain="localhost")
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return client


def a_web(
    database_url: str = NOWHERE,
    *,
    api: Sequence[Blueprint] = (),
    pages: Sequence[Blueprint] = (),
    problems: dict[type[Exception], tuple[int, str]] | None = None,
    **changes: Any,
) -> Web:
    """Build an application of these blueprints, at noon."""
    clock, db = FrozenClock(NOON), Database(database_url, pool_size=5)
    at_hand = ServiceContext(settings(**changes), db, clock, SeededIds("app"), MacKey(bytes(32)))
    app = build_app("service_kit", context=at_hand, site=SITE, api=api, pages=pages, problems=problems or {})
    return Web(app, clock, db)


def an_application() -> App:
    """Return an application for a server to run: it echoes JSON."""
    blueprint = Blueprint("echo", __name__, url_prefix="/api/echo")

    @blueprint.post("")
    @public
    def echo() -> dict[str, Any]:
        return json_body()

    @blueprint.post("/untraced")
    @public
    def untraced() -> dict[str, Any]:
        request.environ[UNTRACED] = True
        return {}

    return a_web(api=[blueprint]).app
