"""What is missing or wrong on this machine and in this stack, each finding with what to do about it.

Why: the first question after "it does not work" should be answered by the program. Changes nothing.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local_stack.layout import SERVICES
from local_stack.machine import (
    LEAST_DISK_MB,
    disks,
    find_clock_fault,
    find_descriptor_fault,
    find_keyring_fault,
    find_time_zone_fault,
)
from local_stack.postgres import NoPostgres, find_programs
from local_stack.probes import find_broker_fault, find_database_fault, find_mail_fault
from local_stack.rabbitmq import NoRabbitMQ, answers, find_epmd, find_server
from local_stack.restored import find_older_databases
from local_stack.sms_check import find_sms_fault
from local_stack.stack import Stack, says_ready
from local_stack.worker_reasons import reasons_of_worker
from service_kit.clock import SystemClock


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is in order, and in words what was seen and what to do."""

    words: str
    good: bool = True


def examine(stack: Stack) -> Iterator[Finding]:
    """Look at everything, cheapest first."""
    yield Finding(f"Python {sys.version.split()[0]} in {sys.prefix}")
    yield _installed("PostgreSQL", "SETU_DATABASE_URL", lambda: str(find_programs()), "postgresql")
    yield _installed("RabbitMQ", "SETU_AMQP_URL", lambda: f"{find_server().parent}, {find_epmd()}", "rabbitmq-server")
    yield from _disks(stack)
    if (fault := find_time_zone_fault()) is not None:
        yield Finding(fault, good=False)
    yield from _secrets(stack)
    running = {process.name for process in stack.running()}
    if running:
        yield from _running(stack, running)
    else:
        yield from _stopped(stack)
    yield from _sms(stack)


def _installed(name: str, variable: str, where: Callable[[], str], package: str) -> Finding:
    if variable in os.environ:
        return Finding(f"{name}: the one that {variable} names")
    try:
        return Finding(f"{name} in {where()}")
    except (NoPostgres, NoRabbitMQ) as error:
        return Finding(f"{error} `make demo` installs it; by hand: apt-get install {package}", good=False)


def _disks(stack: Stack) -> Iterator[Finding]:
    for place, free in disks(stack.layout):
        words = f"{free} MB free on the disk of {place}"
        yield Finding(words if free > LEAST_DISK_MB else f"{words}: make room", good=free > LEAST_DISK_MB)


def _secrets(stack: Stack) -> Iterator[Finding]:
    path = stack.layout.stack / "secrets.env"
    if path.exists():
        private = path.stat().st_mode & 0o077 == 0
        words = "is readable by its owner alone" if private else f"is open to others: chmod 600 {path}"
        yield Finding(f"{path} {words}", good=private)


def _sms(stack: Stack) -> Iterator[Finding]:
    """Whether every SMS text was registered; the service's own command knows."""
    if not (stack.layout.stack / "secrets.env").exists():
        return
    environment = stack.environments.of("notification", "worker")
    if "SETU_SMS" not in environment:
        return
    fault = find_sms_fault(environment)
    words = "every SMS text was registered" if fault is None else f"SMS: {fault} (setu notification sms)"
    yield Finding(words, good=fault is None)


def _running(stack: Stack, running: set[str]) -> Iterator[Finding]:
    wanted = [f"{service} {process}" for service in SERVICES for process in ("web", "worker")]
    wanted += [] if "SETU_DATABASE_URL" in os.environ else ["PostgreSQL"]
    wanted += [] if "SETU_AMQP_URL" in os.environ else ["RabbitMQ", "epmd"]
    for name in wanted:
        log = stack.layout.logs / f"{name.replace(' ', '-').lower()}.log"
        words = "runs" if name in running else f"does not run; its last words are in {log}"
        yield Finding(f"{name} {words}", good=name in running)
    for service in SERVICES:
        url = stack.layout.url(service)
        if f"{service} web" in running:
            ready = says_ready(url)
            words = "is ready" if ready else "cannot serve: its database does not answer"
            yield Finding(f"{url} {words}", good=ready)
        if f"{service} worker" in running:
            reasons = reasons_of_worker(stack.layout.metrics_port(service, "worker"))
            yield from (Finding(f"{service} worker: {reason}", good=False) for reason in reasons)
    yield from (Finding(fault, good=False) for fault in _causes(stack))


def _causes(stack: Stack) -> Iterator[str]:
    """Why something is not as it should be, where a look from outside tells."""
    environments, now = stack.environments, SystemClock().now()
    url_of = {service: environments.database(service, "worker") for service in SERVICES}
    for service, url in url_of.items():
        if (fault := find_database_fault(url)) is not None:
            yield f"PostgreSQL does not let the {service} service in: {fault}"
    for service in SERVICES:
        if (fault := find_broker_fault(environments.broker(service))) is not None:
            yield f"RabbitMQ does not let the {service} service in: {fault}"
    if (fault := find_keyring_fault(stack.layout.keyring)) is not None:
        yield f"the keyring: {fault}"
    if (fault := find_clock_fault(url_of["referral"], now)) is not None:
        yield fault
    for process in stack.running():
        if (fault := find_descriptor_fault(process.pid)) is not None:
            yield f"{process.name} {fault}"
    yield from find_older_databases(url_of.__getitem__)
    if (fault := find_mail_fault(environments.of("notification", "worker"))) is not None:
        yield f"mail does not leave: {fault}"


def _stopped(stack: Stack) -> Iterator[Finding]:
    yield Finding(f"the stack at port base {stack.layout.base} is not running; `make demo` starts it")
    for name, port in stack.layout.ports().items():
        if answers(port):
            words = f"port {port} ({name}) is taken by another program: stop it, or set SETU_PORT_BASE"
            yield Finding(words, good=False)
