"""Dump of one service's database, sealed to age keys.

Why: a night's backup must be readable by nobody but who holds the age secret key. Promises: it is one snapshot; no
plain byte of it touches a disk; its manifest is written last, so a folder without one is no backup. When not to use
it: for databases that take hours to dump (PostgreSQL's base backup and WAL archive).
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from pyrage.x25519 import Recipient

from service_kit import age, failpoints
from service_kit.db.backup_manifest import (
    BackupError,
    BackupPlan,
    Manifest,
    digest_of,
    dump_path,
    manifest_path,
    write_manifest,
)
from service_kit.db.client_programs import client_command, client_environment, connect_as_owner, first_error
from service_kit.whole_file import write_whole

LONGEST_WITHOUT_NOTE = timedelta(minutes=90)
"""A worker notes the time each hour (`clock_notes.py`)."""
TOLD_OF_IDLE = timedelta(days=1)
"""After workers went on: what was put back is not always backed up before one of them starts."""
_ONE_BACKUP = 0x5E70_0005
DUMPED_WITHOUT_MANIFEST = "dumped-without-manifest"


def dump(
    owner_url: str,
    service: str,
    folder: Path,
    plan: BackupPlan,
    recipients: Sequence[Recipient],
    keys: Callable[[], Mapping[str, str]] = dict,
) -> Manifest:
    """Write the sealed dump and its manifest into the folder; `keys` copies keys apart.

    Raises BackupError, also where the folder has a backup of this service, which a failed one must not cost, and while
    another one is made of this database: two into one folder would spoil each other's file.
    """
    with _hold_backup_lock(owner_url, service):
        return _dump(owner_url, service, folder, plan, recipients, keys)


@contextmanager
def _hold_backup_lock(owner_url: str, service: str) -> Iterator[None]:
    with connect_as_owner(owner_url) as connection:
        connection.autocommit = True  # a transaction as long as the dump would hold up vacuum
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_BACKUP]).fetchone()
        if row != (True,):
            raise BackupError(f"Another backup of {service} is made just now. Nothing was changed.")
        yield


def _dump(
    owner_url: str,
    service: str,
    folder: Path,
    plan: BackupPlan,
    recipients: Sequence[Recipient],
    keys: Callable[[], Mapping[str, str]],
) -> Manifest:
    path = dump_path(folder, service)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if manifest_path(folder, service).exists():
            raise BackupError(f"{folder} holds a backup of {service} already: name another folder.")
        taken_at, columns, idle_since = _look(owner_url, plan)
        copied = dict(keys())  # before and after: keys may rotate meanwhile
        _dump_into(path, owner_url, recipients)
        failpoints.reach(DUMPED_WITHOUT_MANIFEST)
        manifest = Manifest(service, taken_at, digest_of(path), columns, {**copied, **keys()}, idle_since)
        write_manifest(folder, manifest)
    except OSError as error:
        raise BackupError(f"The backup of {service} cannot be written to {folder}: {error.strerror}.") from None
    return manifest


def _look(owner_url: str, plan: BackupPlan) -> tuple[datetime, Mapping[str, Sequence[str]], datetime | None]:
    """The database's clock before the snapshot, the columns that survivors had then, since when no worker worked."""
    query = (
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = ANY(%s) GROUP BY table_name"
    )
    with connect_as_owner(owner_url) as connection:
        now = connection.execute("SELECT clock_timestamp()").fetchone()
        columns = connection.execute(query, [[one.table for one in plan.survivors]]).fetchall()
        idle_since = _idle_since(connection)
    taken_at = (now or (datetime.now(UTC),))[0].astimezone(UTC)
    return taken_at, {name: sorted(found) for name, found in columns}, idle_since


def _idle_since(connection: psycopg.Connection) -> datetime | None:
    """From which of its notes on no worker noted for long that it is at work, until now or until a day ago or less."""
    has_notes = connection.execute("SELECT to_regclass('public.clock_note')").fetchone()
    if has_notes is None or has_notes[0] is None:  # of a release that does not note it yet
        return None
    query = (  # what stands beyond now was noted by a clock that leapt
        "SELECT noted_at FROM (SELECT noted_at, lead(noted_at, 1, now()) OVER (ORDER BY noted_at) AS went_on"
        " FROM clock_note WHERE noted_at <= now()) AS note"
        " WHERE went_on - noted_at > %s AND went_on > now() - %s ORDER BY noted_at LIMIT 1"
    )
    found = connection.execute(query, [LONGEST_WITHOUT_NOTE, TOLD_OF_IDLE]).fetchone()
    return None if found is None else found[0].astimezone(UTC)


def _dump_into(path: Path, owner_url: str, recipients: Sequence[Recipient]) -> None:
    command = client_command("pg_dump", owner_url, ("--format=plain", "--compress=6", "--schema=public"))
    with (
        write_whole(path) as file,
        subprocess.Popen(  # noqa: S603 # PostgreSQL's own program; no word of it comes from anybody
            command, env=client_environment(owner_url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
    ):
        if process.stdout is None:
            raise BackupError("pg_dump has no output.")
        try:
            age.seal_stream(process.stdout, file, recipients)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupError(f"pg_dump failed: {first_error(process)}")
