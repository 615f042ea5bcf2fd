"""Load: officers send, everybody reads, inboxes stand open, at fixed rates, against a system of its own.

    python -m soak.load machine    (make soak PARTS=load)
    python -m soak.load cluster    (make soak PARTS=cluster-load)

Requests leave when they are due, whatever the system does meanwhile (open loop), and a wait counts from then. Every 201
is in a journal that is compared with the database afterwards. Exit code 1 where an aim was missed: p99 of 500 ms for
sending and 100 ms for reading, no error, nothing lost or doubled, and memory that stays flat. Wants a quiet machine of
two cores; clients, servers and databases share them. SETU_LOAD_SECONDS (600), _SENDS (20; of a cluster 5) and _READS
(200; 50) a second, _INBOXES (100) are read here; the report is var/soak/load-machine.html or load-cluster.html.
"""

import asyncio
import os
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from local_stack.journey import a_referral, current_version
from local_stack.layout import CHECKOUT
from local_stack.steps import Failed
from soak.load_clients import POLL, Load
from soak.load_report import Measured, write_report
from soak.load_samples import Sample
from soak.load_systems import System, one_machine, three_hosts

EVERY = 30.0  # seconds between two samples of queues and memory; one takes a second of the processor
PATIENCE = 30.0  # seconds
# As a browser: an inbox asks each ten seconds, and a client that forgets sooner would connect anew each time. A browser
# repeats what it sent over a connection just closed, and aiohttp no POST: so it forgets sooner than the system.
SOONER = 3.0  # seconds
AT_ONCE = 6  # connections to a service, as a browser
GROWTH = 1.15  # memory at the end, of what it was after a fifth of the time
SYSTEMS = {"machine": (one_machine, 20, 200), "cluster": (three_hosts, 5, 50)}
"""How it is brought up; what is sent and read a second."""


@dataclass(frozen=True)
class Wanted:
    """How long (seconds), how many a second, how many inboxes."""

    seconds: float
    sends: float
    reads: float
    inboxes: int

    @classmethod
    def from_environment(cls, sends: float, reads: float) -> "Wanted":
        """Raises ValueError."""
        read = os.environ.get
        return cls(
            float(read("SETU_LOAD_SECONDS", "600")),
            float(read("SETU_LOAD_SENDS", str(sends))),
            float(read("SETU_LOAD_READS", str(reads))),
            int(read("SETU_LOAD_INBOXES", "100")),
        )


async def _at_rate(load: Load, kind: str, rate: float, until: float, work: Callable[[], Awaitable[None]]) -> None:
    """Begin one each 1/rate seconds, never late because others are."""
    due, begun = time.monotonic(), set[asyncio.Task[None]]()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        while due <= min(time.monotonic(), until):  # all that is due: one for each turn of a busy loop would be too few
            task = asyncio.create_task(load.timed(kind, due, work))
            begun.add(task)
            task.add_done_callback(begun.discard)
            due += 1 / rate
    await asyncio.gather(*begun)


async def _play(system: System, wanted: Wanted) -> tuple[Load, list[Sample]]:
    officers = system.officers()
    trusted = ssl.create_default_context()  # SSL_CERT_FILE has a cluster's authority
    async with AsyncExitStack() as opened:

        async def browser() -> aiohttp.ClientSession:
            kept_open = aiohttp.TCPConnector(
                limit_per_host=AT_ONCE, keepalive_timeout=system.keepalive - SOONER, ssl=trusted
            )
            session = aiohttp.ClientSession(connector=kept_open, timeout=aiohttp.ClientTimeout(PATIENCE))
            return await opened.enter_async_context(session)

        browsers = [await browser() for _ in range(max(1, wanted.inboxes))]
        headers = {"Authorization": f"Bearer {officers[0]}"}
        async with browsers[0].get(f"{system.ready['referral']}/api/consent-texts", headers=headers) as answer:
            texts = await answer.json()
        body = a_referral(system.ready, consent_version=current_version(texts))
        load = Load(browsers, system.ready, body, officers, system.token("case_worker"))
        until, samples = load.began + wanted.seconds, list[Sample]()

        async def sample() -> None:
            while time.monotonic() < until:
                samples.append(await asyncio.to_thread(system.sample, time.monotonic() - load.began))
                await asyncio.sleep(EVERY)

        await asyncio.gather(
            _at_rate(load, "sending", wanted.sends, until, load.send),
            _at_rate(load, "reading", wanted.reads, until, load.read),
            *(load.keep_inbox_open(browsers[n], n * POLL / wanted.inboxes, until) for n in range(wanted.inboxes)),
            sample(),
        )
    return load, samples


def main(arguments: Sequence[str]) -> int:
    """Bring a system up, play, write the report, and say whether every aim was met."""
    name = arguments[0] if arguments else "machine"
    brought_up, sends, reads = SYSTEMS[name]
    wanted = Wanted.from_environment(sends, reads)
    with brought_up() as system:
        before = system.sent()
        load, samples = asyncio.run(_play(system, wanted))
        there = system.sent() - before
    lost, doubled = len(set(load.journal) - there), len(there - set(load.journal))
    measured = Measured(wanted.seconds, load.waits, load.errors, samples, lost, doubled, GROWTH)
    path = write_report(measured, CHECKOUT / "var" / "soak" / f"load-{name}.html")
    for aim in measured.aims():
        print(f"{'✓' if aim.met else '✗'} {aim.words}")
    print(f"{len(load.journal)} referrals; the report: {path}")
    return int(not all(aim.met for aim in measured.aims()))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        sys.exit(f"✗ {failed}")
