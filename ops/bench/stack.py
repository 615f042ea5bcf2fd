"""Local stack: seconds until `setu demo` is ready, and its memory by PSS, shared pages counted once.

It is a stack of its own, with a folder and ports of its own; nothing of another one is touched. Memory is read from
/proc, so on Linux alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.figures import Figure, at_most
from local_stack.layout import CHECKOUT, Layout
from local_stack.stack import Stack

KILOBYTES = 1024.0  # in a megabyte
BASE = 24_100
SETU = str(Path(sys.executable).with_name("setu"))


def measure() -> Iterator[Figure]:
    """Start a demo, read, and forget it."""
    with tempfile.TemporaryDirectory(prefix="setu-bench-") as name:
        Path(name).chmod(0o755)  # the servers may run as other users
        layout = Layout(CHECKOUT, BASE, Path(name))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("SETU_")}
        environment |= {"SETU_PORT_BASE": str(BASE), "SETU_VAR_DIR": name}
        try:
            yield at_most("demo ready", _start_demo(layout, environment), "s", limit=20)
            yield from _memory(Stack(layout)) if sys.platform == "linux" else ()
        finally:
            for command in ("down", "clean"):
                subprocess.run([SETU, command], cwd=CHECKOUT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _start_demo(layout: Layout, environment: Mapping[str, str]) -> float:
    """Seconds from the command to ready.json."""
    began = time.monotonic()
    demo = subprocess.Popen([SETU, "demo"], cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL)
    while not layout.ready_file.exists():
        if demo.poll() is not None or time.monotonic() - began > 120:
            raise RuntimeError("the demo did not start")
        time.sleep(0.05)
    return time.monotonic() - began


def _memory(stack: Stack) -> Iterator[Figure]:
    children = _children()
    total, workers = 0.0, list[float]()
    for process in stack.running():
        sizes = [_pss(pid) for pid in _family(process.pid, children)]
        total += sum(sizes)
        workers += sizes[1:] if process.name.endswith(" web") else []
        yield Figure(process.name, sum(sizes), "MB")
    yield at_most("the largest web worker", max(workers), "MB", limit=90)
    yield at_most("the whole local stack", total, "MB", limit=1024)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found[parent].append(int(stat.parent.name))
    return found


def _family(pid: int, children: dict[int, list[int]]) -> list[int]:
    return [pid, *(member for child in children[pid] for member in _family(child, children))]


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / KILOBYTES
