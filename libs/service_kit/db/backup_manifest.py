"""Manifest of a backup: whose it is, when it was taken, its hash; and what a service needs to be restored.

Why: a dump that was cut, changed or not finished must be seen before a database is replaced by it. Promises: the
manifest is written last, so a folder without one is no backup; it has no name of a person and no row.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from service_kit.db.survivors import Survivor
from service_kit.whole_file import write_whole

_SEALED = ".sql.gz.age"


class BackupError(Exception):
    """It cannot be done; the message is a sentence for an operator, and nothing was left half-done."""


@dataclass(frozen=True)
class BackupPlan:
    """What a service needs besides its tables: rows that survive, and statements before them and at the end."""

    survivors: Sequence[Survivor] = ()
    begin: Sequence[str] = ()
    finish: Sequence[str] = ()


@dataclass(frozen=True)
class Manifest:
    """What is in a dump, in clear: no name, no row. `keys`: ids of key-encryption keys and when they were made.

    `idle_since`: from when on no worker was at work for long, within a day before `taken_at`: the database may have
    been put back then. Both are aware.
    """

    service: str
    taken_at: datetime
    sha256: str
    columns: Mapping[str, Sequence[str]]
    keys: Mapping[str, str] = field(default_factory=dict)
    idle_since: datetime | None = None


def dump_path(folder: Path, service: str) -> Path:
    """Where a service's sealed dump lies."""
    return folder / f"{service}{_SEALED}"


def manifest_path(folder: Path, service: str) -> Path:
    """Where its manifest lies, once the dump is whole."""
    return folder / f"{service}.json"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say that the dump is whole. Raises OSError."""
    told = vars(manifest) | {"taken_at": manifest.taken_at.isoformat()}
    idle_since = told.pop("idle_since")
    if idle_since is not None:  # else left out, for a release that does not know of it
        told["idle_since"] = idle_since.isoformat()
    with write_whole(manifest_path(folder, manifest.service)) as file:
        file.write(json.dumps(told, indent=1).encode())


def read_manifest(folder: Path, service: str) -> Manifest:
    """The manifest of a dump that is whole, by its hash. Raises BackupError."""
    try:
        told = json.loads(manifest_path(folder, service).read_text())
        times = {name: _aware(told[name]) for name in ("taken_at", "idle_since") if name in told}
        manifest = Manifest(**told | times)
        for made_at in manifest.keys.values():
            _aware(made_at)
        digest = digest_of(dump_path(folder, service))
    except FileNotFoundError:
        raise BackupError(f"{folder} holds no whole backup of {service}.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise BackupError(f"The backup of {service} in {folder} cannot be read, or its manifest is damaged.") from None
    if digest != manifest.sha256:
        raise BackupError(f"The backup of {service} in {folder} was changed or cut: its hash is not the manifest's.")
    return manifest


def _aware(told: str) -> datetime:
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
