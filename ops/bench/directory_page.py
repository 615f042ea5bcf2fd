"""Directory page: 25 full services of 100,000 that fit three conditions, beside bare Flask sending the same bytes.

In three ways. *The same page* each time: the response cache has it. *Another page each time*: ten pages of 120 searches
in turn, more than the cache holds. *Another search each time*: the first page of searches of which none comes twice.
The index is followed, as in a directory that runs. Processor time a request wobbles less on a busy machine.
"""

import itertools
import random
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.figures import Figure, at_least, interleaved, percentile, sized
from bench.many_services import DISTRICTS, build_index, followed
from bench.web_processes import Load, Request, ask_once, bare, environment, gunicorn, latencies, processor_time, rate
from directory_service.listings.domain.attributes import GENDERS
from setu.needs import CODES

ROUNDS, SECONDS = 7, sized(20, 1) / 10
PORT = 23_051
PAGE = Request("/api/services?full=true&per_page=25&needs=OST&district=315&gender=woman")
SERVICE = "directory_service.app:create_app()"


def measure() -> Iterable[Figure]:
    """Give the figures of pages a second, and of the processor time of each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        build_index(folder / "many", sized(100_000, 4_000))
        stack.enter_context(followed(folder / "many"))
        settings = {**on_index(folder / "many"), "BENCH_BODY": str(folder / "page.json")}
        ours = stack.enter_context(gunicorn(SERVICE, PORT, settings, folder))
        body = _body(ours)
        (folder / "page.json").write_bytes(body)
        plain = stack.enter_context(bare("same_bytes", PORT + 1, settings, folder))
        loads: tuple[tuple[int, Load], ...] = (
            (plain, PAGE),
            (ours, PAGE),
            (ours, other_pages()),
            (ours, other_searches()),
        )
        for port, load in loads:
            rate(port, load, seconds=SECONDS)
        rates = interleaved(ROUNDS, *(partial(rate, port, load, seconds=SECONDS) for port, load in loads))
        names = (f"page of 25 of 100,000 ({len(body)} bytes)", "another page each time", "another search each time")
        for name, value, ratio in zip(names, rates[1:], (0.8, 0.25, 0.25), strict=True):
            yield at_least(name, value, "/s", baseline=rates[0], ratio=ratio)
        for name, (port, load) in zip(("bare", *names), loads, strict=True):
            p99 = percentile(latencies(port, load, seconds=2 * SECONDS), 99)
            yield Figure(f"{name}: p99", p99 * 1000, "ms")
            yield Figure(f"{name}: processor time", processor_time(port, load, seconds=SECONDS) * 1000, "µs")


def other_pages() -> Callable[[], Request]:
    """Gives 1,200 addresses in turn, all of three conditions, which hold some 250 MB together."""
    conditions = itertools.product(range(1, 11), ("woman", "man", "transgender"), DISTRICTS)
    return _in_turn(f"needs=OST&page={page}&gender={gender}&district={place}" for page, gender, place in conditions)


def other_searches() -> Callable[[], Request]:
    """Gives tens of thousands of addresses in turn, each the first page of three other conditions, in no order."""
    districts = (*map(str, DISTRICTS), *(f"{one},{other}" for one, other in itertools.combinations(DISTRICTS, 2)))
    searches = list(itertools.product(sorted(CODES), GENDERS, districts))
    random.Random(1).shuffle(searches)  # no secret
    return _in_turn(f"needs={need}&gender={gender}&district={district}" for need, gender, district in searches)


def _in_turn(conditions: Iterable[str]) -> Callable[[], Request]:
    requests = itertools.cycle(Request(f"/api/services?full=true&per_page=25&{each}") for each in conditions)
    return lambda: next(requests)


def _body(port: int) -> bytes:
    response = ask_once(port, PAGE)
    body = response.read()
    if response.status != 200 or body.count(b'"service_at_locations"') != 25:
        raise RuntimeError(f"{response.status}: not a page of 25 full services")
    return body


def on_index(index: Path) -> Mapping[str, str]:
    """Settings of a directory that answers from this index; no database is there, for a page of services needs none."""
    return environment("postgresql://nobody@127.0.0.1:1/nothing", SETU_INDEX_DIR=str(index))
