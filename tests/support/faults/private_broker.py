"""A RabbitMQ node of one test's own, which it may kill and start again on the same data."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local_stack.processes import Ledger, Process
from local_stack.rabbitmq import RabbitMQ
from local_stack.test_servers import free_ports
from setu_cli.topology import TOPOLOGY
from support.events import eventually


@dataclass
class PrivateBroker:
    """`kill` is SIGKILL; `start` brings the node back with the messages that it had confirmed."""

    node: RabbitMQ
    passwords: dict[str, str]
    running: list[Process] = field(default_factory=list)

    def url_for(self, service: str) -> str:
        name = f"{service.removesuffix('_service')}_service"
        return f"amqp://{name}:{self.passwords[name]}@127.0.0.1:{self.node.amqp_port}/"

    def start(self) -> None:
        self.running.append(self.node.start())
        eventually(self.remembers_its_queues)

    def remembers_its_queues(self) -> bool:
        """Whether a node that is killed now finds its quorum queues again.

        A queue is declared half a second before the file with the names of its members is written: killed in between,
        RabbitMQ starts an empty member beside nothing, which elects no leader and confirms no message.
        """
        (names,) = (self.node.folder / "data").glob("*@localhost/quorum/*/names.dets")
        on_disk = names.read_bytes()
        return all(queue.encode() in on_disk for queue in TOPOLOGY.queues())

    def kill(self) -> None:
        process = self.running.pop()
        os.kill(process.pid, signal.SIGKILL)
        self.node.ledger.stop(*self.node.ledger.processes())  # reaps it, and ends its port mapper


@contextmanager
def private_broker() -> Iterator[PrivateBroker]:
    """A started node with the topology and a user a service; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="setu-broker-", dir="/var/tmp"))
    folder.chmod(0o755)
    ledger = Ledger(folder / "processes.json")
    passwords = {service: secrets.token_hex(12) for service in TOPOLOGY.services}
    ports = free_ports(3)
    node = RabbitMQ(folder / "node", *ports, folder / "log", ledger, TOPOLOGY.definitions(passwords))
    broker = PrivateBroker(node, passwords)
    try:
        broker.start()
        yield broker
    finally:
        ledger.stop_all()
        shutil.rmtree(folder, ignore_errors=True)
