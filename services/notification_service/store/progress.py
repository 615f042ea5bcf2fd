"""Read model of each referral's progress, read and written for a whole batch at a time."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from notification_service.domain.event_ordering import Progress
from notification_service.store.bulk_insert import insert_all
from notification_service.store.tables import ProgressRow

_NEVER_BACK = """
ON CONFLICT (referral_id) DO UPDATE SET
    task_version = greatest(progress.task_version, excluded.task_version),
    view_version = greatest(progress.view_version, excluded.view_version),
    stopped = progress.stopped OR excluded.stopped,
    seen_at = excluded.seen_at
"""


def load(session: Session, referrals: Collection[UUID]) -> dict[UUID, Progress]:
    """Return the progress of each known referral; rows are locked until the transaction ends."""
    wanted = select(ProgressRow).where(ProgressRow.referral_id.in_(referrals)).order_by(ProgressRow.referral_id)
    rows = session.scalars(wanted.with_for_update())
    return {row.referral_id: Progress(row.task_version, row.view_version, row.stopped) for row in rows}


def save(session: Session, progress: Mapping[UUID, Progress], now: datetime) -> None:
    """Write the progress of a batch in one statement; versions never go back, a stop never ends."""
    rows = [
        {
            "referral_id": referral,
            "task_version": seen.task_version,
            "view_version": seen.view_version,
            "stopped": seen.stopped,
            "seen_at": now,
        }
        for referral, seen in sorted(progress.items())
    ]
    insert_all(session, ProgressRow, rows, _NEVER_BACK)


def forget(session: Session, before: datetime) -> int:
    """Delete the progress of referrals of which nothing was heard since `before`; return how many."""
    gone = session.execute(delete(ProgressRow).where(ProgressRow.seen_at < before).returning(ProgressRow.referral_id))
    return len(gone.all())
