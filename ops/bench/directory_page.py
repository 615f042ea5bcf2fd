"""Directory page: 25 full services of 100,000 that fit three conditions, beside bare Flask sending the same bytes.

Both run under gunicorn (gthread, one worker with four threads: two workers under keep-alive are bimodal) and are asked
in turn by four keep-alive clients, in three ways. *The same page* each time: the response cache has it. *Another page
each time*: ten pages of 120 searches in turn, more than the cache holds. *Another search each time*: the first page of
searches of which none comes twice. As in a directory that runs, the index is followed. Processor time a request stands
beside, for it wobbles less on a busy machine.
`python -m bench --soak directory_page` also puts 1,000,000 services beside 10,000, asked by one client.
"""

import itertools
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bench.figures import Figure, at_least, at_most, interleaved, percentile
from bench.many_services import DISTRICTS, build_index
from bench.web_processes import PLAIN, ask_once, environment, gunicorn, latencies, processor_time, rate
from directory_service.finding.store.search.folder import note_followed
from directory_service.listings.domain.attributes import GENDERS
from setu.needs import CODES

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
        stack.enter_context(followed(folder / "many"))
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
        yield at_least(f"page of 25 of 100,000 ({len(body)} bytes)", our_rate, "/s", baseline=bare_rate, ratio=0.8)
        yield at_most("its p99", _p99(latencies(ours, PAGE, seconds=2 * SECONDS)), "ms", limit=25)
        ways = {"another page each time": other_pages(), "another search each time": other_searches()}
        for way, another in ways.items():
            varied, bare_rate = interleaved(
                ROUNDS, partial(rate, ours, another, seconds=SECONDS), partial(rate, bare, PAGE, seconds=SECONDS)
            )
            yield at_least(way, varied, "/s", baseline=bare_rate, ratio=0.25)
            yield at_most("its p99", _p99(latencies(ours, another, seconds=2 * SECONDS)), "ms", limit=25)
        for name, port, path in (
            ("bare", bare, PAGE),
            ("the page", ours, PAGE),
            *((way, ours, another) for way, another in ways.items()),
        ):
            yield Figure(f"processor time of {name}", processor_time(port, path, seconds=SECONDS) * 1000, "µs")


@contextmanager
def followed(folder: Path) -> Iterator[None]:
    """What the worker says each second: that the index holds every change."""
    stop = threading.Event()

    def say() -> None:
        while not stop.wait(0.2):
            note_followed(folder, time.time())

    note_followed(folder, time.time())
    saying = threading.Thread(target=say)
    saying.start()
    try:
        yield
    finally:
        stop.set()
        saying.join()


def other_pages() -> Callable[[], str]:
    """Gives 1,200 addresses in turn, all of three conditions, which hold some 250 MB together."""
    conditions = itertools.product(range(1, 11), ("woman", "man", "transgender"), DISTRICTS)
    found = [f"page={page}&gender={gender}&district={district}" for page, gender, district in conditions]
    addresses = itertools.cycle(found)
    return lambda: f"/api/services?full=true&per_page=25&needs=OST&{next(addresses)}"


def other_searches() -> Callable[[], str]:
    """Gives tens of thousands of addresses in turn, each the first page of three other conditions, in no order."""
    districts = (*map(str, DISTRICTS), *(f"{one},{other}" for one, other in itertools.combinations(DISTRICTS, 2)))
    found = list(itertools.product(sorted(CODES), GENDERS, districts))
    random.Random(1).shuffle(found)
    searches = itertools.cycle(found)

    def following() -> str:
        need, gender, district = next(searches)
        return f"/api/services?full=true&per_page=25&needs={need}&gender={gender}&district={district}"

    return following


def _p99(taken: Sequence[float]) -> float:
    return percentile(taken, 99) * 1000


def _growing(folder: Path) -> Iterable[Figure]:
    for name, count in (("few", 10_000), ("million", 1_000_000)):
        began = time.monotonic()
        build_index(folder / name, count)
        yield Figure(f"making and indexing {count:,}", time.monotonic() - began, "s")
    yield from beside_each_other(folder)


def beside_each_other(folder: Path) -> Iterable[Figure]:
    """The figures of the indices `few` and `million` in a folder."""
    with ExitStack() as stack:
        for name in ("few", "million"):
            stack.enter_context(followed(folder / name))
        few = stack.enter_context(gunicorn(SERVICE, PORT + 2, on_index(folder / "few"), folder))
        million = stack.enter_context(gunicorn(SERVICE, PORT + 3, on_index(folder / "million"), folder))
        for port in (few, million):
            rate(port, PAGE, seconds=1.0)
        ways = {"page": lambda: PAGE, "another page": other_pages(), "another search": other_searches()}
        for name, path in ways.items():
            small, large = interleaved(ROUNDS, partial(_median, few, path), partial(_median, million, path))
            yield Figure(f"{name}, of 10,000", small, "µs")
            yield at_most(f"{name}, of 1,000,000", large, "µs", limit=round((1.5 if name == "page" else 3) * small))


def _median(port: int, path: Callable[[], str]) -> float:
    return percentile(latencies(port, path, seconds=SECONDS, clients=1), 50) * 1_000_000


def _body(port: int) -> bytes:
    response = ask_once(port, PAGE)
    body = response.read()
    if response.status != 200 or body.count(b'"service_at_locations"') != 25:
        raise RuntimeError(f"{response.status}: not a page of 25 full services")
    return body


def on_index(index: Path) -> Mapping[str, str]:
    """Settings of a directory that answers from this index; no database is there, for a page of services needs none."""
    return environment("postgresql://nobody@127.0.0.1:1/nothing", SETU_INDEX_DIR=str(index))
