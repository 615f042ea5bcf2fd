"""Connections to the referral service's database under another role, closed afterwards.

A transaction of the web role with exactly somebody's settings shows what row-level security lets in.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.orm import Session

from service_kit.db.engine import Database
from service_kit.db.provision import libpq
from service_kit.identity import Principal, Scope
from support.referral import ReferralService


@contextmanager
def as_web(setu: ReferralService, who: Principal | None) -> Iterator[Session]:
    """A transaction of the web role with exactly this person's settings."""
    with web_database(setu) as db, db.transaction(Scope() if who is None else who.scope) as session:
        yield session


@contextmanager
def web_database(setu: ReferralService) -> Iterator[Database]:
    """A connection of the web role, for a test that says itself as whom."""
    db = Database(setu.urls.web, pool_size=1)
    try:
        yield db
    finally:
        db.dispose()


def analyze(setu: ReferralService, *tables: str) -> None:
    """Let PostgreSQL count what was inserted, as it does by itself a minute later."""
    with psycopg.connect(libpq(setu.urls.superuser), autocommit=True) as database:
        database.execute(f"ANALYZE {', '.join(tables)}".encode())
