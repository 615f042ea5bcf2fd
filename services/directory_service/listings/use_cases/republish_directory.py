"""Send every snapshot of organisations and services again, with its version, to a consumer that was emptied.

Consumers apply a snapshot only if it is newer than what they hold, so those that missed nothing are not disturbed.
Tombstones go out too. Members are sent by `accounts/use_cases/republish_members.py`; `setu directory republish`
does both.
"""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import undefer

from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.publish_event import publish_event
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

BATCH = 500
Row = TypeVar("Row", Organization, Service)


def republish_directory(db: Database, now: datetime) -> int:
    """Number of snapshots sent. Organisations first; one transaction a batch, so memory stays flat."""
    return _republish(db, Organization, now) + _republish(db, Service, now)


def _republish(db: Database, kind: type[Row], now: datetime) -> int:
    with db.transaction() as session:
        ids = list(session.scalars(select(kind.id).where(kind.snapshot.is_not(None)).order_by(kind.id)))
    for start in range(0, len(ids), BATCH):
        some = kind.id.in_(ids[start : start + BATCH])
        with db.transaction() as session:
            for row in session.scalars(select(kind).where(some).order_by(kind.id).options(undefer(kind.snapshot))):
                publish_event(session, row, now)
    return len(ids)
