"""Directory page: 25 full services of 100,000 that fit three conditions, beside bare Flask sending the same bytes.

Both run under gunicorn (gthread, one worker with four threads: two workers under keep-alive are bimodal) and are asked
in turn by four keep-alive clients; once always for the same page, once for another page each time, which no memory of
answers helps. `python -m bench --soak directory_page` also puts 1,000,000 services beside 10,000, asked by one client.
"""

import itertools
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.figures import Figure, at_least, at_most, interleaved, percentile
from bench.many_services import build_index
from bench.web_processes import PLAIN, ask_once, environment, gunicorn, latencies, rate

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
        ours = stack.enter_context(gunicorn(SERVICE, PORT, on_index(folder / "many"), folder))
        body = _body(ours)
        (folder / "page.json").write_bytes(body)
        (folder / "bare_page.py").write_text(BARE)
        bare = stack.enter_context(gunicorn("bare_page:app", PORT + 1, on_index(folder), folder, PLAIN))
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
        few = stack.enter_context(gunicorn(SERVICE, PORT + 2, on_index(folder / "few"), folder))
        million = stack.enter_context(gunicorn(SERVICE, PORT + 3, on_index(folder / "million"), folder))
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


def on_index(index: Path) -> Mapping[str, str]:
    """Settings of a directory that answers from this index; no database is there, for a page of services needs none."""
    return environment("postgresql://nobody@127.0.0.1:1/nothing", SETU_INDEX_DIR=str(index))
