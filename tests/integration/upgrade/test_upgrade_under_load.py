"""The last release is upgraded to this one under load, and rolled back: the steps of docs/operations.md, "Upgrading".

Given officers and case workers at work on the last release, when its databases are migrated under it, when processes of
both releases work beside one another and then this release alone, and when the last release comes back onto the newer
schema, then one repetition of a request hides all of it, nothing is lost or doubled, and officers read what they read
before.

`make soak` sets SETU_UPGRADE_REFERRALS (so many between two steps, by more clients that hardly pause) and
SETU_SOAK_SEED (another course of events).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local_stack.journal_clients import Clients
from support.events import eventually
from support.faults import whole_system_oracle as oracle
from support.upgrade.two_releases import NEW, OLD, TwoReleases, two_releases

SEED = os.environ.get("SETU_SOAK_SEED", "one course of events")
SOAK = os.environ.get("SETU_UPGRADE_REFERRALS")
REFERRALS, CLIENTS, PAUSE = (int(SOAK), 3, 0.3) if SOAK else (1, 2, 3.0)  # seconds, of a client between two
SERVICES = ("directory", "referral", "notification")
RECEIVERS_BEFORE_SENDER = ("referral", "notification", "directory")


@pytest.fixture(scope="module")
def system() -> Iterator[TwoReleases]:
    with two_releases() as running:
        yield running


def test_one_repetition_hides_an_upgrade_and_the_way_back(system: TwoReleases) -> None:
    clients = Clients(system, SEED, pause=PAUSE, person=system.person)
    before = oracle.referrals_of_the_officer(clients)
    settled = [clients.carry_out(plan) for plan in ("accepted", "declined", "withdrawn")]

    with clients.at_work(CLIENTS):
        work_goes_on(clients)
        answers = officers_answers(clients, settled)

        for service in SERVICES:
            system.command(service, "migrate")
        work_goes_on(clients)
        events_of_this_release_reach_the_last_one(system, clients)
        replace_workers(system, clients, RECEIVERS_BEFORE_SENDER, old=OLD, new=NEW)
        replace_web_processes(system, clients, old=OLD, new=NEW)
        work_goes_on(clients)
        assert officers_answers(clients, settled) == answers

        replace_web_processes(system, clients, old=NEW, new=OLD)
        replace_workers(system, clients, RECEIVERS_BEFORE_SENDER[::-1], old=NEW, new=OLD)
        work_goes_on(clients)
        assert officers_answers(clients, settled) == answers

    all_has_come_through(system, clients)
    print(f"{len(clients.journal)} referrals during an upgrade and the way back")  # noqa: T201  # for whoever plays it long
    oracle.all_is_as_told(system, clients, before)


def events_of_this_release_reach_the_last_one(system: TwoReleases, clients: Clients) -> None:
    """A web process that came too early: what it records goes out by, and is read by, workers of the last release."""
    system.start_beside(NEW, "referral", "web")
    work_goes_on(clients)
    system.end(NEW, "referral", "web")


def replace_workers(system: TwoReleases, clients: Clients, services: tuple[str, ...], *, old: str, new: str) -> None:
    """One service after the other: the new worker beside the old one as a hot spare, then alone.

    The broker learns of new events when their receivers know them; what the directory no longer sends has been taken
    in before they forget them.
    """
    for service in services:
        if service == "directory" and new == NEW:
            system.declare_topology()
        system.start_beside(new, service, "worker")
        work_goes_on(clients)
        system.end(old, service, "worker")
        if service == "directory" and new == OLD:
            eventually(lambda: system.setu("directory", "outbox", "status").startswith("0 wait"))


def replace_web_processes(system: TwoReleases, clients: Clients, *, old: str, new: str) -> None:
    """Both releases answer beside one another; then the old processes end, one service after the other."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        list(pool.map(lambda service: system.start_beside(new, service, "web"), SERVICES))
    work_goes_on(clients)
    a_session_of_one_release_ends_in_the_other(system)
    for service in SERVICES:
        system.end(old, service, "web")
    work_goes_on(clients)


def work_goes_on(clients: Clients) -> None:
    """Until so many more referrals were answered for."""
    stored = len(clients.journal)
    eventually(lambda: len(clients.journal) >= stored + REFERRALS or clients.enough.is_set(), seconds=120)
    assert not clients.failures, clients.failures


def a_session_of_one_release_ends_in_the_other(system: TwoReleases) -> None:
    """Whoever signs in at either directory is let in by both referral services, and out of both."""
    for door in system.doors["directory"]:
        headers = {"Authorization": f"Bearer {system.fresh_token('officer')}"}
        both = [f"{referral}/api/referrals?limit=1" for referral in system.doors["referral"]]
        assert [httpx.get(url, headers=headers, timeout=60).status_code for url in both] == [200, 200]
        assert httpx.delete(f"{door}/api/session", headers=headers, timeout=60).status_code == 204
        for url in both:
            eventually(lambda: httpx.get(url, headers=headers, timeout=60).status_code == 401)  # noqa: B023 (within this turn)


def officers_answers(clients: Clients, settled: list[Any]) -> list[object]:
    """What the officer reads of referrals that nothing happens to any more, field by field."""
    return [clients.people["officer"].insist("GET", f"{clients.url}/{sent.id}")[0].json() for sent in settled]


def all_has_come_through(system: TwoReleases, clients: Clients) -> None:
    """Until nothing waits to go out, to be taken in, or to be told."""
    eventually(lambda: oracle.withdrawals_waiting(system) == 0)
    for service in ("directory", "referral"):
        eventually(lambda: oracle.unpublished(system, service) == 0)  # noqa: B023 (within this turn)
    eventually(lambda: not oracle.notices_expected(system, clients) - oracle.notices_planned(system, clients))
    left = "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending') AND referral_id IS NOT NULL"
    eventually(lambda: system.scalar("notification", left) == 0)
