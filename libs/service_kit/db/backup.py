"""Backup and restore of one service's database: a dump sealed to age keys, and what must survive put back on top.

Why: a backup that is restored brings back erased people and revoked sessions unless what happened since is applied
before anybody looks. Promises: the dump is one snapshot, and no plain byte of it touches a disk; its manifest is
written last, so a folder without one is no backup; a restore is one transaction, in which the survivors stand already,
so whoever kills it finds the database as it was. Passwords go to PostgreSQL's programs through their environment. When
not to use it: for databases that take hours to dump (PostgreSQL's base backup and WAL archive).
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pyrage.x25519 import Identity, Recipient

from service_kit import age, failpoints
from service_kit.db.connection_string import ConnectionString, connection_string
from service_kit.db.survivors import Line, Survivor

DUMPED_WITHOUT_MANIFEST = "dumped-without-manifest"
RESTORED_NOT_COMMITTED = "restored-not-committed"
_SEALED = ".sql.gz.age"


class BackupError(Exception):
    """It cannot be done; the message is a sentence for an operator, and nothing was left half-done."""


@dataclass(frozen=True)
class BackupPlan:
    """What a service needs besides its tables: rows that survive, and statements that end a restore."""

    survivors: Sequence[Survivor] = ()
    finish: Sequence[str] = ()


@dataclass(frozen=True)
class Manifest:
    """What is in a dump, in clear: no name, no row. `keys`: ids of key-encryption keys and when they were made."""

    service: str
    taken_at: datetime
    sha256: str
    columns: Mapping[str, Sequence[str]]
    keys: Mapping[str, str] = field(default_factory=dict)


def dump(
    owner_url: str,
    service: str,
    folder: Path,
    plan: BackupPlan,
    recipients: Sequence[Recipient],
    keys: Callable[[], Mapping[str, str]] = dict,
) -> Manifest:
    """Write the sealed dump and its manifest into the folder; `keys` copies keys apart.

    Raises BackupError, also where the folder has a backup of this service, which a failed one must not cost.
    """
    path, fresh = folder / f"{service}{_SEALED}", folder / f"{service}{_SEALED}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _manifest_path(folder, service).exists():
            raise BackupError(f"{folder} holds a backup of {service} already: name another folder.")
        taken_at, columns = _look(owner_url, plan)
        copied = dict(keys())  # before and after: keys may rotate meanwhile
        digest = _dump_into(fresh, owner_url, recipients)
        fresh.replace(path)
        failpoints.reach(DUMPED_WITHOUT_MANIFEST)
        manifest = Manifest(service, taken_at, digest, columns, {**copied, **keys()})
        _write_manifest(folder, manifest)
    except OSError as error:
        raise BackupError(f"The backup of {service} cannot be written to {folder}: {error.strerror}.") from None
    finally:
        with suppress(OSError):  # the folder itself may be what is wrong
            fresh.unlink(missing_ok=True)
    return manifest


def read_manifest(folder: Path, service: str) -> Manifest:
    """The manifest of a dump that is whole, by its hash. Raises BackupError."""
    try:
        told = json.loads(_manifest_path(folder, service).read_text())
        manifest = Manifest(**told | {"taken_at": datetime.fromisoformat(told["taken_at"])})
        with (folder / f"{service}{_SEALED}").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise BackupError(f"{folder} holds no whole backup of {service}.") from None
    except (OSError, ValueError, TypeError, KeyError):
        raise BackupError(f"The backup of {service} in {folder} cannot be read, or its manifest is damaged.") from None
    if digest != manifest.sha256:
        raise BackupError(f"The backup of {service} in {folder} was changed or cut: its hash is not the manifest's.")
    return manifest


def restore(
    owner_url: str,
    folder: Path,
    manifest: Manifest,
    plan: BackupPlan,
    identities: Sequence[Identity],
    lines: Iterable[Line],
) -> None:
    """Replace the database by the dump with the survivors on top, in one transaction. Raises BackupError."""
    refuse_while_used(owner_url, manifest.service)
    with _psql(owner_url) as (process, sql_input):
        try:
            sql_input.write(b"BEGIN;\nDROP SCHEMA public CASCADE;\n")
            with (folder / f"{manifest.service}{_SEALED}").open("rb") as sealed:
                _unseal_into(sealed, sql_input, identities)
            sql_input.write(b"\nSET search_path = public;\n")
            for statement in (*_survive(lines, plan, manifest), *plan.finish, _audit(manifest)):
                sql_input.write(f"{statement};\n".encode())
            sql_input.flush()
            failpoints.reach(RESTORED_NOT_COMMITTED)
            sql_input.write(b"COMMIT;\n")
            sql_input.close()
        except BrokenPipeError:
            pass  # psql has said why
        except age.AgeError as error:
            process.kill()
            raise BackupError(f"The backup of {manifest.service}: {error} Nothing was changed.") from None
        if process.wait():
            said = _first_error(process)
            raise BackupError(f"PostgreSQL refused the backup of {manifest.service}: {said} Nothing was changed.")


def _look(owner_url: str, plan: BackupPlan) -> tuple[datetime, Mapping[str, Sequence[str]]]:
    """The database's clock before the snapshot, and the columns that survivors had then."""
    query = (
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = ANY(%s) GROUP BY table_name"
    )
    try:
        with _connect(owner_url) as connection:
            now = connection.execute("SELECT clock_timestamp()").fetchone()
            columns = connection.execute(query, [[one.table for one in plan.survivors]]).fetchall()
    except psycopg.OperationalError:
        raise BackupError("The database does not answer, or refuses the owner's role.") from None
    return (now or (datetime.now(UTC),))[0].astimezone(UTC), {name: sorted(found) for name, found in columns}


