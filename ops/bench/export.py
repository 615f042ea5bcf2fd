"""Export: all services as NDJSON from a running web process, megabytes a second, and what memory it takes.

One gunicorn worker over an index of 20,000 services; the most memory that it has held is read before and after.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.directory_page import SERVICE, on_index
from bench.figures import Figure, at_most, sized
from bench.many_services import build_index, followed
from bench.web_processes import Request, ask_once, gunicorn

COUNT, PORT, ROUNDS = sized(20_000, 1_000), 23_061, sized(5, 1)
LINES = Request("/api/services?format=ndjson&full=true")
MB = 1024.0 * 1024.0


def measure() -> Iterator[Figure]:
    """Megabytes a second, and megabytes of memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_index(folder / "index", COUNT)
        with (
            followed(folder / "index"),
            gunicorn(SERVICE, PORT, on_index(folder / "index"), folder) as port,
        ):
            _read(port)
            before = _resident(folder)
            rates = sorted(_read(port) for _ in range(ROUNDS))
            yield Figure("NDJSON export", rates[ROUNDS // 2], "MB/s", None, "≥ 20 MB/s", rates[ROUNDS // 2] >= 20)
            yield at_most("memory that five exports added", _resident(folder) - before, "MB", limit=8)


def _read(port: int) -> float:
    began, size, lines = time.perf_counter(), 0, 0
    answer = ask_once(port, LINES)
    while block := answer.read(1 << 18):
        size += len(block)
        lines += block.count(b"\n")
    if lines != COUNT:
        raise RuntimeError(f"{lines} lines, expected {COUNT}")
    return size / MB / (time.perf_counter() - began)


def _resident(folder: Path) -> float:
    """Megabytes of private memory of the web processes that run in a folder."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve() == folder.resolve():
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:"))
        except OSError:
            continue
    return total / 1024
