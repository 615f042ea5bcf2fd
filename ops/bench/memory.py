"""Memory of a running stack by PSS: what each process adds, shared pages counted once."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, at_most
from local_stack.layout import Layout
from local_stack.stack import Stack

MB = 1024.0
WORKER_LIMIT, STACK_LIMIT = 90, 1024


def measure() -> Iterator[Figure]:
    """Read /proc of every process of the stack at SETU_PORT_BASE; nothing without a running one, or off Linux."""
    running = Stack(Layout.from_environment()).running() if sys.platform == "linux" else []
    if not running:
        print("  no stack runs at this SETU_PORT_BASE (make up, then make bench)")
        return
    children = _children()
    total = 0.0
    for process in running:
        family = _family(process.pid, children)
        each = [_pss(pid) for pid in family]
        total += sum(each)
        if process.name.endswith(" web"):
            for number, size in enumerate(each[1:], start=1):
                yield at_most(f"{process.name}, worker {number}", size, "MB", limit=WORKER_LIMIT)
        else:
            yield Figure(process.name, sum(each), "MB")
    yield at_most("the whole local stack", total, "MB", limit=STACK_LIMIT)


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
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / MB
