"""Drives the journey through a cluster of its own, then breaks it under load: `python -m cluster_check`.

Why: docker-compose.cluster.yml promises to lose nothing. The seed is printed, and SETU_CLUSTER_SEED plays the same
again; SETU_CLUSTER_FAULTS is how many faults are struck (without it each daily one, once). Exit code 1 when something
was lost, doubled or out of order, or a client waited longer than a fault's limit. Needs a Docker engine; some 3 GB.
"""

import os
import random
import signal
import sys
from collections import Counter
from functools import partial

from cluster_check import operator
from cluster_check.certificates import Authority
from cluster_check.cluster import Cluster
from cluster_check.containers import Containers, Refused
from cluster_check.faults import FAULTS, Fault
from cluster_check.listener import Listener
from cluster_check.load import Load
from cluster_check.oracle import Verdict, compare, referrals_of_the_officer
from cluster_check.report import Blow, Observed, table_of
from cluster_check.start import cluster_of_its_own
from local_stack.http_json import Unexpected
from local_stack.journal_clients import Clients
from local_stack.journey import Broken, Journey
from local_stack.steps import say, step

PROJECT = "setu-cluster-check"
CLIENTS = 2
OPERATIONS = {operator.REPLACE: 25.0, operator.FORWARD: 5.0}
"""What an operator does under load, and the seconds that it may keep a client waiting."""


def main() -> int:
    """Start, drive, break, compare; leave nothing behind."""
    seed = os.environ.get("SETU_CLUSTER_SEED", str(random.SystemRandom().randrange(2**32)))
    say(f"seed {seed}: SETU_CLUSTER_SEED={seed} make cluster-check plays the same again")
    chance = random.Random(f"{seed} faults")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # takes the cluster down, too
    try:
        with cluster_of_its_own(PROJECT) as (cluster, authority):
            _renew_certificate(cluster.containers, authority)
            code = _play(cluster, seed, _wanted(chance), chance)
            if not code:
                say("✓ docker-compose.cluster.yml carries referrals while its hosts die")
            return code
    except (Broken, Refused, Unexpected) as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1


def _wanted(chance: random.Random) -> list[Fault]:
    """The faults in random order."""
    if count := int(os.environ.get("SETU_CLUSTER_FAULTS", "0")):
        rounds = [chance.sample(FAULTS, len(FAULTS)) for _ in range(-(-count // len(FAULTS)))]
        return [fault for each in rounds for fault in each][:count]
    daily = [fault for fault in FAULTS if fault.is_daily]
    return chance.sample(daily, len(daily))


def _play(cluster: Cluster, seed: str, faults: list[Fault], chance: random.Random) -> int:
    with step("Driving a referral through the gateway"):
        _walk(cluster)
    cluster.wait_until_whole()
    for heading in (operator.LOOK, operator.ARCHIVE):
        with step(f"Typing the commands of “{heading}”"):
            operator.type_commands(cluster.containers, heading)
    clients = Clients(cluster, seed, pause=0.3)
    before = referrals_of_the_officer(clients)
    try:
        seen = _break(Load(cluster, clients, Listener(clients)), faults, chance)
    except (Broken, Refused):
        _judge(cluster, clients, before)  # what broke may have lost something, too
        raise
    verdicts = [_judge(cluster, clients, before)]
    with step(f"Typing the commands of “{operator.RESTORE}”"):
        operator.type_commands(cluster.containers, operator.RESTORE)
        cluster.wait_until_whole()
    verdicts.append(_judge(cluster, clients, before))
    _walk(cluster)
    return int(not all(verdict.is_clean for verdict in verdicts) or not all(each.is_within_its_limit for each in seen))


def _break(load: Load, faults: list[Fault], chance: random.Random) -> list[Observed]:
    """Strike the faults, and do what an operator does, while clients are at work; the table is printed in any case."""
    blows: list[Blow] = []
    try:
        with step(f"Striking {len(faults)} faults under load"), load.listener.at_work(), load.clients.at_work(CLIENTS):
            for strike in [
                *(partial(load.strike, fault, chance) for fault in faults),
                *(partial(load.operate, heading, limit_s) for heading, limit_s in OPERATIONS.items()),
            ]:
                blows.append(strike())
                say(f"  {blows[-1].what}: whole after {load.observed(blows[-1]).whole_after:.0f} s")
    finally:
        seen = [load.observed(blow) for blow in blows]
        say(table_of(seen))
    return seen


def _renew_certificate(containers: Containers, authority: Authority) -> None:
    """Put another certificate where the first was, and see it served. Raises Broken."""
    with step(f"Typing the commands of “{operator.RENEW}”"):
        wanted = authority.issue()
        operator.type_commands(containers, operator.RENEW)
        if authority.served_at(containers.port) != wanted:
            raise Broken("the gateway goes on showing the old certificate")


def _walk(cluster: Cluster) -> None:
    walked = Journey(cluster.ready).walk(patience_s=60)
    say(f"  {walked.reference} was accepted; the case worker was told after {walked.told_after_s * 1000:.0f} ms")


def _judge(cluster: Cluster, clients: Clients, before: Counter[str]) -> Verdict:
    with step("Comparing with the clients' journal"):
        verdict = compare(cluster, clients, before)
    say(f"  {len(clients.journal)} referrals: {verdict}")
    return verdict


if __name__ == "__main__":
    sys.exit(main())
