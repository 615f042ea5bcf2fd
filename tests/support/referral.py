"""A referral service as tests use it: people of every role, what they send, and referrals in any state.

    setu = a_referral_service(urls)             # referrals/app.py
    referral = setu.sent()                      # POST /api/referrals as the officer
    setu.act(setu.worker, referral, "accept")   # with the right If-Match

Clock and ids are those that the service was built with. No directory and no broker are needed.
"""

import json
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from referral_service.domain.consent.consent_texts import CURRENT_VERSION
from referral_service.store.districts import DistrictNames
from referral_service.store.frozen_figures import PlacesTold
from referral_service.store.tasks import find_task
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from referral_service.use_cases.cards.issue_cards import PrintedCard, issue_cards
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.keys.rotate_keys import KeyRotation
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.db.provision import libpq
from service_kit.db.tables import outbox
from service_kit.identity import Principal
from service_kit.ids import SeededIds
from service_kit.session_tokens import SessionTokens
from setu.districts import districts_of_region
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.kit.left_open import lasting

MONDAY_NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # 12:00 in India
KOLKATA, HYDERABAD = 315, 507
_SESSION_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEYS = {"k1": _SESSION_KEY.public_key().public_bytes_raw()}
TOKENS = SessionTokens(PUBLIC_KEYS, _SESSION_KEY.private_bytes_raw())
KEK = {"kek-1": bytes(range(1, 33))}
KEYRINGS = tempfile.TemporaryDirectory(prefix="setu-keyrings-")  # as long as the tests run
MAC = bytes(range(2, 34))
SEED = "referral"
_token = lru_cache(TOKENS.mint)

STATION, OTHER_STATION, PRISON, OTHER_PRISON = (UUID(int=0xA0 + number) for number in range(1, 5))
SAHAYA, JIBAN, SHISHU = UUID(int=0xB1), UUID(int=0xB2), UUID(int=0xB3)
BODY = UUID(int=0xD1)
WEST_BENGAL = tuple(sorted(districts_of_region("IN-WB")))
OST, OST_OF_JIBAN, FOR_CHILDREN, CLOSED, OST_OF_SHISHU = (UUID(int=0xC0 + number) for number in range(1, 6))
ORGANIZATIONS = {
    STATION: ("North Station", "police_unit"),
    OTHER_STATION: ("South Station", "police_unit"),
    PRISON: ("Central Prison", "prison"),
    OTHER_PRISON: ("District Prison", "prison"),
    SAHAYA: ("Sahaya Trust", "provider"),
    JIBAN: ("Jiban Jyoti", "provider"),
    SHISHU: ("Shishu Home", "provider"),
    BODY: ("State AIDS Society", "coordinating_body"),
}


def a_person(number: int, organization: UUID, role: str, **more: Any) -> Principal:
    """Somebody signed in with a fresh second factor, for a hundred years: the property tests travel in time."""
    values: dict[str, Any] = {
        "account": UUID(int=0xE000 + number),
        "session": UUID(int=0xF000 + number),
        "membership": UUID(int=0x1000 + number),
        "organization": organization,
        "organization_kind": ORGANIZATIONS[organization][1],
        "role": role,
        "districts": WEST_BENGAL if role == "data_officer" else (KOLKATA,),  # of the body of the whole state
        "language": "en",
        "second_factor_at": MONDAY_NOON,
        "issued_at": MONDAY_NOON,
        "expires_at": MONDAY_NOON + timedelta(days=36500),
    }
    return Principal(**values | more)


OFFICER = a_person(1, STATION, "officer")
COLLEAGUE = a_person(2, STATION, "officer")
OFFICER_ELSEWHERE = a_person(3, OTHER_STATION, "officer")
NURSE = a_person(4, PRISON, "custody_health")
COLLEAGUE_OF_NURSE = a_person(14, PRISON, "custody_health")
NURSE_ELSEWHERE = a_person(15, OTHER_PRISON, "custody_health")
OFFICER_OF_PRISON = a_person(16, PRISON, "officer")
SUPERVISOR_OF_PRISON = a_person(17, PRISON, "unit_supervisor")
SUPERVISOR = a_person(5, STATION, "unit_supervisor")
WORKER = a_person(6, SAHAYA, "case_worker")
WORKER_OF_JIBAN = a_person(7, JIBAN, "case_worker")
WORKER_OF_SHISHU = a_person(8, SHISHU, "case_worker")
MANAGER = a_person(9, SAHAYA, "provider_manager")
COORDINATOR = a_person(10, BODY, "coordinator")
COORDINATOR_ELSEWHERE = a_person(11, BODY, "coordinator", districts=(HYDERABAD,))
DATA_OFFICER = a_person(12, BODY, "data_officer")
COLLEAGUE_OF_WORKER = a_person(13, SAHAYA, "case_worker")
SECOND_DATA_OFFICER = a_person(18, BODY, "data_officer")
DATA_OFFICER_ELSEWHERE = a_person(19, BODY, "data_officer", districts=tuple(sorted(districts_of_region("IN-TS"))))
TEAMS = {WORKER: "Anita", COLLEAGUE_OF_WORKER: "Bimal", WORKER_OF_JIBAN: "Chitra", WORKER_OF_SHISHU: "Dipa"}
"""Every provider's case workers, as their own team knows them."""


def a_body(**more: Any) -> dict[str, Any]:
    """What an officer sends after a yes."""
    body: dict[str, Any] = {
        "setting": "street",
        "district": KOLKATA,
        "needs": ["OST"],
        "service_id": str(OST),
        "consent": a_consent(),
        "person": a_named_person(),
    }
    if "candidates" in more:
        del body["service_id"]
    return {name: value for name, value in (body | more).items() if value is not None}


