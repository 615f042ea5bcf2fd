"""The whole system for fault tests: private servers, the sample directory, and six processes that may be killed."""

import json
import os
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import text

from local_stack.demo import bring_up
from local_stack.layout import CHECKOUT, SERVICES, Layout
from local_stack.processes import DidNotStart, Process, birth_of
from local_stack.rabbitmq import answers
from local_stack.sign_in import sign_in
from local_stack.stack import Stack
from local_stack.test_servers import PLACE, PREFIX
from service_kit.db.engine import Database
from setu_cli.__main__ import setu
from support.demo_stack import free_base
from support.events import eventually
from support.kit.forked import end_of, load_services, start_forked
from support.notification_smtp import (
    SmtpServer,
    smtp_server,
)

SERVERS = ("postgresql", "rabbitmq")
MANY = "1000000000"
"""What one account may send an hour: a client of a test sends more than any person."""


class ForkingStack(Stack):
    """A stack whose programs are forked where nothing has to be there before them; a demo starts them from nothing."""

    def command(self, environment: Mapping[str, str], *arguments: str) -> str:
        """Run a `setu …` command with a process's environment and give what it printed."""
        output = self.layout.stack / f"printed-{'-'.join(arguments[:2])}"
        ended = end_of(start_forked("setu_cli.__main__:main", *arguments, environment=environment, output=output), 120)
        assert ended == 0, output.read_text()
        return output.read_text()

    def start_one(self, service: str, process: str) -> None:
        """Start one of the six and wait until it answers."""
        started, log = self.launch(service, process, {}), self.layout.logs / f"{service}-{process}.log"
        self.ledger.wait_until(self._command(service, process)[1], started, log=log, seconds=60)

    def launch(
        self, service: str, process: str, settings: Mapping[str, str], *, behind: Sequence[str] = (), number: str = ""
    ) -> Process:
        """Start one of the six with these settings, behind a command if one is named; one more of it has a number."""
        name = f"{service} {process} {number}".strip()
        log = self.layout.logs / f"{name.replace(' ', '-')}.log"
        command, environment = self._command(service, process)[0], self.environments.of(service, process) | settings
        if behind or "LD_PRELOAD" in settings:
            return self.ledger.start(name, [*behind, *command], log=log, env=environment, cwd=CHECKOUT)
        _, _, module, *arguments = command
        function = "gunicorn.app.wsgiapp:run" if module == "gunicorn" else f"{module}:main"
        program = start_forked(function, *arguments, environment=environment, output=log)
        started = Process(name, program.pid, birth_of(program.pid) or "gone", signal.SIGTERM)
        with self.ledger._writing:
            self.ledger._remember([*self.ledger.processes(), started])
        return started


