"""The two servers that the tests need, started around one test run and thrown away with it.

Why: tests run against a real PostgreSQL and a real RabbitMQ on a machine that has none running. SETU_TEST_POSTGRES_URL
and SETU_TEST_AMQP_URL, where set, name running ones instead. Not durable, so not for anything that has to survive.

Use: `python -m local_stack.test_servers -- pytest …` starts them, runs the command with both variables set, and returns
its exit code. With `--in-memory` first their files lie in memory where there is room for them: it is slow on a disk to
lay out the files of a database for a test. Not for what measures.
"""

import argparse
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from local_stack.postgres import Postgres
from local_stack.processes import Ledger, birth_of
from local_stack.rabbitmq import RabbitMQ
from service_kit.messaging.topology import password_hash

PLACE, MEMORY, PREFIX = "/var/tmp", "/dev/shm", "setu-test-"  # noqa: S108 - places that the servers' users can reach
ROOM = 8 * 1024**3  # bytes that must be free in memory for it to be taken; a whole run fills two of them


@dataclass(frozen=True)
class TestServers:
    """Where the servers are: a superuser's and an administrator's URL, and the broker's management API if known."""

    postgres_url: str
    amqp_url: str
    management_url: str
    postgres: Postgres | None
    rabbitmq: RabbitMQ | None

    __test__ = False  # not a test class, whatever its name looks like

    @classmethod
    @contextmanager
    def start(cls, *, in_memory: bool = False) -> Iterator["TestServers"]:
        """Start what the environment does not name, in a temporary folder; stop and forget it afterwards."""
        with _folder_for_servers(_memory_or_disk() if in_memory else PLACE) as (folder, ledger):
            yield cls._start_missing(folder, ledger)

    @classmethod
    def _start_missing(cls, folder: Path, ledger: Ledger) -> "TestServers":
        postgres_url, amqp_url = os.environ.get("SETU_TEST_POSTGRES_URL", ""), os.environ.get("SETU_TEST_AMQP_URL", "")
        password, ports = secrets.token_urlsafe(18), free_ports(5)
        postgres = Postgres(folder / "postgres", ports[0], folder / "postgres.log", ledger, durable=False)
        rabbitmq = RabbitMQ(
            folder / "rabbitmq", ports[1], ports[2], ports[3], folder / "rabbitmq.log", ledger,
            administrator_only(password), management_port=ports[4],
        )  # fmt: skip
        with ThreadPoolExecutor() as pool:
            starting = [
                pool.submit(server.start) for server, url in ((postgres, postgres_url), (rabbitmq, amqp_url)) if not url
            ]
            for started in starting:
                started.result()
        return cls(
            postgres_url or postgres.url,
            amqp_url or f"amqp://administrator:{password}@127.0.0.1:{ports[1]}/",
            os.environ.get("SETU_TEST_MANAGEMENT_URL", "") if amqp_url else f"http://127.0.0.1:{ports[4]}",
            None if postgres_url else postgres,
            None if amqp_url else rabbitmq,
        )

    def as_environment(self) -> dict[str, str]:
        """Give the variables by which tests find the servers."""
        return {
            "SETU_TEST_POSTGRES_URL": self.postgres_url,
            "SETU_TEST_AMQP_URL": self.amqp_url,
            "SETU_TEST_MANAGEMENT_URL": self.management_url,
        }


@contextmanager
def durable_postgres() -> Iterator[str]:
    """Start a PostgreSQL that waits for the disk as a real one does, and give its superuser's URL; for measuring."""
    with _folder_for_servers() as (folder, ledger):
        postgres = Postgres(folder / "postgres", free_ports(1)[0], folder / "postgres.log", ledger)
        postgres.start()
        yield postgres.url


@contextmanager
def _folder_for_servers(place: str = PLACE) -> Iterator[tuple[Path, Ledger]]:
    _end_what_killed_runs_left()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    folder.chmod(0o755)
    (folder / "owner.json").write_text(json.dumps({"pid": os.getpid(), "birth": birth_of(os.getpid())}))
    ledger = Ledger(folder / "processes.json")
    try:
        yield folder, ledger
    finally:
        ledger.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def _memory_or_disk() -> str:
    there = Path(MEMORY)
    return MEMORY if there.is_dir() and shutil.disk_usage(there).free >= ROOM else PLACE


def _end_what_killed_runs_left() -> None:
    for note in (note for place in (PLACE, MEMORY) for note in Path(place).glob(f"{PREFIX}*/owner.json")):
        owner = json.loads(note.read_text() or "{}")
        if owner and birth_of(owner["pid"]) != owner["birth"]:
            Ledger(note.parent / "processes.json").stop_all()
            shutil.rmtree(note.parent, ignore_errors=True)


def administrator_only(password: str) -> dict[str, object]:
    """Give RabbitMQ definitions with one virtual host and one user, who may do everything."""
    user = {"name": "administrator", "password_hash": password_hash(password), "tags": "administrator"}
    return {
        "users": [user | {"hashing_algorithm": "rabbit_password_hashing_sha256"}],
        "vhosts": [{"name": "/"}],
        "permissions": [{"user": "administrator", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}],
    }


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on at this moment.

    They lie below the range that systems hand out to outgoing connections, or one of those might take a port before the
    server does. Each process of a parallel test run has a part of them, or two might find the same before either binds.
    Browsers open no page at port 10080 (the WHATWG Fetch standard's "bad port").
    """
    found: list[int] = []
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    part = 21_900 // processes
    for port in random.sample(range(10_100 + number * part, 10_100 + (number + 1) * part), 1000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise OSError("no free ports")


def main(arguments: list[str]) -> int:
    """Run a command beside fresh servers and give its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are stopped on the way out
    parser = argparse.ArgumentParser("python -m local_stack.test_servers", description=main.__doc__)
    parser.add_argument("--in-memory", action="store_true", help="their files lie in memory where there is room")
    parser.add_argument("command", nargs="+", help="after two dashes, with its own options")
    asked = parser.parse_args(arguments)
    with TestServers.start(in_memory=asked.in_memory) as servers:
        return subprocess.run(asked.command, env=os.environ | servers.as_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
