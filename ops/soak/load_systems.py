"""Systems to put under load: one machine's stack or a cluster, each begun for it and taken down after it.

Why: what is asked and what is judged is the same for both; how one signs in, counts and samples is not.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from attack.target import Target
from cluster_check.cluster import Cluster
from cluster_check.start import cluster_of_its_own
from local_stack.demo import bring_up
from local_stack.layout import Layout
from local_stack.sign_in import sign_in
from local_stack.stack import Stack
from service_kit.db.provision import libpq
from setu.roles import OFFICER
from soak.load_samples import Sample, sample_of_cluster, sample_of_stack

SENT = "SELECT id FROM referral_sent"
MANY = "1000000000"
"""What one account may send an hour: a client of the load sends more than any person."""
OFFICERS = 120
"""Who send, beside the sample's own: each ends with about as many referrals as ninety days of work leave."""


KEEPALIVE, KEEPALIVE_OF_GATEWAY = 15.0, 30.0
"""Seconds, after which a service (`service_kit.web.gunicorn`) and a cluster's gateway close a silent connection."""


@dataclass(frozen=True)
class System:
    """What a load needs of one. `ready` holds each service's address and the sample directory."""

    ready: Mapping[str, Any]
    token: Callable[[str], str]  # a session of this role
    sent: Callable[[], set[str]]  # ids of all referrals in the database
    sample: Callable[[float], Sample]  # at so many seconds from the start
    keepalive: float  # seconds, after which it closes a silent connection

    def officers(self) -> list[str]:
        """A session of each officer. Raises SystemExit where the sample was loaded before, with none to spare."""
        staff = [one for one in self.ready["staff"].values() if one["role"] == OFFICER]
        if not staff:
            raise SystemExit("This checkout's sample data have no officers for a load: `make clean` first.")
        return [sign_in(self.ready["directory"], one) for one in staff]


@contextmanager
def one_machine() -> Iterator[System]:
    """Bring a stack up; it is stopped afterwards. Raises local_stack's errors where it does not come up."""
    os.environ["SETU_SENDS_AN_HOUR"] = MANY
    stack = Stack(Layout.from_environment())
    stack.take("soak PARTS=load")
    try:
        target = Target(stack, bring_up(stack, officers=OFFICERS), random.SystemRandom(), float("inf"))
        sent, sample = partial(_sent_of_stack, stack), partial(sample_of_stack, stack)
        yield System(target.ready, target.token, sent, sample, KEEPALIVE)
    finally:
        stack.stop()


@contextmanager
def three_hosts() -> Iterator[System]:
    """Bring a cluster up; it is taken down afterwards. Raises Refused, Broken."""
    with cluster_of_its_own("setu-cluster-load", officers=OFFICERS) as (cluster, _):
        cluster.wait_until_whole()
        sample = partial(sample_of_cluster, cluster, cluster.database("leader"), cluster.containers.process_ids())
        sent = partial(_sent_of_cluster, cluster)
        yield System(cluster.ready, cluster.token, sent, sample, KEEPALIVE_OF_GATEWAY)


def _sent_of_stack(stack: Stack) -> set[str]:
    with psycopg.connect(libpq(stack.environments.database("referral", "worker"))) as database:
        return {str(id_) for (id_,) in database.execute(SENT).fetchall()}


def _sent_of_cluster(cluster: Cluster) -> set[str]:
    return {id_ for (id_,) in cluster.rows("referral", SENT)}
