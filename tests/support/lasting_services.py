"""A service that is built once in a process; each test finds it as it was built.

Why: an application, its connections and what a new connection has to look up cost more than most tests do. The rows
are put back after each test over a connection that stays. A test that changed more than rows, or left a lock, ends the
service, and the next test gets another. Not for a test that breaks the application or its connections on purpose.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import psycopg

from service_kit.db import provision
from service_kit.db.engine import Database
from support.fresh_databases import Clone, FreshDatabases, Urls, picture, put_back
from support.kit.left_open import end_what_is_left, lasting

Built = TypeVar("Built")

_LOCKED = """SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


@dataclass
class LastingService(Generic[Built]):
    """`build` makes the service over a database; `renew` puts back what it holds in memory, before each test."""

    databases: FreshDatabases
    service: str
    build: Callable[[Urls], Built]
    renew: Callable[[Built], None] = lambda _: None
    _open: ExitStack = field(default_factory=ExitStack)
    _running: "_Running[Built] | None" = None

    @contextmanager
    def lend(self) -> Iterator[Built]:
        """The service as it was built; nobody else has it until the block ends."""
        running = self._running = self._running or self._begin()
        self.renew(running.built)
        try:
            yield running.built
        finally:
            running.end_what_is_left()
            if not running.is_as_built_again():
                self.close()

    def close(self) -> None:
        """Give the database back."""
        self._running = None
        self._open.close()

    def _begin(self) -> "_Running[Built]":
        urls = self._open.enter_context(self.databases.clone(self.service))
        built = self.build(urls)
        watcher = psycopg.connect(provision.libpq(lasting(urls.superuser)), autocommit=True)
        self._open.enter_context(closing(watcher))
        return _Running(built, watcher, picture(watcher, watcher.info.dbname))


@dataclass(frozen=True)
class _Running(Generic[Built]):
    built: Built
    watcher: psycopg.Connection
    as_built: Clone

    def end_what_is_left(self) -> None:
        """The next test finds no connection of this one."""
        with suppress(psycopg.Error):  # the test has broken the database: its connections end with it
            end_what_is_left(self.watcher)

    def is_as_built_again(self) -> bool:
        try:
            locked = self.watcher.execute(_LOCKED).fetchone()
            return locked == (False,) and put_back(self.watcher, self.as_built)
        except psycopg.Error:
            return False


@dataclass(frozen=True)
class Connected:
    """A database and its pools, whose connections outlive a test."""

    urls: Urls
    web: Database
    worker: Database

    @classmethod
    def to(cls, urls: Urls) -> "Connected":
        return cls(urls, Database(lasting(urls.web)), Database(lasting(urls.worker)))
