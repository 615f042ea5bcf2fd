"""Directory page at 1,000,000 services, beside the same at 10,000: how latency grows; one client.

The larger index takes some minutes to make and about 10 GB under the temporary folder (TMPDIR).
"""

import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from bench.directory_page import PAGE, SECONDS, SERVICE, on_index, other_pages, other_searches
from bench.figures import Figure, at_most_times, interleaved, percentile, sized
from bench.many_services import build_index, followed
from bench.web_processes import Load, gunicorn, latencies

ROUNDS, PORT = 7, 23_053
SIZES = {"few": sized(10_000, 4_000), "million": sized(1_000_000, 8_000)}


def measure() -> Iterable[Figure]:
    """Give the medians of latency at both sizes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, count in SIZES.items():
            began = time.monotonic()
            build_index(folder / name, count)
            yield Figure(f"making and indexing {count:,}", time.monotonic() - began, "s")
            stack.enter_context(followed(folder / name))
        few, million = (
            stack.enter_context(gunicorn(SERVICE, PORT + number, on_index(folder / name), folder))
            for number, name in enumerate(SIZES)
        )
        loads: dict[str, tuple[Load, float]] = {
            "the same page": (PAGE, 1.5),
            "another page each time": (other_pages(), 3.0),
            "another search each time": (other_searches(), 3.0),
        }
        for name, (load, ratio) in loads.items():
            small, large = interleaved(ROUNDS, partial(_median, few, load), partial(_median, million, load))
            yield at_most_times(f"{name}, 1,000,000 services", large, "µs", baseline=small, ratio=ratio)


def _median(port: int, load: Load) -> float:
    return percentile(latencies(port, load, seconds=SECONDS, clients=1), 50) * 1_000_000
