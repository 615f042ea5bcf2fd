"""PostgreSQL's own programs and a connection as the owner's role, for backups.

Promises: passwords go through the environment, never on a command line; of what a program says when it fails only the
first line is told, since later ones may quote rows. When not to use it: for anything that a `Database` can do.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from service_kit.db.backup_manifest import BackupError
from service_kit.db.connection_string import connection_string


def client_command(name: str, owner_url: str, options: Sequence[str]) -> list[str]:
    """The command line of `pg_dump` or `psql` for a database. Raises BackupError where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not installed here: it comes with PostgreSQL's client programs.")
    return [found, *options, "--no-password", f"--dbname={connection_string(owner_url).text}"]


def client_environment(owner_url: str) -> dict[str, str]:
    """The environment of such a program: the password, and nothing of ours beside it."""
    told = {"PGPASSWORD": connection_string(owner_url).password, "PATH": os.environ.get("PATH"), "LC_ALL": "C.UTF-8"}
    return {name: value for name, value in told.items() if value is not None}


def first_error(process: subprocess.Popen[bytes]) -> str:
    """The first line that PostgreSQL said."""
    said = process.stderr.read().decode(errors="replace") if process.stderr else ""
    return next((line for line in said.splitlines() if line.strip()), "it said nothing.")


@contextmanager
def connect_as_owner(owner_url: str) -> Iterator[psycopg.Connection]:
    """A connection of its own. Raises BackupError where the database is away, or goes."""
    text, password = connection_string(owner_url)
    try:
        with psycopg.connect(make_conninfo(f"connect_timeout=5 {text}", password=password)) as connection:
            yield connection
    except psycopg.OperationalError:
        raise BackupError("The database does not answer, or refuses the owner's role.") from None
