"""Samples under load: what waits in each queue, and the memory of each process of a stack or container of a cluster."""

import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from cluster_check.cluster import Cluster
from local_stack.layout import SERVICES
from local_stack.stack import Stack

KB = 1024.0
WAITING = {"setu_outbox_waiting": "to go out", "setu_inbox_rows": "to be taken in"}
COUNTS = """SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL),
                    (SELECT count(*) FROM inbox WHERE state <> 'done')"""


@dataclass(frozen=True)
class Sample:
    """`at` seconds from the start; queue → how many wait; process → proportional megabytes."""

    at: float
    waiting: dict[str, int]
    memory: dict[str, float]


def sample_of_stack(stack: Stack, at: float) -> Sample:
    """Read the workers' gauges and /proc. A worker that does not answer is left out."""
    waiting: dict[str, int] = {}
    for service in SERVICES:
        with suppress(OSError):
            waiting |= {f"{service}: {name}": count for name, count in _waiting(stack, service)}
    return Sample(at, waiting, _memory_of({process.name: process.pid for process in stack.running()}))


def sample_of_cluster(cluster: Cluster, primary: str, pids: Mapping[str, int], at: float) -> Sample:
    """Ask the primary and /proc, as whoever may read the memory of containers' processes (root). Raises Refused.

    `primary`: its container, and `pids`: container → its first process; both asked once, and the primary by one command
    for all three databases, since asking Docker costs more than what is measured.
    """
    asked = [word for service in SERVICES for word in ("-c", f"\\connect setu_{service}", "-c", COUNTS)]
    told = cluster.containers.execute(
        primary, "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", "postgres", *asked
    )
    waiting: dict[str, int] = {}
    for service, line in zip(SERVICES, told.splitlines(), strict=True):
        to_go_out, to_be_taken_in = map(int, line.split("\t"))
        waiting |= {f"{service}: to go out": to_go_out, f"{service}: to be taken in": to_be_taken_in}
    return Sample(at, waiting, _memory_of(pids))


def _waiting(stack: Stack, service: str) -> Iterator[tuple[str, int]]:
    url = f"http://127.0.0.1:{stack.layout.metrics_port(service, 'worker')}/metrics"
    with urllib.request.urlopen(url, timeout=5) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    for sample in (sample for family in families for sample in family.samples):
        if sample.name in WAITING and sample.labels.get("state", "waiting") == "waiting":
            yield WAITING[sample.name], int(sample.value)


def _memory_of(pids: Mapping[str, int]) -> dict[str, float]:
    """Name → proportional megabytes of its process and all below it."""
    memory, parents = _memory(), _parents()
    return {name: sum(memory.get(each, 0.0) for each in _descendants(pid, parents)) for name, pid in pids.items()}


def _memory() -> dict[int, float]:
    """Process id → proportional megabytes.

    By a program of its own, and only when nothing else wants the processor: the kernel goes through each page.
    """
    asked = ["nice", "-n", "19", "sh", "-c", "grep -H ^Pss: /proc/[0-9]*/smaps_rollup"]
    told = subprocess.run(asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
    found = {}
    for path, _, kilobytes in (line.partition(":Pss:") for line in told.splitlines()):
        found[int(path.split("/")[2])] = float(kilobytes.split()[0]) / KB
    return found


def _parents() -> dict[int, int]:
    """Process id → that of its parent."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def _descendants(first: int, parents: dict[int, int]) -> set[int]:
    """A process and all that it, and they, forked."""
    found, more = set[int](), {first}
    while more:
        found |= more
        more = {pid for pid, parent in parents.items() if parent in more} - found
    return found
