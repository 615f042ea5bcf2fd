"""Directory, one service: `/api/services/{id}` whole and as 304, beside a bare Flask handler that sends the same bytes.

Both run under gunicorn (gthread, one worker with four threads), asked in turn by four keep-alive clients. The figure is
the median of the rounds. As in a directory that runs, the index is followed, so answers are kept; once with a cookie,
which has the database asked each time.
"""

import http.client
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.databases import service_database
from bench.figures import Figure, at_least, interleaved
from bench.web_processes import PLAIN, environment, gunicorn
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.importing.use_cases.load_sample import (
    SERVICE,
    load_sample,
)
from service_kit.db.engine import Database

ROUNDS, SECONDS, CLIENTS = 7, 1.5, 4
PORT = 22_041
PATH = f"/api/services/{SERVICE}"
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
        urls = stack.enter_context(service_database("directory"))
        worker = Database(urls["worker"])
        load_sample(worker, datetime.now(UTC))
        worker.dispose()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = environment(urls["web"], SETU_INDEX_DIR=str(folder / "index"))
        stack.enter_context(_followed(urls["worker"], folder / "index"))
        ours = stack.enter_context(gunicorn("directory_service.app:create_app()", PORT, settings, folder))
        body, tag = _answer(ours)
        (folder / "body.json").write_bytes(body)
        (folder / "bare_item.py").write_text(BARE)
        bare = stack.enter_context(gunicorn("bare_item:app", PORT + 1, settings, folder, PLAIN))
        for port in (bare, ours):
            _rate(port, {}, 200, seconds=1.0)
        rates = interleaved(
            ROUNDS,
            lambda: _rate(bare, {}, 200, seconds=SECONDS),
            lambda: _rate(ours, {}, 200, seconds=SECONDS),
            lambda: _rate(ours, {"If-None-Match": tag}, 304, seconds=SECONDS),
            lambda: _rate(ours, {"Cookie": "setu_lang=en"}, 200, seconds=SECONDS),
        )
        yield at_least(f"one service ({len(body)} bytes)", rates[1], "/s", baseline=rates[0], ratio=0.8)
        yield at_least("one service, 304", rates[2], "/s", baseline=rates[0], ratio=0.9)
        yield Figure("one service from the database", rates[3], "/s", rates[0])


@contextmanager
def _followed(url: str, folder: Path) -> Iterator[None]:
    """What the worker does meanwhile."""
    database, stop = Database(url), threading.Event()
    indexer = Indexer(database, folder)
    indexer.catch_up()
    following = threading.Thread(target=indexer.run, args=(stop,))
    following.start()
    try:
        yield
    finally:
        stop.set()
        following.join()
        database.dispose()


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
