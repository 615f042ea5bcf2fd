"""Transactions of the referral service's web role with exactly somebody's settings: what row-level security lets in."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from service_kit.db.engine import Database
from service_kit.identity import Principal, Scope
from support.referral import ReferralService


@contextmanager
def as_web(setu: ReferralService, who: Principal | None) -> Iterator[Session]:
    """A transaction of the web role with exactly this person's settings."""
    db = Database(setu.urls.web, pool_size=1)
    try:
        with db.transaction(Scope() if who is None else who.scope) as session:
            yield session
    finally:
        db.dispose()
