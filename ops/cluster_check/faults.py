"""Faults of a cluster, as a table: what is struck, how, and for how long a client may notice it.

Limits are seconds from the first try of one act, or of one notice, to its success, as a client sees it that repeats.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from cluster_check.cluster import BROKERS, HOSTS, Cluster

Parts = Sequence[str]
Pick = Callable[[Cluster, random.Random], Parts]


class Deed(Enum):
    """What is done to containers, and how it is undone."""

    KILL = "killed"
    CUT = "cut off"
    FREEZE = "frozen"
    SWITCH = "switched"
    BLIP = "parted for a moment"


class Seen(Enum):
    """Who notices it: whoever sends something, or whoever waits to be told."""

    BY_SENDER = "sender"
    BY_RECEIVER = "receiver"


@dataclass(frozen=True)
class Fault:
    """`is_daily`: `make cluster-check` strikes it: each with a limit in seconds that people feel, and a lost host."""

    target: str
    deed: Deed
    pick: Pick
    limit_s: float | None = None
    seen: Seen = Seen.BY_SENDER
    is_daily: bool = False

    def __str__(self) -> str:
        return f"{self.target} {self.deed.value}"

    def strike(self, cluster: Cluster, parts: Parts) -> None:
        """Do it. Raises Refused."""
        match self.deed:
            case Deed.KILL:
                cluster.containers.kill(parts)
            case Deed.CUT:
                cluster.containers.cut(parts, _networks(parts))
            case Deed.FREEZE:
                cluster.containers.freeze(parts)
            case Deed.SWITCH:
                cluster.switch_database()
            case Deed.BLIP:
                for part in parts:
                    cluster.blip(part)

    def heal(self, cluster: Cluster, parts: Parts) -> None:
        """Undo it. Raises Refused."""
        match self.deed:
            case Deed.KILL:
                cluster.containers.start(parts)
            case Deed.CUT:
                cluster.containers.join(parts, _networks(parts))
            case Deed.FREEZE:
                cluster.containers.thaw(parts)
            case Deed.SWITCH | Deed.BLIP:
                pass


def _networks(parts: Parts) -> Parts:
    """Whose cable is cut: of a whole host the one to the others, of a single container also that inside its host."""
    hosts = {name for name, there in HOSTS.items() if set(parts) & set(there)}
    whole = any(set(parts) == set(HOSTS[name]) for name in hosts)
    return ["backbone"] if whole else ["backbone", *(f"host-{name}" for name in hosts)]


def _database(role: str) -> Pick:
    return lambda cluster, _: [cluster.database(role)]


def _leader_of_queue(cluster: Cluster, _: random.Random) -> Parts:
    return [cluster.inboxes()["notification"][0]]


def _follower_of_queue(cluster: Cluster, chance: random.Random) -> Parts:
    leader = cluster.inboxes()["notification"][0]
    return [chance.choice([node for node in BROKERS if node != leader])]


def _either(part: str) -> Pick:
    return lambda _, chance: [f"{part}-{chance.choice('ab')}"]


def _both(part: str) -> Pick:
    return lambda *_: [f"{part}-a", f"{part}-b"]


def _some(parts: Parts, count: int) -> Pick:
    return lambda _, chance: chance.sample(parts, count)


def _web_host(_: Cluster, chance: random.Random) -> Parts:
    host = chance.choice("ab")
    return [part for part in HOSTS[host] if "-web-" in part]


def _host(names: str) -> Pick:
    return lambda _, chance: HOSTS[chance.choice(names)]


def _host_of(role: str) -> Pick:
    def pick(cluster: Cluster, _: random.Random) -> Parts:
        database = cluster.database(role)
        return next(parts for parts in HOSTS.values() if database in parts)

    return pick


ETCD = ("etcd1", "etcd2", "etcd3")
FAULTS = (
    Fault("PostgreSQL's primary", Deed.KILL, _database("leader"), 25, is_daily=True),
    Fault("PostgreSQL's primary", Deed.CUT, _database("leader"), 60, is_daily=True),
    Fault("PostgreSQL's primary", Deed.SWITCH, _database("leader"), 5, is_daily=True),
    Fault("the synchronous standby", Deed.KILL, _database("sync_standby"), 25),
    Fault("the synchronous standby", Deed.CUT, _database("sync_standby"), 60),
    Fault("the synchronous standby", Deed.FREEZE, _database("sync_standby"), 60),
    Fault("the asynchronous replica", Deed.KILL, _database("replica"), 5),
    Fault("the asynchronous replica", Deed.CUT, _database("replica"), 5),
    Fault("one etcd", Deed.KILL, _some(ETCD, 1), 5),
    Fault("two etcd", Deed.KILL, _some(ETCD, 2), 5),
    Fault("a queue's leader", Deed.KILL, _leader_of_queue, 8, Seen.BY_RECEIVER, is_daily=True),
    Fault("a queue's leader", Deed.CUT, _leader_of_queue, 30, Seen.BY_RECEIVER, is_daily=True),
    Fault("a queue's leader", Deed.FREEZE, _leader_of_queue, 60, Seen.BY_RECEIVER),
    Fault("a queue's follower", Deed.KILL, _follower_of_queue, 8, Seen.BY_RECEIVER),
    Fault("a queue's follower", Deed.CUT, _follower_of_queue, 30, Seen.BY_RECEIVER),
    Fault("a queue's follower", Deed.BLIP, _follower_of_queue, 8, Seen.BY_RECEIVER),
    Fault("two brokers", Deed.KILL, _some(BROKERS, 2)),
    Fault("a host's web processes", Deed.KILL, _web_host, 2, is_daily=True),
    Fault("a host's web processes", Deed.CUT, _web_host, 25),
    Fault("a host's web processes", Deed.FREEZE, _web_host, 25),
    Fault("a directory worker", Deed.KILL, _either("directory-worker"), 2),
    Fault("a referral worker", Deed.KILL, _either("referral-worker"), 30, Seen.BY_RECEIVER),
    Fault("a referral worker", Deed.CUT, _either("referral-worker"), 60, Seen.BY_RECEIVER),
    Fault("a notification worker", Deed.KILL, _either("notification-worker"), 30, Seen.BY_RECEIVER),
    Fault("a notification worker", Deed.CUT, _either("notification-worker"), 60, Seen.BY_RECEIVER),
    Fault("both referral workers", Deed.KILL, _both("referral-worker")),
    Fault("a whole host", Deed.KILL, _host("abc"), 60, is_daily=True),
    Fault("the primary's whole host", Deed.KILL, _host_of("leader"), 60),
    Fault("the primary's whole host", Deed.CUT, _host_of("leader"), 60),
    Fault("a whole host", Deed.CUT, _host("abc"), 60),
    Fault("the gateway", Deed.KILL, lambda *_: ["caddy"]),
)
