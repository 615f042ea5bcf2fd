"""Directory, one service: `/api/services/{id}` whole and as 304, beside a bare Flask handler that sends the same bytes.

Both run under gunicorn (gthread, one worker with four threads), asked in turn by four keep-alive clients. The figure is
the median of the rounds.
"""

import base64
import http.client
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql
from sqlalchemy import make_url

from bench.figures import Figure, at_least, interleaved
from directory_service.use_cases.load_sample import SERVICE, load_sample
from service_kit.db import migrate, provision
from service_kit.db.engine import Database

ROUNDS, SECONDS, CLIENTS = 7, 1.5, 4
PORT = 22_041
PATH = f"/api/services/{SERVICE}"
PLAIN = ("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--preload", "--keep-alive", "15")
BARE = """
import os
from flask import Flask, Response
from pathlib import Path

app, body = Flask(__name__), Path("body.json").read_bytes()

@app.get("/api/services/<uuid:service_id>")
def one_service(service_id):
    return Response(body, content_type="application/json")
"""


def measure() -> Iterable[Figure]:
    """Give the figures of reads a second."""
    with ExitStack() as stack:
        url = stack.enter_context(_database())
        folder = Path(stack.enter_context(_folder()))
        environment = _environment(url)
        ours = stack.enter_context(_gunicorn("directory_service.app:create_app()", PORT, environment, folder))
        body, tag = _answer(ours)
        (folder / "body.json").write_bytes(body)
        (folder / "bare_item.py").write_text(BARE)
        bare = stack.enter_context(_gunicorn("bare_item:app", PORT + 1, environment, folder))
        for port in (bare, ours):
            _rate(port, {}, 200, seconds=1.0)
        rates = interleaved(
            ROUNDS,
            lambda: _rate(bare, {}, 200, seconds=SECONDS),
            lambda: _rate(ours, {}, 200, seconds=SECONDS),
            lambda: _rate(ours, {"If-None-Match": tag}, 304, seconds=SECONDS),
        )
        yield at_least(f"one service ({len(body)} bytes)", rates[1], "/s", baseline=rates[0], ratio=0.8)
        yield at_least("one service, 304", rates[2], "/s", baseline=rates[0], ratio=0.9)


def _answer(port: int) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", PATH)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return body, str(response.headers["ETag"])


def _rate(port: int, headers: Mapping[str, str], status: int, *, seconds: float) -> float:
    """Answers with this status a second, over all clients."""
    done = [0] * CLIENTS
    started = time.monotonic()
    end = started + seconds

    def read_until(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.monotonic() < end:
            connection.request("GET", PATH, headers=dict(headers))
            response = connection.getresponse()
            response.read()
            if response.status != status:
                raise RuntimeError(f"{response.status}, expected {status}")
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=read_until, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - started)


def _environment(url: str) -> Mapping[str, str]:
    def b64(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    session = Ed25519PrivateKey.generate()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SETU_")},
        "SETU_DATABASE_URL": url,
        "SETU_DIRECTORY_URL": "http://127.0.0.1:1",
        "SETU_REFERRAL_URL": "http://127.0.0.1:2",
        "SETU_NOTIFICATION_URL": "http://127.0.0.1:3",
        "SETU_MAC_KEY": b64(secrets.token_bytes(32)),
        "SETU_KEK": f"bench:{b64(secrets.token_bytes(32))}",
        "SETU_SESSION_PUBLIC_KEYS": f"bench:{b64(session.public_key().public_bytes_raw())}",
        "SETU_SESSION_PRIVATE_KEY": b64(session.private_bytes_raw()),
        "SETU_MEMBER_BOX_PUBLIC_KEY": b64(secrets.token_bytes(32)),
        "SETU_LOG_LEVEL": "WARNING",
        "SETU_WEB_WORKERS": "1",
    }


@contextmanager
def _gunicorn(app: str, port: int, environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    options = PLAIN if app.startswith("bare") else ("-c", "python:service_kit.web.gunicorn")
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, app],
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
def _database() -> Iterator[str]:
    """The directory with its sample, as the web role."""
    admin_url, name = os.environ["SETU_TEST_POSTGRES_URL"], f"setu_bench_{secrets.token_hex(4)}"
    password = secrets.token_hex(12)
    base = make_url(admin_url).set(drivername="postgresql", database=name, password=password)
    with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
        provision.ensure_roles(admin, "bench", dict.fromkeys(provision.ROLES, password))
        provision.create_database(admin, "bench", name)
    provision.prepare_database(admin_url, "bench", name)
    url = {role: base.set(username=f"bench_{role}").render_as_string(hide_password=False) for role in provision.ROLES}
    try:
        migrate.upgrade("directory", url["owner"])
        worker = Database(url["worker"])
        load_sample(worker, datetime.now(UTC))
        worker.dispose()
        yield url["web"]
    finally:
        with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
