"""A referral service over a fresh database, at Monday noon, with organisations, listings and teams."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from referral_service.app import create_app
from referral_service.outside.keyring_file import KeyringFile
from referral_service.settings import Settings
from referral_service.store.data_officers import put_data_officer
from referral_service.store.directory import put_organization, put_service
from referral_service.store.team_members import put_team_member
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.keys.rotate_keys import KeyRotation
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.ids import SeededIds
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.kit.left_open import lasting
from support.referral import (
    DATA_OFFICER,
    DATA_OFFICER_ELSEWHERE,
    KEK,
    KEYRINGS,
    MAC,
    MONDAY_NOON,
    ORGANIZATIONS,
    PUBLIC_KEYS,
    SECOND_DATA_OFFICER,
    SEED,
    TEAMS,
    ReferralService,
)
from support.referrals.directory import LISTINGS, a_team_member, an_organization, let_in


def settings_for(urls: Urls, **more: Any) -> Settings:
    """Settings of a test's web process."""
    values: dict[str, Any] = {
        "service": "referral",
        "database_url": urls.web,
        "addresses": {
            "directory": "http://127.0.0.1:8001",
            "referral": "http://127.0.0.1:8002",
            "notification": "http://127.0.0.1:8003",
        },
        "directory_inside": "http://127.0.0.1:8001",
        "mac_key": MAC,
        "session_public_keys": PUBLIC_KEYS,
        "cookie_secure": False,
        "keyring": a_keyring(Path(KEYRINGS.name) / f"{uuid4()}.json", KEK, made_at=MONDAY_NOON),
        "sends_an_hour": 10**9,  # one service serves all tests of a process
    }
    return Settings(**values | more)


def a_referral_service(urls: Urls, **more: Any) -> ReferralService:
    """The service with what `directory` tells it; `more` are settings."""
    clock, ids = FrozenClock(MONDAY_NOON), SeededIds(SEED)
    settings = settings_for(urls, **more)
    app = create_app(settings, clock=clock, ids=ids, db=Database(lasting(urls.web)))
    worker_db = Database(lasting(urls.worker), pool_size=3)  # a test looks on while a thread waits for it
    with worker_db.transaction() as session:
        for organization in ORGANIZATIONS:
            put_organization(session, an_organization(organization))
        for listing in LISTINGS:
            put_service(session, listing)
        for worker, name in TEAMS.items():
            put_team_member(session, a_team_member(worker, name))
        for officer in (DATA_OFFICER, SECOND_DATA_OFFICER, DATA_OFFICER_ELSEWHERE):
            put_data_officer(session, let_in(officer, version=0))
    rotation = KeyRotation(worker_db, KeyringFile(settings.keyring), clock, lambda _: None)
    return ReferralService(app, clock, ids, Dependencies.from_settings(settings, ids), urls, worker_db, rotation)
