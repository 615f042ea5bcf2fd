"""Settings from the environment, all of them checked before anything starts.

`Environment` reads every variable a process needs, collects what is missing or wrong, and then says all
of it at once, in plain words, naming the variables and never quoting a value. Each service has a
`Settings(KitSettings)` in its own `settings.py`:

    def load(environ: Mapping[str, str] | None = None) -> Settings:
        with Environment(environ) as env:
            return Settings(**kit_fields(env, "orders", SETTINGS), kek=env.named_keys("SETU_KEK", length=32))

No variable has a default that would be unsafe in production.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from service_kit.keyring import decode_key, named_keys

HIGHEST_PORT_BASE = 65_000  # a stack takes some twenty ports above it

_MISSING: Any = object()


@dataclass(frozen=True, kw_only=True)
class KitSettings:
    """What every process of every service is told. Public bases have no trailing slash."""

    service: str  # its short name, one of those in `addresses`
    database_url: str = field(repr=False)
    addresses: Mapping[str, str]  # service → its public base
    mac_key: bytes = field(repr=False)
    session_public_keys: Mapping[str, bytes]
    cookie_secure: bool = True
    behind_proxy: bool = False
    pseudo_language: bool = False
    trial: bool = False  # for trying out: every page says so, and each service keeps real people out
    port_base: int = 8000
    bind: str | None = None
    metrics_port: int | None = None
    metrics_host: str = "127.0.0.1"
    log_level: str = "INFO"
    amqp_url: str | None = field(default=None, repr=False)
    audit_private_key: bytes | None = field(default=None, repr=False)
    audit_checkpoints: Path | None = None  # the folder of signed heads for another machine to keep
    survivors: Path | None = None
    backup_recipients: Path | None = None


class Environment:
    """Reads variables and remembers what is wrong with them; leaving the `with` block reports it all."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._faults: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Raises SystemExit(2) after naming every missing or invalid variable on stderr."""
        if self._faults:
            lines = "\n".join(f"  {name}: {words}" for name, words in sorted(self._faults.items()))
            sys.stderr.write(f"Setu cannot start, these settings are missing or wrong:\n{lines}\n")
            raise SystemExit(2) from None

    def text(self, name: str, default: Any = _MISSING) -> Any:
        """Any text that is not empty."""
        return self._read(name, _not_empty, default, "")

    def url(self, name: str, default: Any = _MISSING, *, schemes: tuple[str, ...] = ("http", "https")) -> Any:
        """An address with one of the schemes and a host; a trailing slash is dropped for http.

        Of a broker also several, with commas between them: one of each node.
        """
        return self._read(name, lambda value: _url(value, schemes), default, "")

    def key(self, name: str, default: Any = _MISSING, *, length: int = 32) -> Any:
        """A base64 key of `length` bytes, as bytes."""
        return self._read(name, lambda value: decode_key(value, length=length), default, bytes(length))

    def named_keys(self, name: str, default: Any = _MISSING, *, length: int = 32) -> Any:
        """`kid:base64,…` as an ordered mapping of bytes."""
        return self._read(name, lambda value: named_keys(value, length=length), default, {"-": bytes(length)})

    def parsed(self, name: str, parse: Callable[[str], Any], default: Any = _MISSING, *, instead: Any = None) -> Any:
        """Whatever `parse` makes of it; a ValueError becomes a line of the report. `instead` stands in until then."""
        return self._read(name, parse, default, instead)

    def number(self, name: str, default: Any = _MISSING, *, least: int = 0, most: int = 2**31) -> Any:
        """A whole number within bounds."""
        return self._read(name, lambda value: _number(value, least, most), default, least)

    def flag(self, name: str, *, default: bool) -> bool:
        """`1`, `true`, `yes`, `on` or their opposites."""
        return bool(self._read(name, _flag, default, default))

    def _read(self, name: str, parse: Callable[[str], Any], default: Any, instead: Any) -> Any:
        """The variable as `parse` reads it, or its default; a fault is remembered, and `instead` stands in."""
        value = self._environ.get(name)
        if not value and default is not _MISSING:  # compose files pass unset variables on as empty ones
            return default
        if not value:
            self._faults[name] = "is not set"
            return instead
        try:
            return parse(value)
        except ValueError as error:
            self._faults[name] = str(error)
            return instead


def kit_fields(env: Environment, service: str, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The fields of KitSettings, from the variables that are the same in every service.

    `addresses`: each service's short name → the variable that tells its public base.
    """
    return {
        "service": service,
        "database_url": env.url("SETU_DATABASE_URL", schemes=("postgresql",)),
        "addresses": {name: env.url(variable) for name, variable in addresses.items()},
        "mac_key": env.key("SETU_MAC_KEY"),
        "session_public_keys": env.named_keys("SETU_SESSION_PUBLIC_KEYS", length=32),
        "cookie_secure": env.flag("SETU_COOKIE_SECURE", default=True),
        "behind_proxy": env.flag("SETU_BEHIND_PROXY", default=False),
        "trial": env.flag("SETU_TRIAL", default=False),
        "pseudo_language": env.flag("SETU_PSEUDO_LANGUAGE", default=False),
        "port_base": env.number("SETU_PORT_BASE", 8000, least=1024, most=HIGHEST_PORT_BASE),
        "bind": env.text("SETU_BIND", None),
        "metrics_port": env.number("SETU_METRICS_PORT", None, least=1, most=65535),
        "metrics_host": env.text("SETU_METRICS_BIND", "127.0.0.1"),
        "log_level": env.text("SETU_LOG_LEVEL", "INFO"),
        "amqp_url": env.url("SETU_AMQP_URL", None, schemes=("amqp", "amqps")),
        "audit_private_key": env.key("SETU_AUDIT_PRIVATE_KEY", None),
        "audit_checkpoints": env.parsed("SETU_AUDIT_CHECKPOINTS", Path, None),
        **_survivor_log(env),
    }


def _survivor_log(env: Environment) -> dict[str, Any]:
    """Where rows that outlive a restore are logged, and for whom they are sealed; both or none."""
    folder = env.text("SETU_SURVIVORS", None)
    recipients = env.text("SETU_BACKUP_RECIPIENTS", None if folder is None else _MISSING)
    return {"survivors": folder and Path(folder), "backup_recipients": recipients and Path(recipients)}


def _not_empty(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value


def _url(value: str, schemes: tuple[str, ...]) -> str:
    if "amqp" in schemes and "," in value:
        return ",".join(_url(each.strip(), schemes) for each in value.split(","))
    parts = urlsplit(value)
    scheme = parts.scheme.partition("+")[0]
    hosts = parts.netloc.rpartition("@")[2]
    if "," in hosts and ":" in hosts:
        raise ValueError("has several hosts with ports: write user:password@/database?host=one:5432&host=two:5432")
    if scheme not in schemes or not (parts.hostname or scheme == "postgresql"):
        raise ValueError(f"must read {schemes[0]}://host…")
    return value.rstrip("/") if scheme.startswith("http") else value


def _number(value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdecimal() or not least <= int(value) <= most:
        raise ValueError(f"must be a whole number from {least} to {most}")
    return int(value)


def _flag(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if value.lower() not in words:
        raise ValueError("must be true or false")
    return words[value.lower()]
