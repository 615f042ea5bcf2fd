"""Directory page: 25 full services of 100,000 that fit three conditions, beside bare Flask sending the same bytes.

Both run under gunicorn (gthread, one worker with four threads: two workers under keep-alive are bimodal) and are asked
in turn by four keep-alive clients; once always for the same page, once for another page each time, which no memory of
answers helps. `python -m bench --soak directory_page` also puts 1,000,000 services beside 10,000, asked by one client.
"""

import base64
import itertools
import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.figures import Figure, at_least, at_most, interleaved, percentile
from bench.many_services import build_index
from bench.web_processes import PLAIN, ask_once, gunicorn, latencies, rate

ROUNDS, SECONDS = 7, 2.0
PORT = 23_051
PAGE = "/api/services?full=true&per_page=25&needs=OST&district=315&gender=woman"
SERVICE = "directory_service.app:create_app()"
BARE = """
from pathlib import Path
from flask import Flask, Response

app, body = Flask(__name__), Path("page.json").read_bytes()

@app.get("/api/services")
def page():
    return Response(body, content_type="application/json")
"""


def measure() -> Iterable[Figure]:
    """Give the figures of pages a second, of their latency, and with `--soak` of growth."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _beside_bare(folder)
        if os.environ.get("SETU_SOAK") == "1":
            yield from _growing(folder)


def _beside_bare(folder: Path) -> Iterable[Figure]:
    build_index(folder / "many", 100_000)
    with ExitStack() as stack:
        ours = stack.enter_context(gunicorn(SERVICE, PORT, _environment(folder / "many"), folder))
        body = _body(ours)
        (folder / "page.json").write_bytes(body)
        (folder / "bare_page.py").write_text(BARE)
        bare = stack.enter_context(gunicorn("bare_page:app", PORT + 1, _environment(folder), folder, PLAIN))
        for port in (bare, ours):
            rate(port, PAGE, seconds=1.0)
        bare_rate, our_rate = interleaved(
            ROUNDS, lambda: rate(bare, PAGE, seconds=SECONDS), lambda: rate(ours, PAGE, seconds=SECONDS)
        )
        yield at_least(f"page of 25 of 100,000 ({len(body)} bytes)", our_rate, "/s", baseline=bare_rate, ratio=0.6)
        yield at_most("its p99", _p99(latencies(ours, PAGE, seconds=2 * SECONDS)), "ms", limit=25)
        numbers = itertools.count(1)
        varied, bare_rate = interleaved(
            ROUNDS,
            lambda: rate(ours, lambda: f"{PAGE}&page={next(numbers) % 40 + 1}", seconds=SECONDS),
            lambda: rate(bare, PAGE, seconds=SECONDS),
        )
        yield at_least("another page each time", varied, "/s", baseline=bare_rate, ratio=0.6)


def _p99(taken: Sequence[float]) -> float:
    return percentile(taken, 99) * 1000


def _growing(folder: Path) -> Iterable[Figure]:
    for name, count in (("few", 10_000), ("million", 1_000_000)):
        build_index(folder / name, count)
    with ExitStack() as stack:
        few = stack.enter_context(gunicorn(SERVICE, PORT + 2, _environment(folder / "few"), folder))
        million = stack.enter_context(gunicorn(SERVICE, PORT + 3, _environment(folder / "million"), folder))
        for port in (few, million):
            rate(port, PAGE, seconds=1.0)
        small, large = interleaved(ROUNDS, lambda: _median(few), lambda: _median(million))
        yield Figure("page of 10,000", small, "ms")
        yield at_most("page of 1,000,000", large, "ms", limit=round(1.5 * small, 2))


def _median(port: int) -> float:
    return percentile(latencies(port, PAGE, seconds=SECONDS, clients=1), 50) * 1000


def _body(port: int) -> bytes:
    response = ask_once(port, PAGE)
    body = response.read()
    if response.status != 200 or body.count(b'"service_at_locations"') != 25:
        raise RuntimeError(f"{response.status}: not a page of 25 full services")
    return body


def _environment(index: Path) -> Mapping[str, str]:
    """No database is there: a page of services needs none."""

    def b64(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    session = Ed25519PrivateKey.generate()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("SETU_")},
        "SETU_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "SETU_DIRECTORY_URL": "http://127.0.0.1:1",
        "SETU_REFERRAL_URL": "http://127.0.0.1:2",
        "SETU_NOTIFICATION_URL": "http://127.0.0.1:3",
        "SETU_MAC_KEY": b64(secrets.token_bytes(32)),
        "SETU_KEK": f"bench:{b64(secrets.token_bytes(32))}",
        "SETU_SESSION_PUBLIC_KEYS": f"bench:{b64(session.public_key().public_bytes_raw())}",
        "SETU_SESSION_PRIVATE_KEY": b64(session.private_bytes_raw()),
        "SETU_MEMBER_BOX_PUBLIC_KEY": b64(secrets.token_bytes(32)),
        "SETU_INDEX_DIR": str(index),
        "SETU_LOG_LEVEL": "WARNING",
        "SETU_WEB_WORKERS": "1",
    }
