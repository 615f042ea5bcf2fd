"""One stack: private servers, databases, and the six processes; started in parallel, stopped in layers.

Promises: nothing is ended that this stack did not start; a start after kill -9 first ends what was left; a stack that
runs is not disturbed by a second start. Not for production (docs/operations.md).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from local_stack import secret_values
from local_stack.databases import prepare_databases
from local_stack.layout import SERVICES, Layout
from local_stack.postgres import Postgres
from local_stack.process_environments import Environments
from local_stack.processes import Ledger, Process, birth_of
from local_stack.rabbitmq import RabbitMQ, answers
from local_stack.steps import Failed, step
from service_kit.messaging.topology import ADMINISTRATOR
from setu_cli.topology import TOPOLOGY


class Stack:
    """The stack of one layout. Every command of the command line makes one and asks it for one thing."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.ledger = Ledger(layout.stack / "processes.json")
        self._owner_file = layout.stack / "owner.json"

    @property
    def secrets(self) -> dict[str, str]:
        """The stack's secrets, made at the first call."""
        return secret_values.load_or_make(self.layout.stack / "secrets.env")

    @property
    def environments(self) -> Environments:
        """What each process is given; the servers must have been started once before."""
        database_url, amqp_url = os.environ.get("SETU_DATABASE_URL"), os.environ.get("SETU_AMQP_URL")
        own_broker = (
            f"amqp://{ADMINISTRATOR}:{self.secrets['RABBITMQ_ADMIN_PASSWORD']}@127.0.0.1:{self.layout.amqp_port}/"
        )
        return Environments(
            self.layout,
            self.secrets,
            database_url or self.postgres().url,
            amqp_url or own_broker,
            users_on_broker=not amqp_url,
        )

    def running(self) -> list[Process]:
        """Give the living processes that this stack started."""
        return [process for process in self.ledger.processes() if process.alive()]

    def owner(self) -> int | None:
        """Give the pid of the `setu demo` that holds this stack, if it lives."""
        with suppress(FileNotFoundError):
            owner = json.loads(self._owner_file.read_text())
            if birth_of(owner["pid"]) == owner["birth"]:
                return int(owner["pid"])
        return None

    def take(self, command: str) -> None:
        """Make this process the owner, after ending what a killed one left behind.

        `command`: what was typed after `make`, to be typed again with other ports. Raises Failed where another process
        owns it, or a port is taken.
        """
        if owner := self.owner():
            raise Failed(
                f"This stack is running already (process {owner}). `make down` stops it; SETU_PORT_BASE sets another."
            )
        if self.running():
            with step("Ending what an earlier run left behind"):
                self.stop()
        self._check_ports(command)
        self.layout.sms_settings.unlink(missing_ok=True)
        for folder in (self.layout.logs, self.layout.mail):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.layout.stack.chmod(0o700)
        self._owner_file.write_text(json.dumps({"pid": os.getpid(), "birth": birth_of(os.getpid())}))

    def start(self) -> None:
        """Bring everything up: servers and migrations together, then the six processes. Raises Failed, DidNotStart."""
        with ThreadPoolExecutor() as pool:
            broker = pool.submit(self._start_broker)
            with step("Starting PostgreSQL and RabbitMQ, migrating three databases"):
                if "SETU_DATABASE_URL" not in os.environ:
                    self.postgres().start()
                prepare_databases(self.environments)
                broker.result()

    def start_sms_gateway(self) -> None:
        """Start the simulated SMS gateway, unless the environment names a real one."""
        if "SETU_SMS" in os.environ:
            return
        port, log = self.layout.sms_port, self.layout.logs / "sms-gateway.log"
        text = (Path(__file__).parent / "sms_demo.toml").read_text(encoding="utf-8")
        places = {"{gateway}": f"http://127.0.0.1:{port}", "{notices}": self.layout.url("notification")}
        for place, address in places.items():
            text = text.replace(place, address)
        self.layout.sms_settings.write_text(text, encoding="utf-8")
        callback = f"{self.layout.url('notification')}/api/callbacks/sms"
        command = [sys.executable, "-m", "local_stack.sms_gateway", "--port", str(port), "--callback", callback]
        environment = self.environments.of("notification", "web")
        started = self.ledger.start("SMS gateway", command, log=log, env=environment, cwd=self.layout.checkout)
        self.ledger.wait_until(lambda: answers(port), started, log=log, seconds=20)

    def start_processes(self) -> list[Future[None]]:
        """Start the six processes; each future ends when its process answers."""
        return self._start_together([(service, process) for service in SERVICES for process in ("web", "worker")])

    def start_parts(self, parts: Collection[str]) -> None:
        """Start single parts (`rabbitmq`, `referral-web`, …) again that were stopped or died: servers first."""
        for name, start in (("postgresql", self.postgres().start), ("rabbitmq", self._start_broker)):
            if name in parts:
                start()
        six = [part.split("-") for part in parts if "-" in part]
        for started in self._start_together([(service, process) for service, process in six]):
            started.result()

    def _start_together(self, processes: Sequence[tuple[str, str]]) -> list[Future[None]]:
        pool = ThreadPoolExecutor(max_workers=6)
        ready = [pool.submit(self.start_one, service, process) for service, process in processes]
        pool.shutdown(wait=False)
        return ready

    def start_one(self, service: str, process: str) -> None:
        """Start one of the six and wait until it answers."""
        log = self.layout.logs / f"{service}-{process}.log"
        command, ready = self._command(service, process)
        started = self.ledger.start(
            f"{service} {process}",
            command,
            log=log,
            env=self.environments.of(service, process),
            cwd=self.layout.checkout,
        )
        self.ledger.wait_until(ready, started, log=log, seconds=60)

    def command(self, environment: Mapping[str, str], *arguments: str) -> str:
        """Run a `setu …` command with a process's environment and give what it printed. Raises Failed."""
        command = [sys.executable, "-m", "setu_cli", *arguments]
        done = subprocess.run(
            command, env=dict(environment), cwd=self.layout.checkout, capture_output=True, text=True, check=False
        )
        if done.returncode:
            words = (done.stderr or done.stdout).strip()[-2000:]
            raise Failed(f"`setu {' '.join(arguments)}` failed:\n{words}")
        return done.stdout

    def stop(self) -> None:
        """End everything in good order and take back the file that says all is up."""
        self.forget_ready()
        self.ledger.stop_all()
        self._owner_file.unlink(missing_ok=True)

    def stop_owner(self) -> None:
        """Ask the `setu demo` that holds the stack to end, as Ctrl-C would."""
        if owner := self.owner():
            self.ledger.stop(Process("setu demo", owner, birth_of(owner) or "", int(signal.SIGTERM)), patience_s=60)

    def forget(self) -> None:
        """Delete all data, secrets, logs and mail of this stack."""
        for folder in (self.layout.servers, self.layout.stack, self.layout.mail, self.layout.ready_file.parent):
            shutil.rmtree(folder, ignore_errors=True)

    def forget_ready(self) -> None:
        """Delete ready.json if it is this stack's."""
        with suppress(FileNotFoundError, ValueError):
            if json.loads(self.layout.ready_file.read_text())["directory"] == self.layout.url("directory"):
                self.layout.ready_file.unlink()

    def postgres(self) -> Postgres:
        """Give this stack's database server."""
        layout = self.layout
        return Postgres(layout.servers / "postgres", layout.postgres_port, layout.logs / "postgresql.log", self.ledger)

    def rabbitmq(self) -> RabbitMQ:
        """Give this stack's broker."""
        layout, secrets = self.layout, self.secrets
        users = {f"{service}_service": secrets[f"{service.upper()}_AMQP_PASSWORD"] for service in SERVICES}
        return RabbitMQ(
            layout.servers / "rabbitmq",
            layout.amqp_port,
            layout.distribution_port,
            layout.epmd_port,
            layout.logs / "rabbitmq.log",
            self.ledger,
            TOPOLOGY.definitions(users | {ADMINISTRATOR: secrets["RABBITMQ_ADMIN_PASSWORD"]}),
        )

    def _start_broker(self) -> None:
        if url := os.environ.get("SETU_AMQP_URL"):
            TOPOLOGY.declare(url)
            return
        for stale in (process for process in self.ledger.processes() if process.name == "epmd"):
            self.ledger.stop(stale)
        self.rabbitmq().start()

    def _command(self, service: str, process: str) -> tuple[list[str], Callable[[], bool]]:
        package = f"{service}_service"
        if process == "web":
            app = f"{package}.app:create_app()"
            gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:service_kit.web.gunicorn", app]
            return gunicorn, lambda: says_ready(self.layout.url(service))
        return [sys.executable, "-m", f"{package}.worker"], lambda: answers(self.layout.metrics_port(service, process))

    def _check_ports(self, command: str) -> None:
        external = {"PostgreSQL"} if "SETU_DATABASE_URL" in os.environ else set()
        external |= {"AMQP", "Erlang distribution", "epmd"} if "SETU_AMQP_URL" in os.environ else set()
        taken = {name: port for name, port in self.layout.ports().items() if name not in external and answers(port)}
        if taken:
            named = ", ".join(f"{port} ({name})" for name, port in taken.items())
            raise Failed(
                f"Another program listens on {named}. Stop it, or choose other ports: "
                f"SETU_PORT_BASE={self.layout.base + 100} make {command}"
            )


def says_ready(base_url: str) -> bool:
    """Say whether a service's web process calls itself ready."""
    try:
        with urllib.request.urlopen(f"{base_url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
