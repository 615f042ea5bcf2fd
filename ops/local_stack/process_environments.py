"""Which variables each process gets: one table for web, worker and migration of each service.

Why: a process is given what it needs and nothing else; no web process knows a broker's password, only the directory's
web process can sign sessions, only the notification worker can read a member's contact. docker-compose.yml agrees.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from local_stack.layout import SERVICES, Layout
from local_stack.secret_values import KEYRING_OF

_LOOPBACK = "http://127.0.0.1:*,http://localhost:*"  # a program that is tried beside the stack may listen there
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "SSL_CERT_FILE",
    "SETU_SMTP_URL",
    "SETU_MAIL_RATE",
    "SETU_SMS",
    "SETU_SMS_KEY",
    "SETU_PSEUDO_LANGUAGE",
    "SETU_LOG_LEVEL",
    "SETU_SURVIVORS",
    "SETU_BACKUP_RECIPIENTS",
    "SETU_AUDIT_CHECKPOINTS",
    "SETU_SENDS_AN_HOUR",
)


@dataclass(frozen=True)
class Environments:
    """Makes the environment of each process of one stack. `database_url` and `amqp_url` are an administrator's."""

    layout: Layout
    secrets: Mapping[str, str]
    database_url: str
    amqp_url: str
    users_on_broker: (
        bool  # whether each service has a broker user of its own (not on a broker that the environment named)
    )

    def of(self, service: str, process: str) -> dict[str, str]:
        """Give the whole environment of `process` ("web" or "worker") of `service`."""
        prefix = service.upper()
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | self._common(service)
        env |= {
            "SETU_DATABASE_URL": self.database(service, process),
            "SETU_METRICS_PORT": str(self.layout.metrics_port(service, process)),
        }
        if process == "web":
            env["SETU_BIND"] = f"127.0.0.1:{self.layout.web_port(service)}"
        else:
            env |= {
                "SETU_AMQP_URL": self.broker(service),
                "SETU_AUDIT_PRIVATE_KEY": self.secrets[f"{prefix}_AUDIT_PRIVATE_KEY"],
            }
        return env | self._only_for(service, process)

    def database(self, service: str, role: str) -> str:
        """Give the URL of a service's database for one of its roles: owner, web or worker."""
        parts = urlsplit(self.database_url)
        host = parts.netloc.rpartition("@")[2]
        password = self.secrets[f"{service.upper()}_{role.upper()}_PASSWORD"]
        return urlunsplit(parts._replace(netloc=f"{service}_{role}:{password}@{host}", path=f"/setu_{service}"))

    def broker(self, service: str) -> str:
        """Give the broker's URL for a service's own user."""
        if not self.users_on_broker:
            return self.amqp_url
        host = urlsplit(self.amqp_url).netloc.rpartition("@")[2]
        return f"amqp://{service}_service:{self.secrets[f'{service.upper()}_AMQP_PASSWORD']}@{host}/"

    def _common(self, service: str) -> dict[str, str]:
        prefix = service.upper()
        return {f"SETU_{name.upper()}_URL": self.layout.url(name) for name in SERVICES} | {
            "SETU_MAC_KEY": self.secrets[f"{prefix}_MAC_KEY"],
            **self._keys(service),
            "SETU_SESSION_PUBLIC_KEYS": self.secrets["SESSION_PUBLIC_KEYS"],
            "SETU_COOKIE_SECURE": "false",  # plain http on loopback
            "SETU_PORT_BASE": str(self.layout.base),
            "SETU_TRIAL": os.environ.get("SETU_TRIAL", ""),
            "PYTHONUNBUFFERED": "1",
        }

    def _simulated_sms(self) -> dict[str, str]:
        """The simulated gateway while it runs, unless the environment names a real one."""
        simulated = "SETU_SMS" not in os.environ and self.layout.sms_settings.exists()
        return {"SETU_SMS": str(self.layout.sms_settings)} if simulated else {}

    def _keys(self, service: str) -> dict[str, str]:
        """Where its key-encryption keys are; what a stack of an older release still has is taken over by the worker."""
        old = self.secrets.get(f"{service.upper()}_KEK")
        keys = {} if old is None else {"SETU_KEK": old}
        return keys | ({"SETU_KEYRING": str(self.layout.keyring)} if service == KEYRING_OF else {})

    def _only_for(self, service: str, process: str) -> dict[str, str]:
        match service, process:
            case "directory", "web":
                return {
                    "SETU_SESSION_PRIVATE_KEY": self.secrets["SESSION_PRIVATE_KEY"],
                    "SETU_MEMBER_BOX_PUBLIC_KEY": self.secrets["MEMBER_BOX_PUBLIC_KEY"],
                    "SETU_INDEX_DIR": str(self.layout.stack / "index"),
                    "SETU_EXPORT_DIR": str(self.layout.stack / "export"),
                }
            case "directory", "worker":
                return {
                    "SETU_MEMBER_BOX_PUBLIC_KEY": self.secrets["MEMBER_BOX_PUBLIC_KEY"],
                    "SETU_BOARD_KEY_DIR": str(self.layout.stack / "board-keys"),
                    "SETU_INDEX_DIR": str(self.layout.stack / "index"),
                    "SETU_EXPORT_DIR": str(self.layout.stack / "export"),
                }
            case "notification", "web":
                return {
                    "SETU_CALLBACK_KEYS": self.secrets["CALLBACK_KEYS"],
                    "SETU_WEBHOOK_PRIVATE_HOSTS": _LOOPBACK,
                }
            case "notification", "worker":
                return {
                    **self._simulated_sms(),
                    "SETU_TRIAL_ADDRESSES": os.environ.get("SETU_TRIAL_ADDRESSES", ""),
                    "SETU_WEBHOOK_PRIVATE_HOSTS": _LOOPBACK,
                    "SETU_MEMBER_BOX_PRIVATE_KEY": self.secrets["MEMBER_BOX_PRIVATE_KEY"],
                    "SETU_MAIL_DIR": str(self.layout.mail),
                    "SETU_MAIL_FROM": os.environ.get("SETU_MAIL_FROM", "setu@localhost"),
                }
        return {}
