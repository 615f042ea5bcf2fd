"""Load on a cluster: a fault is struck, clients get on, it is undone, the cluster is whole; the times are taken.

What clients waited is added up when all of them have ended, so that none who still waits is left out.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from cluster_check.cluster import ALL, Cluster
from cluster_check.faults import Deed, Fault, Parts, Seen
from cluster_check.listener import Listener
from cluster_check.operator import type_commands
from cluster_check.report import Blow, Observed, observe
from local_stack.journal_clients import Clients
from local_stack.journey import Broken

HELD_S = {Deed.KILL: 4.0, Deed.CUT: 12.0, Deed.FREEZE: 12.0, Deed.SWITCH: 2.0, Deed.BLIP: 4.0}
"""How long a fault lasts at least: a cut that nobody has time to notice is none."""
PATIENCE_S = 120.0
NEW = 3  # referrals that must be sent and one of them told of, before what was struck comes back


@dataclass(frozen=True)
class Load:
    """A cluster with clients at work on it."""

    cluster: Cluster
    clients: Clients
    listener: Listener

    def strike(self, fault: Fault, chance: random.Random) -> Blow:
        """Strike, hold, undo, wait. Raises Broken where clients do not get on, or what the clients raised."""
        parts = fault.pick(self.cluster, chance)
        began = time.monotonic()
        fault.strike(self.cluster, parts)
        self._hold(fault)
        fault.heal(self.cluster, parts)
        return self._when_whole(began, str(fault), parts, fault.limit_s, fault.seen)

    def operate(self, heading: str, limit_s: float) -> Blow:
        """Type what the operator's page says under this heading. Raises Broken, Refused."""
        began = time.monotonic()
        type_commands(self.cluster.containers, heading)
        return self._when_whole(began, heading, (), limit_s, Seen.BY_SENDER)

    def observed(self, blow: Blow) -> Observed:
        """What clients saw of it, as far as they have noted it."""
        return observe(blow, list(self.clients.waits), list(self.clients.journal), self.listener.told)

    def _when_whole(self, began: float, what: str, parts: Parts, limit_s: float | None, seen: Seen) -> Blow:
        self.cluster.wait_until_whole(parts or ALL)
        whole = time.monotonic()
        self._wait_for(
            lambda: self.listener.heard_of_one_sent_after(whole),
            f"{what}: whole, and nobody is told of anything",
        )
        return Blow(what, parts, limit_s, seen, began, whole)

    def _hold(self, fault: Fault) -> None:
        """Until the load goes on in spite of the fault, where it can: not without a gateway, two brokers or a relay."""
        began = time.monotonic()
        time.sleep(HELD_S[fault.deed])
        if fault.limit_s is not None:
            wanted = len(self.clients.journal) + NEW
            self._wait_for(
                lambda: len(self.clients.journal) >= wanted and self.listener.heard_of_one_sent_after(began),
                f"{fault}: the load does not go on",
            )

    def _wait_for(self, holds: Callable[[], bool], words: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            if self.clients.failures:
                raise self.clients.failures[0]
            if time.monotonic() > end:
                raise Broken(words)
            time.sleep(0.1)