@dataclass
class WholeSystem:
    """Parts are named as for `setu start`: `rabbitmq`, `referral-worker`, …; mail goes to `smtp`."""

    stack: ForkingStack
    ready: dict[str, Any]
    smtp: SmtpServer
    deaths: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, str] = field(default_factory=dict)

    def start(self, *parts: str, failpoint: str = "") -> None:
        """Start parts and return when they answer; with a failpoint at once, for they may be dead before that."""
        for part in parts:
            if part in SERVERS:
                eventually(lambda: self._server_starts(part), seconds=60)  # noqa: B023 (asked within this turn)
            else:
                self.launch(part, self.usual_settings | ({"SETU_FAILPOINT": failpoint} if failpoint else {}))
        if not failpoint:
            for part in parts:
                self.wait_for(part)

    def wait_for(self, part: str) -> None:
        """Until it answers on its port."""
        if part not in SERVERS:
            eventually(lambda: answers(self.port_of(part)), seconds=60)

    def kill(self, *parts: str) -> None:
        """SIGKILL, for a web process also to the workers that it forked."""
        for part in parts:
            process = self.process(part)
            self.deaths[part] += 1
            os.killpg(process.pid, signal.SIGKILL)
            self.stack.ledger.stop(process)

    def stop(self, *parts: str) -> None:
        """End parts in good order."""
        self.stack.ledger.stop(*(self.process(part) for part in parts))

    def wait_for_death(self, part: str) -> None:
        """Until the part has killed itself at its failpoint."""
        process = self.process(part)
        eventually(lambda: self._gone(process), seconds=60)
        self.deaths[part] += 1
        self.stack.ledger.stop(process)

    def process(self, part: str) -> Process:
        (found,) = [each for each in self.stack.ledger.processes() if each.name.lower().replace(" ", "-") == part]
        return found

    def port_of(self, part: str) -> int:
        service, kind = part.split("-")
        layout = self.stack.layout
        return layout.web_port(service) if kind == "web" else layout.metrics_port(service, kind)

    def address(self, service: str) -> str:
        """Where the service answers."""
        return str(self.ready[service])

    def log_of(self, part: str) -> Path:
        return self.stack.layout.logs / f"{part}.log"

    def setu(self, service: str, *arguments: str) -> str:
        """What `setu <service> …` prints when an operator types it beside the service's worker."""
        return typed(self.stack.environments.of(service, "worker"), service, *arguments)

    def rows(self, service: str, query: str, **values: Any) -> list[Any]:
        """Read a service's database as its worker."""
        with self.databases[service].transaction() as session:
            return list(session.execute(text(query), values))

    def change(self, service: str, statement: str, **values: Any) -> None:
        """Change a service's database as its worker."""
        with self.databases[service].transaction() as session:
            session.execute(text(statement), values)

    def scalar(self, service: str, query: str, **values: Any) -> Any:
        return self.rows(service, query, **values)[0][0]

    @cached_property
    def databases(self) -> dict[str, Database]:
        environments = self.stack.environments
        return {service: Database(environments.database(service, "worker"), pool_size=2) for service in SERVICES}

    def token(self, role: str) -> str:
        """A session of this role, the same at each call."""
        if role not in self._tokens:
            self._tokens[role] = self.fresh_token(role)
        return self._tokens[role]

    def fresh_token(self, role: str) -> str:
        """Sign in anew."""
        return sign_in(self.address("directory"), self.ready["accounts"][role])

    @property
    def usual_settings(self) -> dict[str, str]:
        """What each process is given beside what the stack gives it."""
        return {"SETU_SMTP_URL": mail_url(self.smtp), "SETU_SENDS_AN_HOUR": MANY}

    def launch(self, part: str, settings: Mapping[str, str], *, behind: Sequence[str] = ()) -> None:
        """Start a process with these settings, and behind a command if one is named, without waiting for it."""
        self.stack.launch(*part.split("-"), settings, behind=behind)

    def _server_starts(self, part: str) -> bool:
        """A killed database may leave sessions that end a moment later, and it does not start beside them."""
        for stale in (each for each in self.stack.ledger.processes() if each.name.lower() == part):
            self.stack.ledger.stop(stale)
        try:
            self.stack.start_parts([part])
        except DidNotStart:
            return False
        return True

    def _gone(self, process: Process) -> bool:
        self.stack.ledger._reap(process)
        return not process.alive()


def typed(environment: Mapping[str, str], *arguments: str) -> str:
    """What `setu …` prints in this environment."""
    done = CliRunner().invoke(setu, arguments, env=dict(environment))
    assert done.exit_code == 0, done.output
    return done.output


def mail_url(smtp: SmtpServer) -> str:
    return f"{smtp.url}?tls=never"


@contextmanager
def stack_of_its_own() -> Iterator[tuple[ForkingStack, Path]]:
    """A stack on free ports that is not started yet, and its folder; both are gone afterwards, however the run ends."""
    load_services()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PLACE))
    folder.chmod(0o755)
    stack = ForkingStack(Layout(CHECKOUT, free_base(), folder / "var"))
    # what the next run needs to end this one's processes, should this one be killed
    (folder / "owner.json").write_text(json.dumps({"pid": os.getpid(), "birth": birth_of(os.getpid())}))
    (folder / "processes.json").symlink_to(stack.layout.stack / "processes.json")
    try:
        yield stack, folder
    finally:
        stack.stop()
        stack.forget()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def whole_system() -> Iterator[WholeSystem]:
    """Bring one up that is gone afterwards."""
    with smtp_server() as smtp, stack_of_its_own() as (stack, _):
        with _settings_passed_on(SETU_SMTP_URL=mail_url(smtp), SETU_SENDS_AN_HOUR=MANY):
            stack.take("test")
            ready = bring_up(stack)
        system = WholeSystem(stack, ready, smtp)
        yield system
        for database in system.databases.values():
            database.dispose()


@contextmanager
def _settings_passed_on(**settings: str) -> Iterator[None]:
    """What the stack hands on to its processes, for as long as the block lasts."""
    before = {name: os.environ[name] for name in settings if name in os.environ}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            os.environ.pop(name)
        os.environ.update(before)
