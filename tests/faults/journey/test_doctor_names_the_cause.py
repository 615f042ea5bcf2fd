"""Faults of one machine under a running system: what the user sees, what `setu doctor` says, and that nothing is lost.

Given a fault, then whoever sends is refused in words or notices nothing, the doctor names the cause, and what was
answered with 2xx is there once it is over (docs/operations.md, "Faults on one machine").
"""

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from local_stack.doctor import examine
from local_stack.journal_clients import Clients
from local_stack.worker_reasons import reasons_of_worker
from support.events import eventually
from support.faults import whole_system_oracle as oracle
from support.faults.one_machine import (
    database_speaks_tls,
    doctor_within,
    end_connections,
    in_a_namespace_of_its_own,
    lay_certificate,
    processes_of,
    rabbitmqctl,
    silent_connections,
    web_process_by,
)
from support.faults.whole_system import WholeSystem
from support.kit.certificate_authority import Authority

DESCRIPTORS, FORKED = 120, 2  # of each web process; processes that serve beside the first one
NAME = "database.setu.test"
IN_A_SOAK = "SETU_SOAK_SEED" in os.environ
ALARMS = [
    pytest.param(
        ("set_vm_memory_high_watermark", "absolute", "1MB"),
        ("set_vm_memory_high_watermark", "absolute", "512MB"),
        "low on memory",
        id="memory",
    ),
    pytest.param(("set_disk_free_limit", "900000GB"), ("set_disk_free_limit", "50MB"), "low on disk", id="disk"),
]


@dataclass(frozen=True)
class Beside:
    """What a web process that runs beside the usual ones depends on, so that a test can take it away."""

    hosts: Path
    authority: Authority

    @property
    def verified(self) -> str:
        """What is put behind the database's URL."""
        return f"?sslmode=verify-full&sslrootcert={self.authority.certificate_file}"


@pytest.fixture(scope="module")
def beside(system: WholeSystem, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    """The referral service's web process has few descriptors and reaches its database by a name, over TLS.

    One for all tests here, each of which puts right what it has taken away: to start it twice takes as long as a test.
    """
    folder = tmp_path_factory.mktemp("beside")
    made, resolver = Beside(folder / "hosts", Authority(folder, "trusted")), folder / "resolv.conf"
    made.hosts.write_text(f"127.0.0.1 {NAME}\n")
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")  # nobody listens there
    behind = in_a_namespace_of_its_own({"/etc/hosts": made.hosts, "/etc/resolv.conf": resolver})
    behind += ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"]

    def by_name(url: str) -> str:
        return url.replace("127.0.0.1", NAME) + made.verified

    with database_speaks_tls(system, made.authority, NAME), web_process_by(system, by_name, behind=behind):
        yield made


def worker_says(system: WholeSystem, service: str, words: str) -> bool:
    """Whether the gauges that the doctor reads say it: to ask them costs no process, and the doctor's probes do."""
    return any(words in reason for reason in reasons_of_worker(system.port_of(f"{service}-worker")))


def doctor_says(system: WholeSystem, pattern: str) -> bool:
    """Whether one of the doctor's complaints matches; it is asked no further than that."""
    return any(re.search(pattern, found.words) for found in examine(system.stack) if not found.good)


def try_to_send(clients: Clients, key: str) -> httpx.Response:
    """One try, whatever comes of it."""
    return clients.people["officer"]._http.post(clients.url, json=clients.body, headers={"Idempotency-Key": key})


def everybody_is_told(system: WholeSystem, clients: Clients) -> None:
    eventually(lambda: not oracle.notices_expected(system, clients) - oracle.notices_planned(system, clients))
    oracle.each_notice_is_there_once(system, clients)


def is_refused_in_words(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and len(answer.json()["detail"]) > 10


@pytest.mark.parametrize(("raise_alarm", "end_alarm", "words"), ALARMS if IN_A_SOAK else ALARMS[:1])
def test_an_alarm_of_the_broker_delays_notices_and_is_named(
    system: WholeSystem, clients: Clients, raise_alarm: tuple[str, ...], end_alarm: tuple[str, ...], words: str
) -> None:
    rabbitmqctl(system, *raise_alarm)
    try:
        sent = clients.carry_out("accepted")  # who sends and who answers notices nothing
        eventually(lambda: worker_says(system, "referral", words))
        assert doctor_says(system, f"RabbitMQ is {words} and takes none")
        told = "SELECT count(*) FROM notice WHERE referral_id = :id"
        assert system.scalar("notification", told, id=sent.id) == 0
    finally:
        rabbitmqctl(system, *end_alarm)
    everybody_is_told(system, clients)


@pytest.mark.usefixtures("beside")
def test_more_connections_than_file_descriptors_wait_and_end_no_process(system: WholeSystem, clients: Clients) -> None:
    eventually(lambda: len(processes_of(system, "referral-web")) == 1 + FORKED)
    before = processes_of(system, "referral-web")
    with silent_connections(system.port_of("referral-web"), DESCRIPTORS), pytest.raises(httpx.TimeoutException):
        httpx.get(f"{system.ready['referral']}/healthz", timeout=1)
    clients.carry_out("accepted")
    assert processes_of(system, "referral-web") == before
    oracle.shows_what_the_journal_says(clients)


def test_without_its_keyring_nothing_is_sent_and_the_file_is_named(system: WholeSystem, clients: Clients) -> None:
    keyring, key = system.stack.layout.keyring, str(uuid.uuid4())
    away = keyring.rename(keyring.with_name("unmounted"))
    try:
        assert is_refused_in_words(try_to_send(clients, key))
        assert doctor_says(system, f"the keyring: {keyring}: No such file")
    finally:
        away.rename(keyring)
    eventually(lambda: try_to_send(clients, key).status_code == 201)
    try:
        keyring.chmod(0o644)
        assert doctor_says(system, "can be read by others: chmod 600")
    finally:
        keyring.chmod(0o600)


def test_while_the_name_of_the_database_is_not_found_sending_waits_and_the_doctor_says_so(
    system: WholeSystem, clients: Clients, beside: Beside
) -> None:
    key = str(uuid.uuid4())
    assert try_to_send(clients, str(uuid.uuid4())).status_code == 201
    beside.hosts.write_text("127.0.0.1 localhost\n")
    try:
        end_connections(system)
        assert is_refused_in_words(try_to_send(clients, key))
        url = system.stack.environments.database_url.replace("127.0.0.1", NAME)
        said = doctor_within(system, "referral-web", SETU_DATABASE_URL=url)
        assert "PostgreSQL does not let the referral service in: its name is not found: is DNS away" in said
    finally:
        beside.hosts.write_text(f"127.0.0.1 {NAME}\n")
    eventually(lambda: try_to_send(clients, key).status_code == 201)


def test_a_certificate_of_the_database_that_has_run_out_is_named_and_a_new_one_needs_no_restart(
    system: WholeSystem, clients: Clients, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = str(uuid.uuid4())
    assert try_to_send(clients, str(uuid.uuid4())).status_code == 201
    lay_certificate(system, beside.authority, timedelta(hours=-1), NAME)
    try:
        end_connections(system)
        eventually(lambda: is_refused_in_words(try_to_send(clients, key)))
        with monkeypatch.context() as environment:
            environment.setenv("SETU_DATABASE_URL", system.stack.environments.database_url + beside.verified)
            assert doctor_says(system, "PostgreSQL does not let the referral service in: its TLS certificate has run")
    finally:
        lay_certificate(system, beside.authority, timedelta(hours=1), NAME)
    eventually(lambda: try_to_send(clients, key).status_code == 201)
