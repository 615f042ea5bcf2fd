"""A running referral service with listings and people, for browser tests of its screens. No directory, no broker."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from conftest import Keys
from local_stack.test_servers import free_ports
from referral_service.app import create_app
from referral_service.settings import load
from referral_service.store.data_officers import put_data_officer
from referral_service.store.directory import put_organization, put_service
from referral_service.store.frozen_figures import add_frozen
from referral_service.store.task_history import AttemptLine, add_attempt
from referral_service.store.team_members import put_team_member
from referral_service.use_cases.cards.apply_card_requests import apply_card_requests
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.session_tokens import SessionTokens, by_cookie
from setu.districts import districts_of_region
from support.figures.generated import BENGAL, generate_history, months_from, publish
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.referral import a_body
from support.referrals.directory import let_in

KOLKATA = 315
STATION, PRISON, OTHER_PRISON = UUID(int=0xA1), UUID(int=0xA2), UUID(int=0xA3)
SAHAYA, JIBAN, SHISHU, UTTARAN = UUID(int=0xB1), UUID(int=0xB2), UUID(int=0xB3), UUID(int=0xB4)
BODY = UUID(int=0xD1)
WORKING_DAYS = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", "opens_at": "09:00", "closes_at": "17:00"}
ALWAYS = {"rrule": "FREQ=DAILY", "opens_at": "00:00", "closes_at": "24:00"}

ORGANIZATIONS = (
    (STATION, "North Station", "police_unit"),
    (PRISON, "Central Prison", "prison"),
    (OTHER_PRISON, "District and Open Prison for Men and Women of North and South Twenty-four Parganas", "prison"),
    (SAHAYA, "Sahaya Trust", "provider"),
    (JIBAN, "Jiban Jyoti Seva Kendra and Community Health Partnership of North and Central Kolkata", "provider"),
    (SHISHU, "Shishu Home", "provider"),
    (UTTARAN, "Uttaran Nari Kalyan Samiti", "provider"),
    (BODY, "State AIDS Society", "coordinating_body"),
)
WHO_IS_HOME: dict[UUID, dict[str, Any]] = {
    UTTARAN: {"staffed": ["provider_manager"], "phone": "033 5550 0199"},
    BODY: {"staffed": ["coordinator"], "stands_in_for": [272, 507]},
}


def a_listing(number: int, organization: UUID, name: str, **more: Any) -> dict[str, Any]:
    """The data of one `directory.service.changed.v1`, open to adults in Kolkata unless told otherwise."""
    return {
        "service_id": str(UUID(int=0xC0 + number)),
        "organization_id": str(organization),
        "version": 1,
        "deleted": False,
        "status": "active",
        "accepting": "open",
        "name": name,
        "names": {},
        "needs": ["OST", "OD", "TESTING", "COUNS"],
        "districts": [KOLKATA],
        "genders": ["woman", "man", "transgender", "other"],
        "trans_inclusive": True,
        "languages": ["bn", "hi"],
        "schedules": [ALWAYS],
        "cost": "free",
        "phone": "033 5550 0101",
        "area": "Shyambazar",
        "landmark": "Opposite the tram depot",
        "sample": True,
        **more,
    }


LISTINGS = (
    a_listing(
        1,
        SAHAYA,
        "Sahaya medicine and care centre",
        names={"hi": "सहाया दवा और देखभाल केंद्र", "bn": "সহায়া ওষুধ ও সেবা কেন্দ্র"},
        visits_in_custody=True,
        prison_cleared=True,
        needs=["OST", "OD", "TESTING", "COUNS", "RELEASE", "ART", "TB"],
    ),
    a_listing(2, SAHAYA, "Sahaya women's house", needs=["WOMEN", "OST", "COUNS"], women_only=True, genders=["woman"]),
    a_listing(
        3, JIBAN, "Jiban Jyoti drop-in centre and outreach for people in every part of the city", needs=["DIC", "OST"]
    ),
    a_listing(4, JIBAN, "Jiban Jyoti clinic", accepting="waiting_list", schedules=[WORKING_DAYS], phone=None),
    a_listing(5, SHISHU, "Shishu Home for children", needs=["CHILD", "COUNS"], child_certified=True, maximum_age=17),
    a_listing(6, JIBAN, "Jiban Jyoti legal desk", needs=["LEGAL", "COUNS"], schedules=[]),
)
SAHAYA_SERVICE = UUID(int=0xC1)


def fill_directory(session: Session) -> None:
    """What the directory would have published."""
    for number, (key, name, kind) in enumerate(ORGANIZATIONS, start=1):
        put_organization(
            session,
            {
                "organization_id": str(key),
                "version": number,
                "deleted": False,
                "name": name,
                "kind": kind,
                "district": KOLKATA,
                "status": "active",
                "phone": None,
                **WHO_IS_HOME.get(key, {}),
            },
        )
    for listing in LISTINGS:
        put_service(session, listing)


def a_person(role: str, organization: UUID, kind: str, **more: Any) -> Principal:
    """Somebody signed in just now, with a second factor where the role has one."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "account": uuid4(),
        "session": uuid4(),
        "membership": uuid4(),
        "organization": organization,
        "organization_kind": kind,
        "role": role,
        "districts": tuple(sorted(districts_of_region("IN-WB"))) if role == "data_officer" else (KOLKATA,),
        "language": "en",
        "second_factor_at": now if role in {"case_worker", "custody_health", "data_officer"} else None,
        "issued_at": now,
        "expires_at": now + timedelta(hours=8),
    }
    return Principal(**{**values, **more})


