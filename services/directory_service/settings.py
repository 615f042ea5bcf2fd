"""Settings of the directory: the kit's, and the keys that only the service that signs people in holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service_kit.keyring import decode_key
from service_kit.settings import Environment, KitSettings, kit_fields
from setu.addresses import SETTINGS as ADDRESSES


@dataclass(frozen=True, kw_only=True)
class Settings(KitSettings):
    """What every process and command is told. The member box key is the notification service's public one."""

    kek: Mapping[str, bytes] = field(repr=False)
    member_box_public_key: str
    session_private_key: bytes | None = field(default=None, repr=False)
    searches_a_minute: int = 240  # by one address without a key, in each web process
    index_dir: Path = Path("var/index")  # of the search index: the worker writes it, web processes read it
    export_dir: Path = Path("var/export")  # of the datapackage: the worker writes it, web processes send it
    publisher: str = "Setu directory"
    licence: str = ""  # of the public directory: a name or an address
    attribution: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(Settings):
    """The worker's: it cannot do without the broker, nor without the key that signs the audit log."""

    amqp_url: str = field(repr=False)
    audit_private_key: bytes = field(repr=False)
    board_key_dir: Path = Path("var/board-keys")  # of keys that no backup may hold


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """A command's settings. Every missing or wrong variable is named at once, then SystemExit(2)."""
    with Environment(environ) as env:
        return Settings(**_fields(env))


def load_web(environ: Mapping[str, str] | None = None) -> Settings:
    """The web process's settings: the only one that holds the key which signs sessions. Else like `load`."""
    with Environment(environ) as env:
        return Settings(**_fields(env), session_private_key=env.key("SETU_SESSION_PRIVATE_KEY"))


def load_worker(environ: Mapping[str, str] | None = None) -> WorkerSettings:
    """The worker's settings. Else like `load`."""
    with Environment(environ) as env:
        fields = _fields(env) | {
            "amqp_url": env.url("SETU_AMQP_URL", schemes=("amqp", "amqps")),
            "audit_private_key": env.key("SETU_AUDIT_PRIVATE_KEY"),
            "board_key_dir": env.parsed("SETU_BOARD_KEY_DIR", Path, Path("var/board-keys"), instead=Path()),
        }
        return WorkerSettings(**fields)


def _fields(env: Environment) -> dict[str, Any]:
    index_dir = env.parsed("SETU_INDEX_DIR", Path, Path("var/index"), instead=Path())
    return {
        **kit_fields(env, "directory", ADDRESSES),
        "kek": env.named_keys("SETU_KEK"),
        "member_box_public_key": env.parsed("SETU_MEMBER_BOX_PUBLIC_KEY", _box_key, instead=""),
        "searches_a_minute": env.number("SETU_SEARCHES_A_MINUTE", 240, least=1),
        "index_dir": index_dir,
        "export_dir": env.parsed("SETU_EXPORT_DIR", Path, index_dir.parent / "export", instead=Path()),
        "publisher": env.text("SETU_PUBLISHER", "Setu directory"),
        "licence": env.text("SETU_LICENCE", ""),
        "attribution": env.text("SETU_ATTRIBUTION", ""),
    }


def _box_key(value: str) -> str:
    decode_key(value, length=32)
    return value
