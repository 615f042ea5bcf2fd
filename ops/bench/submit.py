"""Submit: a referral checked, sealed, audited and outboxed, beside a bare handler with one transaction of two INSERTs.

Both run under gunicorn (gthread, one worker with four threads: two workers under keep-alive are bimodal), with the same
driver, pool size and commits on a PostgreSQL of their own that waits for the disk (the test server does not, which
flatters what does little), get the same bodies, and are asked in turn by four keep-alive clients. The bare one writes
no access log and counts nothing for Prometheus; ours does. The figure is the median of the rounds.
"""

import base64
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql
from sqlalchemy import make_url

from bench.figures import Figure, at_least, interleaved
from local_stack.test_servers import durable_postgres
from referral_service.store.directory import put_organization, put_service
from service_kit.db import migrate, provision
from service_kit.db.engine import Database
from service_kit.ids import SystemIds
from service_kit.web.principal import Principal
from service_kit.web.tokens import SessionTokens

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
KIT = ("-c", "python:service_kit.web.gunicorn")
PLAIN = ("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--preload", "--keep-alive", "15")
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
        urls = stack.enter_context(_database(stack.enter_context(durable_postgres())))
        key = Ed25519PrivateKey.generate()
        environment = _environment(urls["web"], key)
        token = _token(key)
        folder = Path(stack.enter_context(_folder()))
        (folder / "bare_submit.py").write_text(BARE)
        bare = stack.enter_context(_gunicorn("bare_submit:app", PORT, environment, folder))
        ours = stack.enter_context(_gunicorn("referral_service.app:create_app()", PORT + 1, environment, folder))
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


def _environment(url: str, key: Ed25519PrivateKey) -> Mapping[str, str]:
    def b64(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SETU_")},
        "SETU_DATABASE_URL": url,
        "SETU_DIRECTORY_URL": "http://127.0.0.1:1",
        "SETU_REFERRAL_URL": "http://127.0.0.1:2",
        "SETU_NOTIFICATION_URL": "http://127.0.0.1:3",
        "SETU_MAC_KEY": b64(secrets.token_bytes(32)),
        "SETU_KEK": f"bench:{b64(secrets.token_bytes(32))}",
        "SETU_SESSION_PUBLIC_KEYS": f"bench:{b64(key.public_key().public_bytes_raw())}",
        "SETU_LOG_LEVEL": "WARNING",
        "SETU_WEB_WORKERS": "1",
    }


@contextmanager
def _gunicorn(app: str, port: int, environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "gunicorn", *(KIT if app.startswith("referral") else PLAIN), app]
    with subprocess.Popen(
        command,
        env={**environment, "SETU_BIND": f"127.0.0.1:{port}", "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}"},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _until_listening(port, process)
            yield port
        finally:
            process.terminate()


def _until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.connect()
        except OSError:
            time.sleep(0.05)
        else:
            connection.close()
            return
    raise TimeoutError(f"nothing listens on {port}")


@contextmanager
def _folder() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield folder


@contextmanager
def _database(admin_url: str) -> Iterator[Mapping[str, str]]:
    """A migrated database of the referral service with one listing, and the bare thing's two tables."""
    name = f"setu_bench_{secrets.token_hex(4)}"
    password = secrets.token_hex(12)
    base = make_url(admin_url).set(drivername="postgresql", database=name)
    with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
        provision.ensure_roles(admin, "bench", dict.fromkeys(provision.ROLES, password))
        provision.create_database(admin, "bench", name)
    provision.prepare_database(admin_url, "bench", name)
    urls = {
        role: base.set(username=f"bench_{role}", password=password).render_as_string(hide_password=False)
        for role in provision.ROLES
    }
    try:
        migrate.upgrade("referral", urls["owner"])
        _fill(urls)
        yield urls
    finally:
        with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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
