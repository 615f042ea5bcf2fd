"""Restore of one service's database from a sealed dump, with what must survive since then put on top.

Why: a backup that is restored brings back erased people and revoked sessions unless what happened since is applied
before anybody looks. Promises: a restore is one transaction, in which the survivors stand already, so whoever kills it
finds the database as it was; it refuses while the service's processes are connected.
"""

import gzip
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg import sql
from pyrage.x25519 import Identity

from service_kit import age, failpoints
from service_kit.db.backup_manifest import BackupError, BackupPlan, Manifest, dump_path
from service_kit.db.client_programs import client_command, client_environment, connect_as_owner, first_error
from service_kit.db.survivor_statements import statements_of
from service_kit.db.survivors import Line

RESTORED_NOT_COMMITTED = "restored-not-committed"
RECORDED_AS, RECORDED_OF = "backup.restore", "backup"
"""Action and kind of object of the entry in the audit log."""


def restore(
    owner_url: str,
    folder: Path,
    manifest: Manifest,
    plan: BackupPlan,
    identities: Sequence[Identity],
    lines: Iterable[Line],
    detail: Mapping[str, str] | None = None,
) -> None:
    """Replace the database by the dump with the survivors on top, in one transaction. Raises BackupError.

    `detail`: what the audit log's entry tells beside the backup's time.
    """
    _refuse_while_used(owner_url, manifest.service)
    survive = statements_of(lines, plan.survivors, manifest.columns)
    with _psql(owner_url) as (process, sql_input):
        try:
            sql_input.write(b"BEGIN;\nDROP SCHEMA public CASCADE;\n")
            with dump_path(folder, manifest.service).open("rb") as sealed:
                _unseal_into(sealed, sql_input, identities)
            sql_input.write(b"\nSET search_path = public;\n")
            for statement in (*plan.begin, *survive, *plan.finish, _audit(manifest, detail or {})):
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
            said = first_error(process)
            raise BackupError(f"PostgreSQL refused the backup of {manifest.service}: {said} Nothing was changed.")


def _refuse_while_used(owner_url: str, service: str) -> None:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND usename IN (%s, %s) AND pid <> pg_backend_pid()"
    )
    with connect_as_owner(owner_url) as connection:
        [used] = connection.execute(query, [f"{service}_web", f"{service}_worker"]).fetchone() or [0]
    if used:
        raise BackupError(f"Web or worker processes of {service} are connected: stop them first. Nothing was changed.")


@contextmanager
def _psql(owner_url: str) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    command = client_command("psql", owner_url, ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"))
    environment = client_environment(owner_url) | {"PGOPTIONS": "-c client_min_messages=error"}
    with subprocess.Popen(  # noqa: S603 # PostgreSQL's own program; no word of it comes from anybody
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        if process.stdin is None:
            raise BackupError("psql takes no input.")
        try:
            yield process, process.stdin
        except BaseException:
            process.kill()  # its session ends without a COMMIT
            with suppress(BrokenPipeError):  # of what it did not take any more; else that would be told instead
                process.stdin.close()
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


def _audit(manifest: Manifest, detail: Mapping[str, str]) -> str:
    insert = sql.SQL(
        "INSERT INTO audit_entry (action, object_type, object_id, outcome, at, detail)"
        " VALUES ({action}, {kind}, {taken}, 'done', now(), {detail}::jsonb)"
    )
    values = {"action": RECORDED_AS, "kind": RECORDED_OF, "taken": manifest.taken_at.isoformat()}
    told = {"detail": json.dumps(dict(detail)), **values}
    return insert.format(**{name: sql.Literal(value) for name, value in told.items()}).as_string(None)
