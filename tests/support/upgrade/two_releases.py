"""A whole system of which each web and worker process may be of the last release or of this one, also beside another.

The last release brings it up by its own `setu demo`, as an installation that is to be upgraded.
"""

import itertools
import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from local_stack.journal_clients import Person
from local_stack.journey import Broken
from local_stack.layout import CHECKOUT, SERVICES, Layout
from local_stack.processes import Ledger, Process
from local_stack.rabbitmq import answers
from local_stack.stack import says_ready
from local_stack.test_servers import free_ports
from support.events import eventually
from support.faults.whole_system import MANY, WholeSystem, mail_url, stack_of_its_own, typed
from support.notification_smtp import SmtpServer, smtp_server
from support.upgrade.last_release import Programs, bare_environment, last_release

OLD, NEW = "the last release", "this release"


@dataclass
class TwoReleases(WholeSystem):
    """`doors` are the addresses at which a service's web processes answer now: what a gateway in front knows."""

    programs: Programs = field(default_factory=lambda: Programs(CHECKOUT))
    doors: dict[str, list[str]] = field(default_factory=dict)
    running: dict[tuple[str, str, str], tuple[Process, str]] = field(default_factory=dict)

    def take_over(self) -> None:
        """Know the six processes that the last release started."""
        for service, kind in itertools.product(SERVICES, ("web", "worker")):
            door = self.stack.layout.url(service)
            self.running[OLD, service, kind] = self.process(f"{service}-{kind}"), door
            if kind == "web":
                self.doors[service] = [door]

    def address(self, service: str) -> str:
        """The newest of its doors."""
        return self.doors[service][-1]

    def start_beside(self, release: str, service: str, kind: str) -> None:
        """Start one more process of this kind, on ports of its own, and return when it answers."""
        port, metrics_port = free_ports(2)
        door = f"http://127.0.0.1:{port}"
        own = {"SETU_BIND": f"127.0.0.1:{port}", "SETU_METRICS_PORT": str(metrics_port), **self.usual_settings}
        own |= {"SETU_WEB_WORKERS": "1"}  # more of them is what several doors are
        log = self.stack.layout.logs / f"{service}-{kind}-{port}.log"
        if release == NEW:
            process = self.stack.launch(service, kind, own, number=str(port))
        else:
            process = self.stack.ledger.start(
                f"{service} {kind} {port}", [self.programs.python, *self.stack._command(service, kind)[0][1:]],
                log=log, env=self.stack.environments.of(service, kind) | own, cwd=self.programs.folder,
            )  # fmt: skip
        ready = (lambda: says_ready(door)) if kind == "web" else (lambda: answers(metrics_port))
        self.stack.ledger.wait_until(ready, process, log=log, seconds=60)
        self.running[release, service, kind] = process, door
        if kind == "web":
            self.doors[service].append(door)

    def end(self, release: str, service: str, kind: str) -> None:
        """End a process in good order; only then the gateway learns that its door is closed."""
        process, door = self.running.pop((release, service, kind))
        self.stack.ledger.stop(process)
        if kind == "web":
            self.doors[service].remove(door)

    def command(self, service: str, *arguments: str) -> str:
        """A command of this release, typed by whoever upgrades."""
        owner = self.stack.environments.database(service, "owner")
        environment = self.stack.environments.of(service, "worker") | {"SETU_DATABASE_OWNER_URL": owner}
        return typed(environment, service, *arguments)

    def declare_topology(self) -> None:
        """`setu topology declare` of this release, as the broker's administrator."""
        environments = self.stack.environments
        environment = environments.of("directory", "worker") | {"SETU_ADMIN_AMQP_URL": environments.amqp_url}
        typed(environment, "topology", "declare")

    def person(self, token: str = "") -> "PersonWhoRepeatsOnce":
        """A client behind the gateway."""
        return PersonWhoRepeatsOnce(self, token)


class PersonWhoRepeatsOnce(Person):
    """Asks at one of the doors in turn, and where nobody answers once more at another one; then gives up."""

    def __init__(self, system: TwoReleases, token: str) -> None:
        super().__init__(token)
        self._system, self._turns = system, itertools.count()

    def ask(self, method: str, url: str, body: object = None, **headers: str) -> httpx.Response | None:
        """One try at one door."""
        return super().ask(method, self._at_doors(url)[0], body, **headers)

    def insist(self, method: str, url: str, body: object = None, **headers: str) -> tuple[httpx.Response, bool]:
        """The answer, and whether it took a repetition. Raises Broken where that found nobody either."""
        for repeated, at_door in enumerate(self._at_doors(url)):
            if (answer := super().ask(method, at_door, body, **headers)) is not None:
                if answer.status_code >= 500:
                    raise Broken(f"{method} {url}: {answer.status_code} {answer.text}")
                return answer, bool(repeated)
        raise Broken(f"one repetition did not hide it: {method} {url}")

    def _at_doors(self, url: str) -> tuple[str, str]:
        """The address at the door whose turn it is, and at the next one; where there is one door, twice that."""
        service = next(name for name in SERVICES if url.startswith(self._system.ready[name]))
        doors, turn = list(self._system.doors[service]), next(self._turns)
        first, second = (doors[(turn + more) % len(doors)] for more in (0, 1))
        path = url.removeprefix(self._system.ready[service])
        return first + path, second + path


@contextmanager
def two_releases() -> Iterator[TwoReleases]:
    """Bring the last release up, in a stack that is gone afterwards."""
    programs = last_release().unpack()
    with (
        stack_of_its_own() as (stack, folder),
        smtp_server() as smtp,
        _demo_of(programs, stack.layout, smtp, folder / "demo.log") as ready,
    ):
        system = TwoReleases(stack, ready, smtp, Counter(), {}, programs)
        system.take_over()
        yield system
        for database in system.databases.values():
            database.dispose()


@contextmanager
def _demo_of(programs: Programs, layout: Layout, smtp: SmtpServer, output: Path) -> Iterator[dict[str, Any]]:
    """The last release's own `setu demo`, which stays until it is killed; its data go, so nothing is ended gently."""
    own = {"SETU_PORT_BASE": str(layout.base), "SETU_VAR_DIR": str(layout.var)}
    own |= {"SETU_SMTP_URL": mail_url(smtp), "SETU_SENDS_AN_HOUR": MANY}
    with output.open("wb") as log:
        demo = subprocess.Popen(
            [programs.python, "-m", "setu_cli", "demo"], cwd=programs.folder, env=bare_environment() | own,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        eventually(lambda: layout.ready_file.exists() or demo.poll() is not None, seconds=240)
        assert demo.poll() is None, output.read_text()
        yield json.loads(layout.ready_file.read_text())
    finally:
        demo.kill()
        demo.wait()
        for process in Ledger(layout.stack / "processes.json").processes():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
