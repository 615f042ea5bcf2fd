"""Containers of one compose project: started, killed, frozen, cut from the network and joined to it again.

Why: faults are struck from outside, as a power cut or a cable would, and never by asking a process to end itself.
`docker kill` resets connections, which is kinder than a lost network, so cables are cut, too.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from cluster_check.certificates import HOST
from local_stack.layout import CHECKOUT

FILE = "docker-compose.cluster.yml"
MANY = "1000000000"
"""What one account may send an hour: a client of the check sends more than any person."""


class Refused(Exception):
    """Docker did not do what it was asked; the message has its words."""


@dataclass(frozen=True)
class Containers:
    """The project's containers, named as in the compose file. `env_file` holds its secrets."""

    project: str
    env_file: Path
    port: int  # of the gateway, on loopback

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"https://{HOST}:{self.port}"

    def environment(self) -> dict[str, str]:
        """What docker compose needs to know of the project, beside this process's own variables."""
        return os.environ | {
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_ENV_FILES": str(self.env_file),
            "COMPOSE_FILE": FILE,
            "SETU_SENDS_AN_HOUR": MANY,
            "SETU_SITE": f"https://{HOST}",
            "SETU_SITE_PORT": "443",
            "SETU_PUBLIC_URL": self.url,
            "SETU_TLS": "tls /etc/caddy/tls/site.crt /etc/caddy/tls/site.key",
            "SETU_TLS_DIR": str((self.env_file.parent / "tls").relative_to(CHECKOUT)),
            "SETU_WEB_WORKERS": "1",
            "DOCKER_BUILDKIT": "1",
        }

    def compose(self, *arguments: str, patience_s: float = 900) -> str:
        """Run docker compose; what it printed. Raises Refused."""
        return _run(["docker", "compose", *arguments], patience_s, self.environment())

    def execute(self, part: str, *command: str, patience_s: float = 60) -> str:
        """Run a command inside a container; what it printed. Raises Refused."""
        return _run(["docker", "exec", self._name(part), *command], patience_s)

    def process_ids(self) -> dict[str, int]:
        """Part → the first process of its container, as this machine numbers it. Raises Refused."""
        names = self.compose("ps", "--format", "{{.Service}} {{.Name}}").splitlines()
        parts = dict(line.split() for line in names)
        told = _run(["docker", "inspect", "--format", "{{.State.Pid}}", *parts.values()], 60)
        return dict(zip(parts, map(int, told.split()), strict=True))

    def kill(self, parts: Iterable[str]) -> None:
        """SIGKILL, all at once. They stay down until `start`."""
        _run(["docker", "kill", "--signal", "KILL", *map(self._name, parts)], 60)

    def start(self, parts: Iterable[str]) -> None:
        """Start what was killed, on the data that it had."""
        _run(["docker", "start", *map(self._name, parts)], 120)

    def freeze(self, parts: Iterable[str]) -> None:
        """Let the processes stand still, connections and all."""
        _run(["docker", "pause", *map(self._name, parts)], 60)

    def thaw(self, parts: Iterable[str]) -> None:
        """Let them go on, as if no time had passed."""
        _run(["docker", "unpause", *map(self._name, parts)], 60)

    def cut(self, parts: Iterable[str], networks: Iterable[str]) -> None:
        """Take their cables out: what hangs on another network alone is still reached."""
        self._on_each(parts, networks, lambda _: ["disconnect"])

    def join(self, parts: Iterable[str], networks: Iterable[str]) -> None:
        """Put the cables back."""
        self._on_each(parts, networks, lambda part: ["connect", "--alias", part, "--alias", re.sub("-[ab]$", "", part)])

    def _on_each(self, parts: Iterable[str], networks: Iterable[str], deed: Callable[[str], list[str]]) -> None:
        commands = [
            ["docker", "network", *deed(part), f"{self.project}_{network}", self._name(part)]
            for part, network in product(parts, networks)
        ]
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda command: _run(command, 60), commands))

    def _name(self, part: str) -> str:
        return f"{self.project}-{part}-1"


def _run(command: list[str], patience_s: float, environment: dict[str, str] | None = None) -> str:
    words = f"{' '.join(command[:4])} …"
    try:
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"{words}: no answer within {patience_s:.0f} s") from error
    if done.returncode:
        raise Refused(f"{words}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout
