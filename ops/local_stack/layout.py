"""Where a stack keeps things and which ports it takes: one table of numbers and paths.

Why: scripts rely on them (docs/operations.md), two stacks must not meet, and a stack must find again what it left.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from service_kit.settings import HIGHEST_PORT_BASE

SERVICES = ("directory", "referral", "notification")
CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Layout:
    """One stack of one checkout: everything derives from the port base."""

    checkout: Path
    base: int
    var: Path  # everything that is not source

    @classmethod
    def from_environment(cls) -> "Layout":
        """Read SETU_PORT_BASE (default 8000) and SETU_VAR_DIR (default `var/`). Raises ValueError in plain words."""
        text = os.environ.get("SETU_PORT_BASE", "8000")
        if not text.isdecimal() or not 1024 <= int(text) <= HIGHEST_PORT_BASE:
            raise ValueError(f"SETU_PORT_BASE must be a number from 1024 to {HIGHEST_PORT_BASE}, not “{text}”.")
        return cls(CHECKOUT, int(text), Path(os.environ.get("SETU_VAR_DIR") or CHECKOUT / "var").resolve())

    @property
    def postgres_port(self) -> int:
        """PostgreSQL's port on loopback."""
        return self.base + 20

    @property
    def amqp_port(self) -> int:
        """RabbitMQ's AMQP port on loopback."""
        return self.base + 21

    @property
    def distribution_port(self) -> int:
        """Erlang distribution (for rabbitmqctl) on loopback."""
        return self.base + 22

    @property
    def epmd_port(self) -> int:
        """Erlang's port mapper, one a stack, on loopback."""
        return self.base + 23

    @property
    def sms_port(self) -> int:
        """The demo's simulated SMS gateway, on loopback."""
        return self.base + 24

    def web_port(self, service: str) -> int:
        """Give the port of a service's pages and API: directory +1, referral +2, notification +3."""
        return self.base + 1 + SERVICES.index(service)

    def metrics_port(self, service: str, process: str) -> int:
        """Give the port of a process's metrics: +11 to +13 for web, +14 to +16 for worker."""
        return self.base + 11 + SERVICES.index(service) + (3 if process == "worker" else 0)

    def url(self, service: str) -> str:
        """Give a service's public base address, without a slash at the end."""
        return f"http://127.0.0.1:{self.web_port(service)}"

    def ports(self) -> dict[str, int]:
        """Name every port that the stack listens on."""
        named = {f"{service} web": self.web_port(service) for service in SERVICES}
        for service in SERVICES:
            for process in ("web", "worker"):
                named[f"{service} {process} metrics"] = self.metrics_port(service, process)
        return named | {
            "PostgreSQL": self.postgres_port,
            "AMQP": self.amqp_port,
            "Erlang distribution": self.distribution_port,
            "epmd": self.epmd_port,
            "SMS gateway": self.sms_port,
        }

    @property
    def stack(self) -> Path:
        """This stack's own folder: secrets, logs, the ledger of processes."""
        return self.var / f"stack-{self.base}"

    @property
    def keyring(self) -> Path:
        """The key-encryption keys of identities, made by the referral service's worker."""
        return self.stack / "keyring" / "referral.json"

    @property
    def sms_settings(self) -> Path:
        """How the simulated SMS gateway is reached, while it runs."""
        return self.stack / "sms.toml"

    @property
    def logs(self) -> Path:
        """Where every process of the stack writes its log."""
        return self.stack / "logs"

    @property
    def mail(self) -> Path:
        """Where mail is laid as files while no SMTP server is set."""
        return self.var / "mail"

    @property
    def ready_file(self) -> Path:
        """The file that appears when the demo is up."""
        return self.var / "demo" / "ready.json"

    @property
    def servers(self) -> Path:
        """The servers' data: in `var/`, but for root outside the checkout, which the servers' users cannot read."""
        if os.geteuid() != 0:
            return self.stack / "servers"
        mark = hashlib.sha256(f"{self.var}:{self.base}".encode()).hexdigest()[:12]
        return Path("/var/lib/setu") / mark
