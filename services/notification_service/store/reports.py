"""Queue of providers' reports: the web process adds one, the worker applies it.

A report stays under its callback's id while `domain/retention.py` says, so that a replay adds nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.domain.retention import REPORTS_KEPT
from notification_service.store.tables import ReportRow

PATIENCE = timedelta(minutes=15)
"""How long a report waits for its message to be recorded as sent; a sender that died is replaced within a lease."""


def add(session: Session, report: ReportRow) -> None:
    """Add a report, unless one of the same id is there. The web role may do this and nothing else here."""
    names = ("id", "channel", "word", "delivery_id", "digest", "code", "received_at")
    values = {name: getattr(report, name) for name in names}
    session.execute(insert(ReportRow).values(**values).on_conflict_do_nothing())


def lock_waiting(session: Session, limit: int) -> Sequence[ReportRow]:
    """Take up to `limit` reports that were not applied, oldest first, that no other worker holds."""
    waiting = select(ReportRow).where(ReportRow.applied_at.is_(None)).order_by(ReportRow.received_at, ReportRow.id)
    return session.scalars(waiting.limit(limit).with_for_update(skip_locked=True)).all()


def delete_old(session: Session, now: datetime) -> None:
    """Delete what was applied, or never could be, longer ago than reports are kept."""
    session.execute(delete(ReportRow).where(ReportRow.received_at < now - REPORTS_KEPT))
