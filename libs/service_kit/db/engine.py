"""Transactions on the service's own database, each with the scope that row-level security reads.

The engine is made at first use, so nothing is opened before gunicorn forks. Every transaction begins
with `set_config(…, true)` of its four settings: they live and die with the transaction, whatever pool hands the
connection on. If that finds a connection that died while it was pooled (the server was restarted), one fresh connection
is tried; no ping is paid for that.
Not for LISTEN or advisory leads: those hold a connection of their own (`dedicated`).
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Insert,
    Row,
    Select,
    Text,
    bindparam,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    select,
    text,
    true,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from service_kit.db.connection_string import connection_string
from service_kit.identity import Scope

_READ_ONLY = "25006"  # SQLSTATE of a write at a server that was the primary and is none any more
# a server that vanished without a word (its host, or the network to it) is noticed within five seconds
_LOST_SOON = {"tcp_user_timeout": 5000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_SET_SCOPE = select(
    *(
        func.set_config(literal_column(f"'setu.{name}'"), bindparam(name, type_=Text), true())
        for name in Scope().settings()
    )
)
Result = TypeVar("Result")
Parameters = Mapping[str, object]
AnyRow = Row[*tuple[Any, ...]]


def is_away(error: BaseException) -> bool:
    """Whether an error means that the database cannot be reached or takes no writes now, not that a statement is wrong.

    So too of a connection that is not the pool's (`dedicated`), and where the pool gave none in time, since whoever has
    them waits for hosts that do not answer.
    """
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.OperationalError) or error.sqlstate == _READ_ONLY
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or state is None or state[:2] in ("08", "53", "57") or state == _READ_ONLY


def has_failed(session: Session) -> bool:
    """Whether a statement of the transaction failed: PostgreSQL answers its COMMIT with a rollback, and no error.

    Asks the driver, not the server. For who commits what others did: they may have caught what was raised.
    """
    connection: Any = session.connection().connection.driver_connection
    return bool(connection.info.transaction_status == TransactionStatus.INERROR)


def _leave_former_primary(context: ExceptionContext) -> None:
    """Connections to a server that became a replica are dropped, all of the pool, as if it had gone."""
    if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
        context.is_disconnect = True


def _set_scope(session: Session, scope: Scope) -> None:
    try:
        session.execute(_SET_SCOPE, scope.settings())
    except DBAPIError:
        session.rollback()  # lets go of the connection, so that the next statement takes another
        raise


class Database:
    """One service's database as one of its roles (web, worker or owner: the URL says which)."""

    def __init__(self, url: str, *, pool_size: int = 5, pool_timeout: float = 5) -> None:
        """`pool_timeout`: seconds that whoever needs a connection waits for one to come back."""
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._pool_size = pool_size
        self._pool_timeout = pool_timeout
        self._engine: Engine | None = None
        self._making = threading.Lock()

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"

    @contextmanager
    def transaction(self, scope: Scope | None = None) -> Iterator[Session]:
        """A session in one transaction: committed on leaving, rolled back on an exception."""
        with Session(self.engine, expire_on_commit=False) as session:
            self._retry_once(lambda: _set_scope(session, scope or Scope()))
            yield session
            session.commit()

    def fetch_committed(self, query: Select[Any], parameters: Parameters | None = None) -> Sequence[AnyRow]:
        """The rows of one SELECT in autocommit: one round trip, without a transaction and without a scope.

        For look-ups of what everybody may read: row-level security lets in nothing but tables that are public by
        design. Not for queries that must agree with each other. Raises DBAPIError.
        """
        return self._retry_once(lambda: self._fetch(query, parameters))

    def execute_committed(self, statement: Insert) -> None:
        """Execute one statement in autocommit: it stays whatever becomes of the request. Raises DBAPIError."""
        with self._autocommit() as connection:
            connection.execute(statement)

    def ping(self) -> bool:
        """Whether the database answers."""
        try:
            with self.transaction() as session:
                session.execute(text("SELECT 1"))
        except (DBAPIError, PoolTimeout):
            return False
        return True

    def dedicated(self) -> psycopg.Connection:
        """A connection outside the pool, autocommit, for LISTEN and session-level locks. The caller closes it.

        It is noticed soon when it is lost: whatever its session held (a lead) must end then.
        """
        told, password = connection_string(self._url.render_as_string(hide_password=False))
        more: dict[str, Any] = {"connect_timeout": 5, "application_name": "setu dedicated"} | self._unless_told(
            _LOST_SOON
        )
        return psycopg.connect(told, autocommit=True, password=password, **more)

    @property
    def most_requests(self) -> int:
        """How many requests may use it at once (`web.concurrency_limit`), so that none waits for a connection.

        Authentication gives its connection back before the view's transaction begins, so a request holds one. The last
        of the pool is for a look-up inside a transaction (the reader's language on a public page, for one): such
        requests take it in turn, where without it each would wait for the others until the pool's timeout.
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
                    self._engine = create_engine(
                        self._url,
                        pool_size=self._pool_size,
                        max_overflow=0,
                        pool_timeout=self._pool_timeout,
                        hide_parameters=True,  # bound values may be personal; they never reach a log
                        connect_args={"connect_timeout": 5} | self._unless_told(_LOST_SOON),
                    )
                    event.listen(self._engine, "handle_error", _leave_former_primary)
        return self._engine

    def _unless_told(self, options: Mapping[str, int]) -> dict[str, Any]:
        """Those of libpq's options that the URL does not set itself."""
        return {name: value for name, value in options.items() if name not in self._url.query}

    def _fetch(self, query: Select[Any], parameters: Parameters | None) -> Sequence[AnyRow]:
        with self._autocommit() as connection:
            return connection.execute(query, parameters).all()

    def _autocommit(self) -> Connection:
        return self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _retry_once(self, first_statement: Callable[[], Result]) -> Result:
        """Run what comes first on a pooled connection; again where the connection had died in the pool."""
        try:
            return first_statement()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.engine.dispose(close=False)  # whatever else is pooled died with it
            return first_statement()
