"""Submit: a referral checked, sealed, audited and outboxed, beside a bare handler with one transaction of two INSERTs.

Same driver, pool size and commits, on a PostgreSQL of their own that waits for the disk (the test server does not,
which flatters what does little), and the same bodies. Ours writes an access log and counts for Prometheus.
"""

import json
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from bench.databases import service_database
from bench.figures import Figure, at_least, interleaved, sized
from bench.web_processes import Request, bare, environment, gunicorn, mint_token, rate
from local_stack.test_servers import durable_postgres
from referral_service.store.directory import put_organization, put_service
from service_kit.db.engine import Database
from service_kit.ids import SystemIds

ROUNDS, SECONDS = 7, sized(20, 1) / 10
PORT = 23_041
UNIT, PROVIDER, SERVICE = (SystemIds().uuid() for _ in range(3))
BODY = {
    "setting": "street",
    "district": 315,
    "needs": ["OST"],
    "service_id": str(SERVICE),
    "consent": {
        "answer": "yes",
        "version": "2026-1",
        "language": "bn",
        "interpreted": False,
        "channel": "in_person",
        "another_service": True,
    },
    "person": {
        "name": "Rafiq",
        "contact": {"method": "phone", "value": "98300 12345", "hours": ["09-12"]},
        "language": "bn",
        "age_band": "25-34",
    },
}


def measure() -> Iterable[Figure]:
    """Give the figure of submissions a second."""
    with ExitStack() as stack:
        urls = stack.enter_context(service_database("referral", stack.enter_context(durable_postgres())))
        _fill(urls)
        key = Ed25519PrivateKey.generate()
        settings = environment(urls["web"], key)
        token = mint_token(key, UNIT, "police_unit", "officer")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = stack.enter_context(bare("two_inserts", PORT, settings, folder))
        ours = stack.enter_context(gunicorn("referral_service.app:create_app()", PORT + 1, settings, folder))
        submission = partial(_submission, token)
        for port in (plain, ours):
            rate(port, submission, seconds=SECONDS)
        bare_rate, our_rate = interleaved(
            ROUNDS,
            partial(rate, plain, submission, seconds=SECONDS),
            partial(rate, ours, submission, seconds=SECONDS),
        )
        yield at_least("submit a referral (fsync on)", our_rate, "/s", baseline=bare_rate, ratio=0.25)


def _submission(token: str) -> Request:
    """Give a submission with an idempotency key of its own."""
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": secrets.token_hex(16),
    }
    return Request("/api/referrals", "POST", headers, json.dumps(BODY), status=201)


def _fill(urls: Mapping[str, str]) -> None:
    with psycopg.connect(urls["owner"]) as owner:
        for table in ("bare_one", "bare_two"):
            statement = "CREATE TABLE {} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b text)"
            owner.execute(sql.SQL(statement).format(sql.Identifier(table)))
    shown = {"version": 1, "deleted": False, "status": "active", "district": 315, "phone": None}
    with Database(urls["worker"]).transaction() as session:
        for organization, kind in ((UNIT, "police_unit"), (PROVIDER, "provider")):
            data = {**shown, "organization_id": str(organization), "name": kind, "kind": kind}
            put_organization(session, data)
        listing = {"needs": ["OST"], "districts": [315], "accepting": "open", "name": "A service"}
        put_service(session, {**shown, **listing, "service_id": str(SERVICE), "organization_id": str(PROVIDER)})
