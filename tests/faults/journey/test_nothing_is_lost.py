"""Processes, broker and database die under load, each message comes again; then all is as the clients were told.

Given clients that note every 2xx, when processes die at the worst moments and at random ones, then, once everything
runs again, nothing is lost, no effect is doubled and no version goes back.

`make soak` sets SETU_SOAK_NOTICES (go on until there are so many, or SETU_SOAK_MINUTES are over) and SETU_SOAK_SEED
(another course of events).
"""

import os
import random
import time

from local_stack.journal_clients import (
    Clients,
    Person,
)
from notification_service.use_cases.deliver_due import SENT_NOT_RECORDED
from service_kit import failpoints
from support.events import eventually
from support.faults import whole_system_oracle as oracle
from support.faults.whole_system import WholeSystem

SEED = os.environ.get("SETU_SOAK_SEED", "one course of events")
NOTICES = int(os.environ.get("SETU_SOAK_NOTICES", "0"))
LONGEST = 60 * float(os.environ.get("SETU_SOAK_MINUTES", "0"))  # seconds, of killing at random
DRAINED = 3600 if NOTICES else 120  # seconds
PATIENCE = 600 if NOTICES else 120  # seconds, of a client that repeats on a machine that may be busy
AGAIN = 2 if NOTICES else 1  # deliveries more of each message; tests/faults/kit has two in any case
KILLED = 3 if NOTICES else 1  # processes at random, beside the database, however short the time is
AT_RANDOM = ("directory-worker", "referral-web", "referral-worker", "notification-web", "notification-worker")
DEATHS = (
    (failpoints.COMMITTED_NOT_PUBLISHED, f"{failpoints.IN_A_HANDLER}:3"),
    (failpoints.PUBLISHED_NOT_CONFIRMED, failpoints.COMMITTED_NOT_ACKED),
    (failpoints.CONFIRMED_NOT_MARKED, SENT_NOT_RECORDED),
)


def test_what_clients_were_told_is_what_is_there(system: WholeSystem) -> None:
    clients = Clients(system, SEED, pause=0 if NOTICES else 2.0)
    before = oracle.referrals_of_the_officer(clients)

    with clients.at_work(2):
        die_at_the_worst_moments(system)
        if NOTICES:  # test_sign_out_after_an_outage.py has it in any case
            the_broker_dies_under_load(system, clients)
        die_at_random(system, clients)
    wait_until_all_has_come_through(system, clients)
    oracle.each_notice_is_there_once(system, clients)  # before a further delivery could bring what was lost
    deliver_everything_again(system)
    wait_until_all_has_come_through(system, clients)
    wait_until_mail_is_out(system)

    print(f"{len(clients.journal)} referrals, {notices(system)} notices, killed: {dict(system.deaths)}")  # noqa: T201  # what a long run did, for its reader
    oracle.all_is_as_told(system, clients, before)


def die_at_the_worst_moments(system: WholeSystem) -> None:
    for in_relay, in_consumer in DEATHS if NOTICES else DEATHS[-1:]:  # tests/faults/kit has each of them in any case
        system.kill("referral-worker", "notification-worker")
        system.start("referral-worker", failpoint=in_relay)
        system.start("notification-worker", failpoint=in_consumer)
        system.wait_for_death("referral-worker")
        system.start("referral-worker")  # or nothing more would reach the other
        system.wait_for_death("notification-worker")
        system.start("notification-worker")


def the_broker_dies_under_load(system: WholeSystem, clients: Clients) -> None:
    system.kill("rabbitmq")
    clients_are_told_of(clients, 5)  # they notice nothing
    system.start("rabbitmq")


def die_at_random(system: WholeSystem, clients: Clients) -> None:
    chance, end = random.Random(SEED), time.monotonic() + LONGEST  # noqa: S311 (a seed that can be given again)
    parts = ["postgresql", *chance.sample(AT_RANDOM, KILLED)]
    while parts or (time.monotonic() < end and notices(system) < NOTICES and not clients.enough.is_set()):
        part = parts.pop() if parts else chance.choice([*AT_RANDOM, "postgresql", "rabbitmq", "directory-web"])
        clients_are_told_of(clients, 50 if NOTICES else 3)
        system.kill(part)
        system.start(part)


def clients_are_told_of(clients: Clients, count: int) -> None:
    """Until so many more referrals are in the journal: the load goes on."""
    stored = len(clients.journal)
    eventually(lambda: len(clients.journal) >= stored + count or clients.enough.is_set(), seconds=PATIENCE)


def notices(system: WholeSystem) -> int:
    return int(system.scalar("notification", "SELECT count(*) FROM notice"))


def deliver_everything_again(system: WholeSystem) -> None:
    for _ in range(AGAIN):
        for service in ("directory", "referral"):
            eventually(lambda: oracle.unpublished(system, service) == 0, seconds=DRAINED)  # noqa: B023 (within this turn)
            system.change(service, "UPDATE outbox SET published_at = NULL, retry_at = NULL")


def wait_until_all_has_come_through(system: WholeSystem, clients: Clients) -> None:
    """Until a last event of each exchange has arrived behind all others, and nothing waits for another attempt."""
    eventually(lambda: oracle.withdrawals_waiting(system) == 0, seconds=DRAINED)
    for service in ("directory", "referral"):
        eventually(lambda: oracle.unpublished(system, service) == 0, seconds=DRAINED)  # noqa: B023 (within this turn)
    leaver = Person(system.fresh_token("officer"))
    assert leaver.insist("DELETE", f"{system.ready['directory']}/api/session")[0].status_code == 204
    last = clients.carry_out("sent")
    of_last = "SELECT count(*) FROM notice WHERE referral_id = :id"
    eventually(lambda: system.scalar("notification", of_last, id=last.id) > 0, seconds=DRAINED)
    for service in ("referral", "notification"):
        sessions = "SELECT count(*) FROM revoked_session"
        eventually(lambda: system.scalar(service, sessions) == revoked(system), seconds=DRAINED)  # noqa: B023  # asked before the loop goes on
        waiting = "SELECT count(*) FROM inbox WHERE state = 'waiting'"
        eventually(lambda: system.scalar(service, waiting) == 0, seconds=DRAINED)  # noqa: B023  # asked before the loop goes on


def wait_until_mail_is_out(system: WholeSystem) -> None:
    let_leases_run_out(system)
    eventually(lambda: deliveries_left(system) == 0, seconds=DRAINED)


def let_leases_run_out(system: WholeSystem) -> None:
    """A sender that was killed holds its message for five minutes. Let these pass, while no living one holds any."""
    system.stop("notification-worker")
    system.change("notification", "UPDATE delivery SET lease_until = now() WHERE state = 'sending'")
    system.start("notification-worker")


def deliveries_left(system: WholeSystem) -> int:
    """Mail about referrals that is still to go out; what is due of a meeting waits for the morning."""
    left = "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending') AND referral_id IS NOT NULL"
    return int(system.scalar("notification", left))


def revoked(system: WholeSystem) -> int:
    return int(system.scalar("directory", "SELECT count(*) FROM outbox WHERE type = 'directory.session.revoked.v1'"))