def _dump_into(path: Path, owner_url: str, recipients: Sequence[Recipient]) -> str:
    database = connection_string(owner_url)
    command = [_program("pg_dump"), "--format=plain", "--compress=6", "--no-password", "--schema=public"]
    command.append(f"--dbname={database.text}")
    with subprocess.Popen(  # noqa: S603 # PostgreSQL's own program; no word of it comes from anybody
        command, env=_environment(database), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        if process.stdout is None:
            raise BackupError("pg_dump has no output.")
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                age.seal_stream(process.stdout, file, recipients)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupError(f"pg_dump failed: {_first_error(process)}")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest_path(folder: Path, service: str) -> Path:
    return folder / f"{service}.json"


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    path = _manifest_path(folder, manifest.service)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w") as file:
        json.dump(vars(manifest) | {"taken_at": manifest.taken_at.isoformat()}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def refuse_while_used(owner_url: str, service: str) -> None:
    """Raises BackupError while web or worker processes of the service are connected, or the database is away."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename IN (%s, %s) AND pid <> pg_backend_pid()"
    )
    try:
        with _connect(owner_url) as connection:
            [used] = connection.execute(query, [f"{service}_web", f"{service}_worker"]).fetchone() or [0]
    except psycopg.OperationalError:
        raise BackupError("The database does not answer, or refuses the owner's role.") from None
    if used:
        raise BackupError(f"Web or worker processes of {service} are connected: stop them first. Nothing was changed.")


@contextmanager
def _psql(owner_url: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    database = connection_string(owner_url)
    command = [_program("psql"), "-X", "-q", "--no-password", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    command.append(f"--dbname={database.text}")
    environment = _environment(database) | {"PGOPTIONS": "-c client_min_messages=error"}
    with subprocess.Popen(  # noqa: S603 # PostgreSQL's own program; no word of it comes from anybody
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        if process.stdin is None:
            raise BackupError("psql takes no input.")
        try:
            yield process, process.stdin
        except BaseException:
            process.kill()  # its session ends without a COMMIT
            raise


def _unseal_into(sealed: IO[bytes], target: IO[bytes], identities: Sequence[Identity]) -> None:
    """Through a pipe, so that no plain byte lies on a disk. Raises AgeError once all of it was looked at."""
    reading, writing = os.pipe()
    faults: list[age.AgeError] = []

    def unseal() -> None:
        with os.fdopen(writing, "wb") as plain:
            try:
                age.unseal_stream(sealed, plain, identities)
            except age.AgeError as fault:
                faults.append(fault)

    thread = threading.Thread(target=unseal)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as pipe, gzip.GzipFile(fileobj=pipe) as plain:
            shutil.copyfileobj(plain, target)
    except (EOFError, gzip.BadGzipFile):
        if not faults:
            thread.join()
        if not faults:
            raise age.AgeError("It is no dump.") from None
    finally:
        thread.join()
    if faults:
        raise faults[0]


def _survive(lines: Iterable[Line], plan: BackupPlan, manifest: Manifest) -> Iterator[str]:
    by_table: dict[str, list[Line]] = {}
    for line in lines:
        by_table.setdefault(line.table, []).append(line)
    for survivor in plan.survivors:
        known = set(manifest.columns.get(survivor.table, ()))
        for line in by_table.get(survivor.table, ()):
            if known:
                yield _statement(survivor, line, known).as_string(None)


def _statement(survivor: Survivor, line: Line, known: set[str]) -> sql.Composed:
    table, key = sql.Identifier(survivor.table), sql.Identifier(survivor.key)
    names = {"table": table, "key": key, "id": sql.Literal(line.id)}
    if line.row is None:
        return sql.SQL("DELETE FROM {table} WHERE {key}::text = {id}").format(**names)
    told = {name: value for name, value in line.row.items() if name in known}
    columns = [sql.Identifier(name) for name in told if name != survivor.key]
    row = sql.SQL("jsonb_populate_record(NULL::{table}, {row}::jsonb)").format(
        table=table, row=sql.Literal(json.dumps(told))
    )
    if survivor.only_updates:
        sets = sql.SQL(", ").join(sql.SQL("{name} = told.{name}").format(name=name) for name in columns)
        update = sql.SQL("UPDATE {table} AS here SET {sets} FROM {row} AS told WHERE here.{key}::text = {id}")
        return update.format(**names, sets=sets, row=row)
    sets = sql.SQL(", ").join(sql.SQL("{name} = EXCLUDED.{name}").format(name=name) for name in columns)
    insert = sql.SQL("INSERT INTO {table} SELECT * FROM {row} ON CONFLICT ({key}) DO UPDATE SET {sets}")
    return insert.format(**names, sets=sets, row=row)


def _audit(manifest: Manifest) -> str:
    insert = sql.SQL(
        "INSERT INTO audit_entry (action, object_type, object_id, outcome, at)"
        " VALUES ('backup.restore', 'backup', {taken}, 'done', now())"
    )
    return insert.format(taken=sql.Literal(manifest.taken_at.isoformat())).as_string(None)


def _connect(owner_url: str) -> psycopg.Connection:
    text, password = connection_string(owner_url)
    return psycopg.connect(make_conninfo(f"connect_timeout=5 {text}", password=password))


def _environment(database: ConnectionString) -> dict[str, str]:
    told = {"PGPASSWORD": database.password, "PATH": os.environ.get("PATH"), "LC_ALL": "C.UTF-8"}
    return {name: value for name, value in told.items() if value is not None}


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not installed here: it comes with PostgreSQL's client programs.")
    return found


def _first_error(process: subprocess.Popen[bytes]) -> str:
    """The first line that PostgreSQL said: later ones may quote rows."""
    said = process.stderr.read().decode(errors="replace") if process.stderr else ""
    return next((line for line in said.splitlines() if line.strip()), "it said nothing.")