def a_consent(**more: Any) -> dict[str, Any]:
    """Read aloud in Bengali, answered with yes."""
    return {
        "answer": "yes",
        "version": CURRENT_VERSION,
        "language": "bn",
        "interpreted": False,
        "channel": "in_person",
        "another_service": True,
        **more,
    }


def a_named_person(**more: Any) -> dict[str, Any]:
    """Somebody with a phone."""
    return {
        "name": "Rafiq",
        "contact": {"method": "phone", "value": "98300 12345", "hours": ["09-12"]},
        "language": "bn",
        "age_band": "25-34",
        **more,
    }


@dataclass
class Referral:
    """One that was sent: its id, and the code on its card where one was made."""

    id: str
    reference: str
    card_code: str | None


@dataclass
class ReferralService:
    """A running web application and its database as the worker sees it."""

    app: Flask
    clock: FrozenClock
    ids: SeededIds
    dependencies: Dependencies
    urls: Urls
    worker_db: Database
    rotation: KeyRotation
    keys_made: int = field(default=0)

    def begin_anew(self) -> None:
        """Monday noon, the first ids and keys, and nothing in a cache of a minute: as it was made."""
        a_keyring(self.rotation.file.path, KEK, made_at=MONDAY_NOON)
        self.clock.set(MONDAY_NOON)
        self.ids.reseed(SEED)
        self.keys_made = 0
        context = self.app.extensions["setu"]
        for cache in (DistrictNames, PlacesTold):
            self.app.extensions["setu_dependencies"][cache] = cache(context.db, self.clock)

    @cached_property
    def superuser(self) -> psycopg.Connection:
        """The same database past every rule of its rows."""
        return psycopg.connect(libpq(lasting(self.urls.superuser)), autocommit=True)

    def client(self, who: Principal | None) -> Client:
        """A program that sends this person's token; without anybody, a stranger's."""
        client = self.app.test_client()
        if who is not None:
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {_token(who)}"
        return client

    def get(self, who: Principal | None, path: str, **headers: str) -> TestResponse:
        """GET as this person."""
        return self.client(who).get(path, headers=headers)

    def post(self, who: Principal | None, path: str, body: Any, **headers: str) -> TestResponse:
        """POST a JSON body; header names with underscores for hyphens."""
        return self.client(who).post(path, json=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def submit(self, who: Principal = OFFICER, key: str | None = None, **more: Any) -> TestResponse:
        """POST /api/referrals."""
        self.keys_made += 1
        return self.post(who, "/api/referrals", a_body(**more), Idempotency_Key=key or f"key-{self.keys_made}")

    def sent(self, who: Principal = OFFICER, **more: Any) -> Referral:
        """A referral that was sent."""
        response = self.submit(who, **more)
        assert response.status_code == 201, response.text
        shown = response.json
        assert shown is not None
        return Referral(shown["id"], shown["reference"], shown["card_code"])

    def act(
        self, who: Principal, referral: Referral, event: str, body: dict[str, Any] | None = None, tag: str | None = None
    ) -> TestResponse:
        """POST a transition with the ETag at hand, or with the one given."""
        path = f"/api/referrals/{referral.id}/{event}"
        return self.post(who, path, body or {}, If_Match=tag or self._tag(who, referral))

    def _tag(self, who: Principal, referral: Referral) -> str:
        """What a GET tells; read without one where the query alone finds it, since that is asked before most acts."""
        if who.role in {"case_worker", "coordinator"}:
            with self.worker_db.transaction() as session:
                found = find_task(session, who, UUID(referral.id), self.clock.now())
            if found is not None:
                return f'"{found.version}"'
        return self.get(who, f"/api/referrals/{referral.id}").headers.get("ETag", '"0"')

    def must(self, who: Principal, referral: Referral, event: str, **body: Any) -> dict[str, Any]:
        """A transition that has to work; returns what its reader sees."""
        response = self.act(who, referral, event, body)
        assert response.status_code == 200, (event, response.status_code, response.text)
        shown: dict[str, Any] = response.get_json()
        return shown

    def withdraw_by_code(self, code: str | None) -> TestResponse:
        """POST /api/withdrawals, and the worker's next round."""
        response = self.post(None, "/api/withdrawals", {"code": code})
        apply_card_requests(self.worker_db, dependencies=self.dependencies, now=self.clock.now())
        return response

    def say_by_code(self, code: str | None, said: str) -> TestResponse:
        """POST /api/voices, and the worker's next round."""
        response = self.post(None, "/api/voices", {"code": code, "said": said})
        apply_card_requests(self.worker_db, dependencies=self.dependencies, now=self.clock.now())
        return response

    def shown(self, who: Principal, referral: Referral) -> dict[str, Any]:
        """GET one referral."""
        response = self.get(who, f"/api/referrals/{referral.id}")
        assert response.status_code == 200, response.text
        shown: dict[str, Any] = response.get_json()
        return shown

    def cards(self, unit: UUID = STATION, count: int = 1) -> list[PrintedCard]:
        """Printed cards of a unit."""
        with self.worker_db.transaction() as session:
            return list(issue_cards(session, unit, count, dependencies=self.dependencies, now=self.clock.now()))


def events_of(setu: ReferralService) -> list[dict[str, Any]]:
    """Every event in the outbox, in order, as it will go out."""
    with setu.worker_db.transaction() as session:
        return [json.loads(body) for body in session.scalars(select(outbox.c.body).order_by(outbox.c.position))]
