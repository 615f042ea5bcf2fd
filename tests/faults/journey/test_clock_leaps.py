"""The clock of the referral service and of sending moves by an hour and by years, and is put right again.

Given referrals that were answered for, when the clock leaps, then nothing is deleted or ended by it, the doctor says
so, and once it is right everything is there, and mail leaves. `make soak` (SETU_SOAK_SEED) also moves it back by three
years.
"""

import os
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from local_stack.doctor import examine
from local_stack.journal_clients import Clients
from local_stack.worker_reasons import reasons_of_worker
from support.events import eventually
from support.faults import whole_system_oracle as oracle
from support.faults.one_machine import parts_with, restart_with
from support.faults.whole_system import WholeSystem

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
PARTS = ("referral-web", "referral-worker", "notification-worker")
LEAPS = ("+3y", "-3y") if "SETU_SOAK_SEED" in os.environ else ("+3y",)
CLOCK_LEAPT = "the clock leapt"
WAITS = "a loop waits, since the clock leapt"
KEPT = {
    "referral": ("referral_sent", "referrer_view", "task", "identity", "referral_key"),
    "notification": ("notice", "delivery", "sending_day"),
}
WORKERS = ("referral-worker", "notification-worker")
TWO_DAYS = "INSERT INTO clock_note SELECT now() - n * interval '1 hour' FROM generate_series(1, 48) n"
GIVEN_UP = "SELECT count(*) FROM delivery WHERE state = 'failed'"
HEARTBEAT_OF_THE_LEAP = "UPDATE session_heartbeat SET as_of = now() + interval '1095 days'"
OF_THE_LEAP = """
    UPDATE delivery SET next_attempt_at = now() + interval '1095 days', worth_until = now() + interval '1098 days'
    WHERE state = 'waiting'
"""


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    if not LIBRARIES:
        pytest.fail("libfaketime is not installed (`make test` does it; by hand: apt-get install libfaketime)")
    offset = {"FAKETIME_TIMESTAMP_FILE": str(tmp_path / "offset"), "FAKETIME_CACHE_DURATION": "1"}
    one = {"SETU_WEB_WORKERS": "1"}  # each process learns of the next offset at a moment of its own
    log = {"SETU_SURVIVORS": str(tmp_path / "survivors"), "SETU_BACKUP_RECIPIENTS": str(tmp_path / "recipients")}
    (tmp_path / "recipients").write_text(str(Identity.generate().to_public()))
    for service in ("referral", "notification"):
        (tmp_path / "survivors" / service).mkdir(parents=True)
    faked = {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return faked | offset | one | log | {"SETU_MAIL_RATE": "50"}


def test_a_clock_that_moves_and_is_put_right_takes_nothing_with_it(
    system: WholeSystem, settings: dict[str, str]
) -> None:
    def move(offset: str) -> None:
        """Set the clock of the parts beside the machine's: `+1h`, `-3y`."""
        Path(settings["FAKETIME_TIMESTAMP_FILE"]).write_text(f"{offset}\n")

    clients = Clients(system, "one at a time")
    ended = system.scalar("notification", GIVEN_UP)
    plans = ("accepted", "withdrawn", "declined")
    before = oracle.referrals_of_the_officer(clients)
    for plan in plans:
        clients.carry_out(plan)
    move("+0")
    for service in KEPT:
        system.change(service, TWO_DAYS)
    with parts_with(system, dict.fromkeys(PARTS, settings)):
        move("+1h")
        for plan in plans:
            clients.carry_out(plan)
        move("-1h")
        eventually(lambda: status_of_a_look(clients) == 401)  # a session of the future is none: sign in again
        there, survivors = counts(system), Path(settings["SETU_SURVIVORS"])
        eventually(lambda: len(list(survivors.glob("*/*"))) >= len(KEPT))
        logged = set(survivors.glob("*/*"))
        for years in LEAPS:
            move(years)
            already = {worker: waited(system, worker) for worker in WORKERS}
            for worker in WORKERS:
                restart_with(system, worker, settings)  # its sweeps run when it starts
            for worker in WORKERS:
                eventually(lambda: waited(system, worker) >= already[worker] + 2, seconds=90)  # noqa: B023 (within this turn)
            eventually(lambda: CLOCK_LEAPT in " ".join(reasons_of_worker(system.port_of("referral-worker"))))
            assert doctor_says_the_clock_leapt(system)
            assert status_of_a_look(clients) == 401
        assert {table: left for table, left in counts(system).items() if left < there[table]} == {}
        assert set(survivors.glob("*/*")) >= logged
        system.change("notification", OF_THE_LEAP)
        system.change("referral", HEARTBEAT_OF_THE_LEAP)
        move("+0")
        eventually(lambda: status_of_a_look(clients) == 200)
        clients.carry_out("accepted")
        eventually(lambda: system.scalar("notification", "SELECT count(*) FROM delivery WHERE state = 'waiting'") == 0)
        eventually(lambda: system.scalar("referral", "SELECT as_of <= now() FROM session_heartbeat"), seconds=120)
    eventually(lambda: not oracle.notices_expected(system, clients) - oracle.notices_planned(system, clients))
    assert system.scalar("notification", GIVEN_UP) == ended
    assert oracle.referrals_of_the_officer(clients) - before == {sent.id for sent in clients.journal}
    oracle.shows_what_the_journal_says(clients)
    oracle.consent_that_ended_has_ended(system, clients)


def status_of_a_look(clients: Clients) -> int:
    answer = clients.people["officer"].ask("GET", f"{clients.url}?limit=1")
    return answer.status_code if answer is not None else 503


def counts(system: WholeSystem) -> dict[str, int]:
    return {
        table: system.scalar(service, f"SELECT count(*) FROM {table}")  # noqa: S608  # our own words
        for service, tables in KEPT.items()
        for table in tables
    }


def waited(system: WholeSystem, worker: str) -> int:
    return system.log_of(worker).read_text().count(WAITS)


def doctor_says_the_clock_leapt(system: WholeSystem) -> bool:
    return any(f"referral worker: {CLOCK_LEAPT}" in found.words for found in examine(system.stack) if not found.good)