@dataclass(frozen=True)
class LiveReferral:
    """The running service: its address, its database as the worker, and a way to sign people in."""

    base: str
    app: Flask
    db: Database
    tokens: SessionTokens
    cookie: str
    dependencies: Dependencies

    def token(self, who: Principal) -> str:
        """The session token of this person's program."""
        return self.tokens.mint(who)

    def cookie_token(self, who: Principal) -> str:
        """The session token of this person's browser."""
        return self.tokens.mint(by_cookie(who))

    def send(self, count: int, *needs: str, **more: Any) -> None:
        """That many referrals of an officer, to Sahaya's service unless told otherwise, without a browser."""
        headers = {"Authorization": f"Bearer {self.token(a_person('officer', STATION, 'police_unit'))}"}
        body = a_body(**{"needs": list(needs or ("OST",)), "service_id": str(SAHAYA_SERVICE), **more})
        client = self.app.test_client()
        for _ in range(count):
            keyed = {**headers, "Idempotency-Key": str(uuid4())}
            assert client.post("/api/referrals", json=body, headers=keyed).status_code == 201

    def declined(self) -> str:
        """The id of one that Sahaya declined, without a browser."""
        return str(self.moved("decline", reason="no_capacity")["id"])

    def moved(self, event: str, **body: Any) -> dict[str, Any]:
        """One that Sahaya's case worker did this with, without a browser; as the API's list showed it before."""
        headers = {"Authorization": f"Bearer {self.token(a_person('case_worker', SAHAYA, 'provider'))}"}
        self.send(1)
        client = self.app.test_client()
        newest: dict[str, Any] = max(
            client.get("/api/referrals?limit=100", headers=headers).json["items"], key=_sent_at
        )
        tag = {"If-Match": f'"{newest["version"]}"'}
        path = f"/api/referrals/{newest['id']}/{event}"
        assert client.post(path, json=body, headers=headers | tag).status_code == 200
        return newest

    def met_yesterday(self, worker: Principal) -> str:
        """The id of one that Sahaya accepted, whose person this case worker met yesterday."""
        referral_id = str(self.moved("accept")["id"])
        self.met_before(worker, referral_id)
        return referral_id

    def met_before(self, worker: Principal, referral_id: str) -> None:
        """This case worker noted yesterday that the person was met."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        with self.db.transaction() as session:
            add_attempt(session, UUID(referral_id), AttemptLine(yesterday, "met", None, worker.account, yesterday))

    def let_the_worker_look(self) -> None:
        """The worker's next round over what waits for cards."""
        apply_card_requests(self.db, dependencies=self.dependencies, now=datetime.now(UTC))

    def freeze_a_year(self) -> None:
        """Figures of twelve months of five districts, Kolkata among them, where many are asked."""
        history = generate_history(24, BENGAL, months_from(date(2025, 10, 1), 12))
        with self.db.transaction() as session:
            add_frozen(session, publish(history, BENGAL), datetime.now(UTC))

    def data_officer(self) -> Principal:
        """One more data officer of the state, whom the directory has told."""
        officer = a_person("data_officer", BODY, "coordinating_body")
        with self.db.transaction() as session:
            put_data_officer(session, let_in(officer))
        return officer

    def hire(self, name: str) -> UUID:
        """One more case worker of Sahaya Trust, as the directory tells it; the account."""
        account = uuid4()
        ids = {"membership_id": str(uuid4()), "account_id": str(account), "organization_id": str(SAHAYA)}
        with self.db.transaction() as session:
            put_team_member(session, {**ids, "active": True, "version": 1, "name": name})
        return account


def _sent_at(item: dict[str, Any]) -> str:
    return str(item["submitted_at"])


@contextmanager
def live_referral(keys: Keys, urls: Urls) -> Iterator[LiveReferral]:
    """Serves the application on a free port of loopback until the block ends."""
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    directory = f"http://127.0.0.1:{port + 1}"
    keyring = tempfile.TemporaryDirectory(prefix="setu-keyring-")
    settings = load(
        {
            **keys.environment(),
            "SETU_DATABASE_URL": urls.web,
            "SETU_COOKIE_SECURE": "false",
            "SETU_PSEUDO_LANGUAGE": "1",
            "SETU_REFERRAL_URL": base,
            "SETU_DIRECTORY_URL": directory,
            "SETU_NOTIFICATION_URL": f"http://127.0.0.1:{port + 2}",
            "SETU_PORT_BASE": str(port),
            "SETU_KEYRING": str(a_keyring(Path(keyring.name) / "keyring.json", {"test": keys.kek})),
        }
    )
    db = Database(urls.worker)
    with db.transaction() as session:
        fill_directory(session)
    app = create_app(settings)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield LiveReferral(base, app, db, tokens, f"setu_session_{port}", Dependencies.from_settings(settings))
    finally:
        server.shutdown()
        thread.join()
        keyring.cleanup()
