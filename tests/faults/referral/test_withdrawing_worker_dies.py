"""The worker as a process of its own, killed while it ends a consent: the next one does it, once.

Promise: what was answered with 202 is done, whatever dies.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from conftest import b64
from referral_service.store.metadata import metadata
from referral_service.use_cases.cards.apply_card_requests import CONSENT_ENDED_NOT_COMMITTED
from support.events import eventually
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.keyrings import a_keyring
from support.kit.forked import end_of, start_forked
from support.referral import KEK, MAC, WORKER, ReferralService, events_of
from support.referrals.app import a_referral_service

PROGRAM = "referral_service.worker"
PATIENCE = 120  # seconds until a test gives up waiting for something that has to happen


@pytest.fixture
def setu(fresh_database: Callable[[str], Urls]) -> ReferralService:
    return a_referral_service(fresh_database("referral"))


def rows(setu: ReferralService, table: str) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def test_killed_while_it_ends_a_consent_the_next_worker_ends_it_once(
    setu: ReferralService, broker: Broker, settings_env: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    own = settings_env(
        "referral",
        setu.urls,
        process="worker",
        SETU_AMQP_URL=broker.url_for("referral"),
        SETU_MAC_KEY=b64(MAC),
        SETU_KEYRING=str(a_keyring(tmp_path / "keyring.json", KEK)),
    )
    environment = {**os.environ, **own}
    referral = setu.sent()
    setu.act(WORKER, referral, "open")
    assert setu.post(None, "/api/withdrawals", {"code": referral.card_code}).status_code == 202

    dying = {**environment, "SETU_FAILPOINT": CONSENT_ENDED_NOT_COMMITTED}
    assert end_of(start_forked(f"{PROGRAM}:main", environment=dying), PATIENCE) == -signal.SIGKILL
    assert [rows(setu, table) for table in ("card_request", "referral_key")] == [1, 1]

    worker = start_forked(f"{PROGRAM}:main", environment=environment)
    try:
        eventually(lambda: rows(setu, "card_request") == 0)
    finally:
        worker.terminate()
        assert end_of(worker, PATIENCE) == 0
    assert rows(setu, "referral_key") == 0
    assert [event["type"] for event in events_of(setu)].count("referral.contact.ended.v1") == 1
