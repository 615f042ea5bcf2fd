"""The few statements that every hot request pays for, handed to the driver as they stand.

Why: for such a statement SQLAlchemy's compiling, binding and result objects cost several times what the driver needs
(`ops/bench/submit.py`). Promises: it runs in the session's own transaction and scope; the driver prepares it by itself;
errors are SQLAlchemy's, as everywhere, and never quote a bound value. When not to use it: wherever a table's own
`select`, `insert` or `update` says it; only a benchmark justifies a line here.
"""

from collections.abc import Mapping
from typing import Any, LiteralString, cast

import psycopg
from psycopg import pq
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

_KEPT = "setu cursor"
_GOOD = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


class Driver(psycopg.Connection[tuple[Any, ...]]):
    """psycopg's connection, which ends an ordinary transaction in one step: every request pays for the end of one."""

    def commit(self) -> None:
        """Raises psycopg.Error."""
        if self.pgconn.transaction_status == pq.TransactionStatus.INTRANS:
            _checked(self, self.pgconn.exec_(b"COMMIT"))
        else:  # it may have failed, or not begun
            super().commit()

    def rollback(self) -> None:
        """Raises psycopg.Error."""
        if self.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            super().rollback()


def rows(session: Session, statement: LiteralString, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Execute it with psycopg's own placeholders, `%(name)s`; the rows that it returns. Raises DBAPIError."""
    connection = connection_of(session)
    try:
        cursor = _cursor_of(connection).execute(statement, values)
        return cursor.fetchall() if cursor.pgresult is not None and cursor.pgresult.nfields else []
    except psycopg.Error as error:
        raise _as_ours(connection, statement, error) from error


def command(connection: Connection, words: bytes) -> tuple[str | None, ...]:
    """Send commands without placeholders in one round trip, as they are: not even a BEGIN goes before. DBAPIError.

    Returns the columns of the first row, as text, of a query that stands last; () after anything else.
    """
    driver = driver_of(connection)
    try:
        result = _checked(driver, driver.pgconn.exec_(words))
    except psycopg.Error as error:
        raise _as_ours(connection, "", error) from error
    values = (result.get_value(0, column) for column in range(result.nfields if result.ntuples else 0))
    return tuple(None if value is None else value.decode() for value in values)


def _checked(driver: "psycopg.Connection[tuple[Any, ...]]", result: pq.abc.PGresult) -> pq.abc.PGresult:
    if result.status not in _GOOD:
        error = psycopg.errors.error_from_result(result, driver.info.encoding)
        if driver.closed and not isinstance(error, psycopg.OperationalError):  # no server was left to say why
            error = psycopg.OperationalError("the connection was lost")
        raise error
    return result


def connection_of(session: Session) -> Connection:
    """The one connection of a session from `Database.transaction`, without what `session.connection()` does besides.

    Under a savepoint it must be asked for: the session sends SAVEPOINT only when its connection is.
    """
    bound = session.get_bind()
    in_the_open = isinstance(bound, Connection) and not session.in_nested_transaction()
    return cast("Connection", bound) if in_the_open else session.connection()


def driver_of(connection: Connection) -> "psycopg.Connection[tuple[Any, ...]]":
    """The driver's connection under a checked-out one."""
    return cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)


def _cursor_of(connection: Connection) -> "psycopg.Cursor[tuple[Any, ...]]":
    """One for the life of the driver's connection: what it has learnt of types is half the price."""
    kept: psycopg.Cursor[tuple[Any, ...]] | None = connection.info.get(_KEPT)
    if kept is None:
        kept = connection.info[_KEPT] = driver_of(connection).cursor()
    return kept


def _as_ours(connection: Connection, statement: str, error: psycopg.Error) -> BaseException:
    lost = driver_of(connection).closed
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        statement,
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=connection.dialect,
    )
