"""A private RabbitMQ node: own data and cookie, AMQP, distribution and epmd on loopback only, no user `guest`.

Why: the stack must neither touch nor need a system-wide broker, and one that listens to the world is a hole. Users,
queues and permissions come from a definitions file that the node loads while it boots: no second start of Erlang.
Not for production: one node is no cluster (docs/operations.md).
"""

import json
import os
import secrets
import shutil
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local_stack.processes import Ledger, Process
from local_stack.system_accounts import Account, private_folder, root_drops_to

NO_BUSY_WAITING = "+sbwt none +sbwtdcpu none +sbwtdio none"
PLACES = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin")


class NoRabbitMQ(Exception):
    """RabbitMQ, or Erlang's epmd, is not installed."""


@dataclass(frozen=True)
class RabbitMQ:
    """One node under `folder`; `management_port` adds the HTTP API (half a second and 20 MB more)."""

    folder: Path
    amqp_port: int
    distribution_port: int
    epmd_port: int
    log: Path
    ledger: Ledger
    definitions: Mapping[str, object]
    management_port: int | None = None

    def start(self) -> Process:
        """Start epmd and the node, return when AMQP answers. Raises NoRabbitMQ, NoSuchAccount or DidNotStart."""
        server, epmd, account = find_server(), find_epmd(), root_drops_to("rabbitmq")
        self._write_settings(account)
        self._start_epmd(epmd, account)
        process = self.ledger.start(
            "RabbitMQ",
            [str(server)],
            log=self.log,
            env=self.environment(),
            account=account,
            cwd=self.folder,
            layer=0,
        )
        self.ledger.wait_until(lambda: answers(self.amqp_port), process, log=self.log, seconds=90)
        return process

    def environment(self) -> dict[str, str]:
        """Give the environment under which the node runs and `rabbitmqctl` finds it."""
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "RABBITMQ_NODENAME": f"setu{self.amqp_port}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {{127,0,0,1}} {NO_BUSY_WAITING}",
            "RUNNING_UNDER_SYSTEMD": "true",  # makes the start script become the node, so that its pid is the node's
        }

    def _write_settings(self, account: Account | None) -> None:
        private_folder(self.folder, account)
        for name in ("data", "log"):
            private_folder(self.folder / name, account)
        lines = {
            "listeners.tcp.1": f"127.0.0.1:{self.amqp_port}",
            "definitions.import_backend": "local_filesystem",
            "definitions.local.path": str(self.folder / "definitions.json"),
            "disk_free_limit.absolute": "50MB",
            "vm_memory_high_watermark.absolute": "512MiB",
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
        }
        if self.management_port:
            lines |= {"management.tcp.ip": "127.0.0.1", "management.tcp.port": str(self.management_port)}
        plugins = "rabbitmq_management" if self.management_port else ""
        self._write("rabbitmq.conf", "".join(f"{name} = {value}\n" for name, value in lines.items()), account)
        self._write("rabbitmq-env.conf", "", account)
        self._write("enabled_plugins", f"[{plugins}].\n", account)
        self._write("definitions.json", json.dumps(self.definitions, indent=1), account)
        if not (self.folder / ".erlang.cookie").exists():
            self._write(".erlang.cookie", secrets.token_hex(16), account)
            (self.folder / ".erlang.cookie").chmod(0o400)

    def _write(self, name: str, text: str, account: Account | None) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        if account:
            account.own(path)

    def _start_epmd(self, epmd: Path, account: Account | None) -> None:
        # Erlang would start one itself, as a daemon that nobody remembers; ours stays in the ledger.
        process = self.ledger.start(
            "epmd",
            [str(epmd), "-port", str(self.epmd_port)],
            log=self.log,
            env={"PATH": "/usr/bin:/bin", "ERL_EPMD_ADDRESS": "127.0.0.1"},
            account=account,
            stop_signal=signal.SIGKILL,  # it holds nothing but names in memory
            layer=0,
        )
        self.ledger.wait_until(lambda: answers(self.epmd_port), process, log=self.log, seconds=10)


def find_server() -> Path:
    """Give the node's own start script, behind Debian's wrapper that insists on changing users. Raises NoRabbitMQ."""
    on_path = shutil.which("rabbitmq-server")
    places = [*(Path(place) for place in PLACES), *([Path(on_path).resolve().parent] if on_path else [])]
    for place in places:
        if (place / "rabbitmq-server").exists() and (place / "rabbitmq-env").exists():
            return place / "rabbitmq-server"
    raise NoRabbitMQ(f"RabbitMQ is not installed (looked for rabbitmq-server in {', '.join(PLACES)} and PATH).")


def find_epmd() -> Path:
    """Give Erlang's port mapper. Raises NoRabbitMQ."""
    if found := shutil.which("epmd"):
        return Path(found)
    for pattern in (
        "usr/lib/erlang/erts-*/bin/epmd",
        "opt/homebrew/lib/erlang/erts-*/bin/epmd",
        "usr/local/lib/erlang/erts-*/bin/epmd",
    ):
        if places := sorted(Path("/").glob(pattern)):
            return places[-1]
    raise NoRabbitMQ("Erlang's epmd, which comes with RabbitMQ's packages, was not found.")


def answers(port: int) -> bool:
    """Say whether something accepts connections on this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
