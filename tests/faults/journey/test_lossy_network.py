"""A slow and lossy network lies between the referral service, its database and the broker: slower, and nothing else.

`make soak` sets SETU_LOSSY_REFERRALS (so many are sent) and SETU_SOAK_SEED (another course of events).
"""

import os

from local_stack.journal_clients import Clients
from support.events import eventually
from support.faults import whole_system_oracle as oracle
from support.faults.lossy_network import Weather, lossy_network
from support.faults.one_machine import parts_with
from support.faults.whole_system import WholeSystem

SEED = os.environ.get("SETU_SOAK_SEED", "one course of events")
REFERRALS = int(os.environ.get("SETU_LOSSY_REFERRALS", "3"))
PAUSE = 0.05 if "SETU_LOSSY_REFERRALS" in os.environ else 1.0  # seconds between two of one client
WEATHER = Weather(delay=0.01, loss=0.02, seed=SEED)


def test_what_clients_were_told_over_a_lossy_network_is_there_once(system: WholeSystem) -> None:
    layout, environments = system.stack.layout, system.stack.environments
    with lossy_network(WEATHER, [layout.postgres_port, layout.amqp_port]) as far:
        away = {}
        for part in ("referral-web", "referral-worker"):
            usual = environments.of(*part.split("-"))
            names = ("SETU_DATABASE_URL", "SETU_AMQP_URL")
            away[part] = {name: usual[name].replace("127.0.0.1", far) for name in names if name in usual}
        with parts_with(system, away):
            clients = Clients(system, SEED, pause=PAUSE)
            before = oracle.referrals_of_the_officer(clients)
            with clients.at_work(2):
                eventually(lambda: len(clients.journal) >= REFERRALS or clients.enough.is_set(), seconds=600)
            eventually(lambda: oracle.unpublished(system, "referral") == 0, seconds=120)
    eventually(lambda: not oracle.notices_expected(system, clients) - oracle.notices_planned(system, clients))
    assert oracle.referrals_of_the_officer(clients) - before == {sent.id for sent in clients.journal}
    oracle.shows_what_the_journal_says(clients)
    oracle.each_notice_is_there_once(system, clients)
