"""Submit: a referral checked, sealed, audited and outboxed, beside a bare handler with one transaction of two INSERTs.

Both run under gunicorn (gthread, one worker with four threads: two workers under keep-alive are bimodal), with the same
driver, pool size and commits on a PostgreSQL of their own that waits for the disk (the test server does not, which
flatters what does little), get the same bodies, and are asked in turn by four keep-alive clients. The bare one writes
no access log and counts nothing for Prometheus; ours does. The figure is the median of the rounds.
"""

import http.client
import json
import secrets
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from bench.databases import service_database
from bench.figures import Figure, at_least, interleaved
from bench.web_processes import PLAIN, environment, gunicorn
from local_stack.test_servers import durable_postgres
from referral_service.store.directory import put_organization, put_service
from service_kit.db.engine import Database
from service_kit.identity import Principal
from service_kit.ids import SystemIds
from service_kit.session_tokens import SessionTokens

ROUNDS, SECONDS, CLIENTS = 7, 2.0, 4
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
BARE = """
import os
from flask import Flask, jsonify, request
from sqlalchemy import text
from service_kit.db.engine import Database

app, db = Flask(__name__), Database(os.environ["SETU_DATABASE_URL"])

@app.post("/api/referrals")
def submit():
    body = request.get_json()
    with db.engine.begin() as connection:
        values = {"a": body["setting"], "b": request.headers["Idempotency-Key"]}
        connection.execute(text("INSERT INTO bare_one (a, b) VALUES (:a, :b)"), values)
        connection.execute(text("INSERT INTO bare_two (a, b) VALUES (:a, :b)"), values)
    return jsonify({"id": values["b"]}), 201
"""


def measure() -> Iterable[Figure]:
    """Give the figure of submissions a second."""
    with ExitStack() as stack:
        urls = stack.enter_context(service_database("referral", stack.enter_context(durable_postgres())))
        _fill(urls)
        key = Ed25519PrivateKey.generate()
        settings = environment(urls["web"], key)
        token = _token(key)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "bare_submit.py").write_text(BARE)
        bare = stack.enter_context(gunicorn("bare_submit:app", PORT, settings, folder, PLAIN))
        ours = stack.enter_context(gunicorn("referral_service.app:create_app()", PORT + 1, settings, folder))
        for port in (bare, ours):
            _rate(port, token, seconds=1.0)
        bare_rate, our_rate = interleaved(
            ROUNDS, lambda: _rate(bare, token, seconds=SECONDS), lambda: _rate(ours, token, seconds=SECONDS)
        )
        yield at_least("submit a referral (fsync on)", our_rate, "/s", baseline=bare_rate, ratio=0.5)


def _rate(port: int, token: str, *, seconds: float) -> float:
    """Submissions answered with 201 a second, over all clients."""
    done = [0] * CLIENTS
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=_submit_until, args=(port, token, end, done, n)) for n in range(CLIENTS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - started)


def _submit_until(port: int, token: str, end: float, done: list[int], number: int) -> None:
    connection, body = http.client.HTTPConnection("127.0.0.1", port), json.dumps(BODY)
    while time.monotonic() < end:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": secrets.token_hex(16),
        }
        connection.request("POST", "/api/referrals", body, headers)
        response = connection.getresponse()
        answer = response.read()
        if response.status != 201:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
        done[number] += 1
    connection.close()


def _token(key: Ed25519PrivateKey) -> str:
    now, ids = datetime.now(UTC), SystemIds()
    officer = Principal(
        account=ids.uuid(),
        session=ids.uuid(),
        membership=ids.uuid(),
        organization=UNIT,
        organization_kind="police_unit",
        role="officer",
        districts=(315,),
        language="en",
        second_factor_at=None,
        issued_at=now,
        expires_at=now + timedelta(hours=8),
    )
    return SessionTokens({"bench": key.public_key().public_bytes_raw()}, key.private_bytes_raw()).mint(officer)


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
