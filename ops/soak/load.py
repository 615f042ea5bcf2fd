"""Load: officers send, everybody reads, inboxes stand open, at fixed rates, against a system of its own.

    python -m soak.load        (make soak PARTS=load)

Requests leave when they are due, whatever the system does meanwhile (open loop), and a wait counts from then. Every 201
is in a journal that is compared with the database afterwards. Exit code 1 where an aim was missed: p99 of 500 ms for
sending and 100 ms for reading, no error, nothing lost or doubled, and memory that stays flat. Wants a quiet machine of
two cores; clients, servers and databases share them. SETU_LOAD_SECONDS (600), _SENDS (20) and _READS (200) a second,
_INBOXES (100) are read here; the report is var/soak/load.html.
"""

import asyncio
import os
import random
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
import psycopg

from attack.target import Target
from local_stack.demo import bring_up
from local_stack.journey import a_referral, current_version
from local_stack.layout import CHECKOUT, Layout
from local_stack.stack import Stack
from service_kit.db.provision import libpq
from soak.load_clients import POLL, Load
from soak.load_report import Measured, write_report
from soak.load_samples import Sample, take_sample

EVERY = 5.0  # seconds between two samples of queues and memory
PATIENCE = 30.0  # seconds
MANY = "1000000000"
GROWTH = 1.15  # memory at the end, of what it was after a fifth of the time


@dataclass(frozen=True)
class Wanted:
    """How long (seconds), how many a second, how many inboxes."""

    seconds: float
    sends: float
    reads: float
    inboxes: int

    @classmethod
    def from_environment(cls) -> "Wanted":
        """Raises ValueError."""
        read = os.environ.get
        return cls(
            float(read("SETU_LOAD_SECONDS", "600")),
            float(read("SETU_LOAD_SENDS", "20")),
            float(read("SETU_LOAD_READS", "200")),
            int(read("SETU_LOAD_INBOXES", "100")),
        )


async def _at_rate(load: Load, kind: str, rate: float, until: float, work: Callable[[], Awaitable[None]]) -> None:
    """Begin one each 1/rate seconds, never late because others are."""
    due, begun = time.monotonic(), set[asyncio.Task[None]]()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(load.timed(kind, due, work))
        begun.add(task)
        task.add_done_callback(begun.discard)
        due += 1 / rate
    await asyncio.gather(*begun)


async def _play(stack: Stack, target: Target, wanted: Wanted) -> tuple[Load, list[Sample]]:
    tokens = {role: target.token(role) for role in ("officer", "case_worker")}
    limits = httpx.Limits(max_connections=400, max_keepalive_connections=400)
    async with httpx.AsyncClient(timeout=PATIENCE, limits=limits, trust_env=False) as http:
        texts = await http.get(
            f"{target.ready['referral']}/api/consent-texts", headers={"Authorization": f"Bearer {tokens['officer']}"}
        )
        body = a_referral(target.ready, consent_version=current_version(texts.json()))
        load = Load(http, target.ready, body, tokens)
        until, samples = load.began + wanted.seconds, list[Sample]()

        async def sample() -> None:
            while time.monotonic() < until:
                samples.append(await asyncio.to_thread(take_sample, stack, time.monotonic() - load.began))
                await asyncio.sleep(EVERY)

        await asyncio.gather(
            _at_rate(load, "sending", wanted.sends, until, load.send),
            _at_rate(load, "reading", wanted.reads, until, load.read),
            *(load.keep_inbox_open(n * POLL / wanted.inboxes, until) for n in range(wanted.inboxes)),
            sample(),
        )
    return load, samples


def _stored(stack: Stack, journal: list[str], before: int) -> tuple[int, int]:
    """How many of the journal are not there, and how many are there that nobody was told of."""
    with psycopg.connect(libpq(stack.environments.database("referral", "worker"))) as database:
        there = {str(id_) for (id_,) in database.execute("SELECT id FROM referral_sent").fetchall()}
    return len(set(journal) - there), len(there) - before - len(set(journal))


def main() -> int:
    """Bring a system up, play, write the report, and say whether every aim was met."""
    wanted = Wanted.from_environment()
    os.environ["SETU_SENDS_AN_HOUR"] = MANY
    stack = Stack(Layout.from_environment())
    stack.take("soak PARTS=load")
    try:
        ready = bring_up(stack)
        with psycopg.connect(libpq(stack.environments.database("referral", "worker"))) as database:
            ((before,),) = database.execute("SELECT count(*) FROM referral_sent").fetchall()
        target = Target(stack, ready, random.SystemRandom(), float("inf"))
        load, samples = asyncio.run(_play(stack, target, wanted))
        lost, doubled = _stored(stack, load.journal, before)
    finally:
        stack.stop()
    measured = Measured(wanted.seconds, load.waits, load.errors, samples, lost, doubled, GROWTH)
    path = write_report(measured, CHECKOUT / "var" / "soak" / "load.html")
    for aim in measured.aims():
        print(f"{'✓' if aim.met else '✗'} {aim.words}")
    print(f"{len(load.journal)} referrals; the report: {path}")
    return int(not all(aim.met for aim in measured.aims()))


if __name__ == "__main__":
    sys.exit(main())
