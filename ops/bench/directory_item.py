"""Directory, one service: `/api/services/{id}` whole and as 304, beside bare Flask that sends the same bytes.

The index is followed, as in a directory that runs, so the response cache answers; a request with a cookie has the
database asked each time.
"""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.databases import service_database
from bench.figures import Figure, at_least, interleaved, sized
from bench.many_services import followed
from bench.web_processes import Request, ask_once, bare, environment, gunicorn, rate
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.importing.use_cases.load_sample import SERVICE, load_sample
from service_kit.db.engine import Database

ROUNDS, SECONDS = 7, sized(15, 1) / 10
PORT = 22_041
ITEM = Request(f"/api/services/{SERVICE}")


def measure() -> Iterable[Figure]:
    """Give the figures of reads a second."""
    with ExitStack() as stack:
        urls = stack.enter_context(service_database("directory"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _fill(urls["worker"], folder / "index")
        stack.enter_context(followed(folder / "index"))
        settings = environment(urls["web"], SETU_INDEX_DIR=str(folder / "index"), BENCH_BODY=str(folder / "body.json"))
        ours = stack.enter_context(gunicorn("directory_service.app:create_app()", PORT, settings, folder))
        answer = ask_once(ours, ITEM)
        body, tag = answer.read(), str(answer.headers["ETag"])
        (folder / "body.json").write_bytes(body)
        plain = stack.enter_context(bare("same_bytes", PORT + 1, settings, folder))
        not_modified = Request(ITEM.path, headers={"If-None-Match": tag}, status=304)
        from_database = Request(ITEM.path, headers={"Cookie": "setu_lang=en"})
        pairs = ((plain, ITEM), (ours, ITEM), (ours, not_modified), (ours, from_database))
        for port, request in pairs:
            rate(port, request, seconds=SECONDS)
        rates = interleaved(ROUNDS, *(partial(rate, port, request, seconds=SECONDS) for port, request in pairs))
        yield at_least(f"one service ({len(body)} bytes)", rates[1], "/s", baseline=rates[0], ratio=0.8)
        yield at_least("one service, 304", rates[2], "/s", baseline=rates[0], ratio=0.9)
        yield Figure("one service from the database", rates[3], "/s", rates[0])


def _fill(url: str, index: Path) -> None:
    database = Database(url)
    load_sample(database, datetime.now(UTC))
    Indexer(database, index).catch_up()
    database.dispose()
