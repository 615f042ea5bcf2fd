"""Transactions on the service's own database, each with the scope that row-level security reads.

The engine is made at first use, so nothing is opened before gunicorn forks. Every transaction begins
with its four `SET LOCAL`, in the same round trip as BEGIN: the settings live and die with the transaction,
whatever pool hands the connection on. If that finds a connection that died while it was pooled (the
server was restarted), one fresh connection is tried; no ping is paid for that. A request that must know something
before its work begins asks it in that round trip too (`begin_ahead`).
Not for LISTEN or advisory leads: those hold a connection of their own (`dedicated`).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service_kit.db import direct


@dataclass(frozen=True)
class Scope:
    """On whose behalf a transaction runs. `districts` are LGD codes. Empty: row-level security lets nothing in."""

    organization: UUID | None = None
    account: UUID | None = None
    role: str | None = None
    districts: tuple[int, ...] = ()

    def settings(self) -> dict[str, str]:
        """The values of the four `setu.…` settings, '' where there is none."""
        return {
            "organization": str(self.organization or ""),
            "account": str(self.account or ""),
            "role": self.role or "",
            "districts": ",".join(map(str, self.districts)),
        }


@lru_cache(maxsize=1024)
def _opening(scope: Scope) -> bytes:
    """The commands that begin a transaction in the scope."""
    settings = (
        b"SET LOCAL setu.%s = %s" % (name.encode(), sql.Literal(value).as_bytes())
        for name, value in scope.settings().items()
    )
    return b"; ".join((b"BEGIN", *settings))


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached or is shutting down, not that a statement is wrong."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state[:2] in ("08", "53", "57")


def _connect(_dialect: object, _record: object, positional: list[Any], named: dict[str, Any]) -> direct.Driver:
    return direct.Driver.connect(*positional, **named)


def _give_back(connection: Connection) -> None:
    with suppress(DBAPIError):  # it died meanwhile, and is out of the pool; nothing was done that could be undone
        connection.close()


class _Thread(threading.local):
    """What a thread has begun ahead of its next transaction."""

    begun: tuple[bytes, Connection] | None = None


class Database:
    """One service's database as one of its roles (web, worker or owner: the URL says which)."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._pool_size = pool_size
        self._engine: Engine | None = None
        self._autocommit: Engine | None = None
        self._making = threading.Lock()
        self._thread = _Thread()

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"

    @contextmanager
    def transaction(self, scope: Scope | None = None) -> Iterator[Session]:
        """A session in one transaction: committed on leaving, rolled back on an exception."""
        with self._next(_opening(scope or Scope())) as connection:
            session = Session(connection, expire_on_commit=False)
            try:
                yield session
                if session.in_transaction():  # it joined the connection's; this flushes what is pending
                    session.commit()
                connection.commit()
            finally:
                if session.in_transaction():
                    session.close()

    def begin_ahead(self, scope: Scope, question: LiteralString) -> tuple[str | None, ...]:
        """Begin this thread's next transaction now, and ask one question in the same round trip.

        `transaction(scope)` of the same thread goes on in it; for another scope it is given up, so a thread holds one
        connection as ever. Whoever calls this calls `end_ahead` when the work is over, whether or not it was used.
        `question`: a SELECT of one row, no placeholders. Returns its columns as PostgreSQL's text.
        """
        self.end_ahead()
        opening = _opening(scope)
        connection, answer = self._begun(opening, question.encode())
        self._thread.begun = opening, connection
        return answer

    def end_ahead(self) -> None:
        """Give back what was begun ahead and not gone on with."""
        begun, self._thread.begun = self._thread.begun, None
        if begun is not None:
            _give_back(begun[1])

    def look_up(self, statement: bytes, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of one statement on its own, without a scope: it costs one round trip and little else.

        For hot look-ups of what everybody may read: row-level security lets in nothing but tables that are public by
        design. Not for statements that must agree with each other, and never for a change: a connection that died
        while it was pooled is replaced, and the statement sent again. Raises psycopg.Error.
        """
        with self._lone_statements().connect() as connection:
            driver = direct.driver_of(connection)
            try:
                return driver.execute(statement, values).fetchall()
            except psycopg.OperationalError:
                if not driver.closed:
                    raise
                connection.invalidate()
        self.engine.dispose(close=False)  # whatever else is pooled died with it
        with self._lone_statements().connect() as connection:
            return direct.driver_of(connection).execute(statement, values).fetchall()

    def _lone_statements(self) -> Engine:
        if self._autocommit is None:
            self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # the same pool
        return self._autocommit

    def ping(self) -> bool:
        """Whether the database answers."""
        try:
            with self.transaction() as session:
                session.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def dedicated(self) -> psycopg.Connection:
        """A connection outside the pool, autocommit, for LISTEN and session-level locks. The caller closes it.

        TCP keepalives are short: when it is lost, whatever its session held (a lead) must end soon.
        """
        url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=5,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            application_name="setu dedicated",
        )

    @property
    def most_requests(self) -> int:
        """How many requests may use it at once (`web.concurrency_limit`), so that none waits for a connection.

        Each has one connection, and one is to spare for whoever needs a second for a moment.
        """
        return max(1, self._pool_size - 1)

    def dispose(self) -> None:
        """Close the pool."""
        if self._engine is not None:
            self._engine.dispose()

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, made at first use."""
        if self._engine is None:
            with self._making:
                if self._engine is None:
                    engine = create_engine(
                        self._url,
                        pool_size=self._pool_size,
                        max_overflow=0,
                        pool_timeout=5,
                        hide_parameters=True,  # bound values may be personal; they never reach a log
                        connect_args={"connect_timeout": 5},
                    )
                    event.listen(engine, "do_connect", _connect)
                    self._engine = engine
        return self._engine

    def _next(self, opening: bytes) -> Connection:
        begun, self._thread.begun = self._thread.begun, None
        if begun is not None and begun[0] == opening:
            return begun[1]
        if begun is not None:
            _give_back(begun[1])
        return self._begun(opening)[0]

    def _begun(self, opening: bytes, question: bytes = b"") -> tuple[Connection, tuple[str | None, ...]]:
        try:
            return self._begin(opening, question)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.engine.dispose(close=False)  # whatever else is pooled died with it
            return self._begin(opening, question)

    def _begin(self, opening: bytes, question: bytes) -> tuple[Connection, tuple[str | None, ...]]:
        connection = self.engine.connect()
        try:
            connection.begin()
            return connection, direct.command(connection, b"; ".join((opening, question)) if question else opening)
        except BaseException:
            connection.close()
            raise
