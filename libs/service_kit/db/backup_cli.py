"""Commands `backup` and `restore` of one service; `setu backup` and `setu restore` call them for all three.

They read SETU_DATABASE_OWNER_URL. The service's `cli` module has a `BACKUP`: what survives, and its keys.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click
from pyrage.x25519 import Identity, Recipient
from sqlalchemy.exc import DBAPIError

from service_kit import age
from service_kit.db import migrate, survivors
from service_kit.db.backup_manifest import BackupError, BackupPlan, Manifest, read_manifest
from service_kit.db.dump import dump
from service_kit.db.engine import is_away
from service_kit.db.restore import restore
from service_kit.logs import place_of

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_MINUTE, _GAPS_TOLD = "%Y-%m-%d %H:%M", 3
_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S%z"])  # with a zone, such as Z
RESTORED_WITH_UNREADABLE_RECORDS = 3
"""Exit code of a restore that was done to its end, and some records of which no key decrypts."""
_owner = click.option("--database", envvar="SETU_DATABASE_OWNER_URL", required=True, help="As the owner's role.")

PutKeysBack = Callable[[], Sequence[str]]
"""Puts into the keyring what a restored database needs; returns sentences about what cannot be decrypted."""


@dataclass(frozen=True)
class ServiceBackup:
    """A service's plan and, where it has a keyring, how its keys are copied apart and found again.

    Each gets the owner's URL of the database first: `copy_keys` the other place and the recipients; `find_keys` the
    folder of copies, what opens them and the manifest's keys, before anything is replaced. What `find_keys` returns is
    called once the restored database has this release's schema, and so is `complete`, for what takes the service's own
    code.
    """

    plan: BackupPlan
    copy_keys: Callable[[str, Path, Sequence[Recipient]], Mapping[str, str]] | None = None
    find_keys: Callable[[str, Path | None, Sequence[Identity], Mapping[str, str]], PutKeysBack] | None = None
    complete: Callable[[str], None] | None = None


def backup_commands(service: str) -> list[click.Command]:
    """`backup` and `restore` for one service (short name)."""
    return [_backup(service), _restore(service)]


def _backup(service: str) -> click.Command:
    @click.command(name="backup")
    @click.argument("folder", type=_FOLDER)
    @click.option("--recipients", envvar="SETU_BACKUP_RECIPIENTS", required=True, type=_FILE, help="age public keys.")
    @click.option("--keys", "keys_folder", type=_FOLDER, help="Another place, for copies of the keys.")
    @_owner
    def command(folder: Path, recipients: Path, keys_folder: Path | None, database: str) -> None:
        """Dump the database into FOLDER, sealed to the recipients, with a manifest; keys go to another place."""
        own = _of(service)
        with backup_errors_in_words():
            sealed_to = age.read_recipients(recipients)
            if own.copy_keys is not None and (keys_folder is None or is_inside(keys_folder, folder)):
                raise BackupError("Name a place for the keys with --keys, which is not the backup's.")
            copy, place = own.copy_keys, keys_folder
            keys = dict if copy is None or place is None else (lambda: copy(database, place, sealed_to))
            dump(database, service, folder, own.plan, sealed_to, keys)
        click.echo(f"{service}: backed up into {folder}.")

    return command


def _restore(service: str) -> click.Command:
    @click.command(name="restore")
    @click.argument("folder", type=_FOLDER)
    @click.option("--identity", required=True, type=_FILE, help="A file of age secret keys.")
    @click.option(
        "--survivors", "log", envvar="SETU_SURVIVORS", required=True, type=_FOLDER, help="The log kept apart."
    )
    @click.option("--keys", "keys_folder", type=_FOLDER, help="Where the copies of the keys are.")
    @click.option(
        "--since",
        type=_MOMENT,
        help="Where the database had been put back before this backup: to which moment, and none before it.",
    )
    @click.option("--accept-gap", is_flag=True, help="Also where the survivor log does not reach from backup to now.")
    @_owner
    def command(
        folder: Path,
        identity: Path,
        log: Path,
        keys_folder: Path | None,
        database: str,
        *,
        since: datetime | None,
        accept_gap: bool,
    ) -> None:
        """Replace the database by the backup in FOLDER, with what must survive since then. Stop all processes first."""
        own = _of(service)
        with backup_errors_in_words():
            identities = age.read_identities(identity)
            manifest = read_manifest(folder, service)
            began = _resolve_since(manifest, since)
            lines, gaps = _read_survivors(log, service, began, identities)
            if gaps and not accept_gap:
                raise BackupError(_describe_gaps(service, gaps))
            put_keys_back = None
            if own.find_keys is not None:
                put_keys_back = own.find_keys(database, keys_folder, identities, manifest.keys)
            restore(database, folder, manifest, own.plan, identities, lines, _audit_detail(since, gaps))
        migrate.upgrade(service, database)
        unreadable: Sequence[str] = ()
        with backup_errors_in_words():
            if put_keys_back is not None:
                unreadable = put_keys_back()
            if own.complete is not None:
                own.complete(database)
        stands_as_of = f", which stands as of {began.astimezone(UTC):{_MINUTE}} UTC" if since else ""
        click.echo(
            f"{service}: restored from the backup of {manifest.taken_at:{_MINUTE}} UTC{stands_as_of};"
            f" {len(lines)} rows survived since."
        )
        for line in unreadable:
            click.echo(line)
        if unreadable:
            raise SystemExit(RESTORED_WITH_UNREADABLE_RECORDS)

    return command


def _resolve_since(manifest: Manifest, since: datetime | None) -> datetime:
    """From when on the survivor log is brought in. Raises BackupError where only an operator can know."""
    if since is None and manifest.idle_since is not None:
        raise BackupError(
            f"Before this backup no worker of {manifest.service} was at work for more than an hour and a half, from"
            f" {manifest.idle_since:{_MINUTE}} UTC on. If the database had been put back then, name the moment with"
            " --since, or what was erased since comes back. If the workers only stood still:"
            f" --since {manifest.taken_at:%Y-%m-%dT%H:%M:%SZ}, with --accept-gap where they stand still since."
            " Nothing was changed."
        )
    if since is not None and since > manifest.taken_at:
        raise BackupError("--since is a moment after this backup. Nothing was changed.")
    began = manifest.taken_at if since is None else since
    if survivors.is_forgotten(began, datetime.now(UTC)):
        older = "This backup is" if since is None else "The moment of --since is"
        raise BackupError(
            f"{older} older than {survivors.KEPT.days} days, and the survivor log knows no more of what was ended and"
            " erased since. Restore a newer backup. Nothing was changed."
        )
    return began


def _read_survivors(
    log: Path, service: str, since: datetime, identities: Sequence[Identity]
) -> tuple[Sequence[survivors.Line], Sequence[tuple[datetime, datetime]]]:
    """What the log has since then, and where it has too little. Raises BackupError, AgeError, OSError."""
    if not (log / service).is_dir():
        raise BackupError(f"There is no survivor log of {service} in {log}. Nothing was changed.")
    lines = list(survivors.read_lines(log / service, identities, since=since))
    return survivors.newest_of_rows(lines), survivors.find_gaps(lines, since, datetime.now(UTC))


def _audit_detail(since: datetime | None, gaps: Sequence[object]) -> Mapping[str, str]:
    """By what erased people may have come back."""
    detail = {"since": "" if since is None else since.isoformat(), "gap": "accepted" if gaps else ""}
    return {name: told for name, told in detail.items() if told}


def _describe_gaps(service: str, gaps: Sequence[tuple[datetime, datetime]]) -> str:
    told = "; ".join(f"{start:{_MINUTE}} to {end:{_MINUTE}}" for start, end in gaps[:_GAPS_TOLD])
    return (
        f"The survivor log of {service} says nothing from {told} (UTC): whatever was erased, withdrawn or revoked"
        " then may come back. Put its missing files back. Where the worker only stood still, or no file is left,"
        " restore with --accept-gap. Nothing was changed."
    )


def _of(service: str) -> ServiceBackup:
    found = import_module(f"{service}_service.cli").BACKUP
    if not isinstance(found, ServiceBackup):
        raise TypeError(f"{service}_service.cli.BACKUP must be a ServiceBackup")
    return found


def is_inside(place: Path, folder: Path) -> bool:
    """Whether one of the two lies in the other."""
    return place.resolve().is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(place.resolve())


@contextmanager
def backup_errors_in_words() -> Iterator[None]:
    """What is wrong with a backup, its keys, its files or the database ends the command as a sentence."""
    try:
        yield
    except (BackupError, age.AgeError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'A file'}: {error.strerror}.") from None
    except DBAPIError as error:
        if is_away(error):
            raise click.ClickException("The database does not answer, or refuses the role.") from None
        raise click.ClickException(f"The database refused: {place_of(error)}.") from None
