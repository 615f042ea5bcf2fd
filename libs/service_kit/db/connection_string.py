"""Connection string of libpq, made of the URL that SQLAlchemy reads, for PostgreSQL's own programs.

Why: everything in the URL counts for them, too (several hosts, `sslmode`, `sslrootcert`), but the password, which
everybody on the machine could read on a command line. When not to use it: for the service's own pool (`engine.py`).
"""

from typing import NamedTuple

from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url


class ConnectionString(NamedTuple):
    """The string, which may stand on a command line, and the password, which goes into PGPASSWORD."""

    text: str
    password: str | None


def connection_string(url: str) -> ConnectionString:
    """Of the URL of a database. Raises ArgumentError (SQLAlchemy), ProgrammingError (psycopg) where it is none."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    _, told = parsed.get_dialect()().create_connect_args(parsed)
    password = told.pop("password", None)
    return ConnectionString(make_conninfo(**told), password)
