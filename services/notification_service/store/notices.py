"""Queries of people's notices, newest first.

Promises: every read names the account and hides what has expired or is from before the account's last reset; row-level
security says the first again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from notification_service.domain.notices import PlannedNotice
from notification_service.domain.settling import SETTLING, Settled, settled_by_notice
from notification_service.store.bulk_insert import insert_all
from notification_service.store.settled_rows import is_settled
from notification_service.store.tables import NoticeRow
from service_kit.cursor import Cursor
from service_kit.identity import Principal


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Newest first; `more` when older ones follow; `total` and `unread` count the whole list, not the page."""

    items: Sequence[NoticeRow]
    total: int
    unread: int
    more: bool


def add(session: Session, notices: Sequence[PlannedNotice]) -> None:
    """Insert a batch's notices in one statement; one that is there already stays as it is."""
    rows = [
        {
            "id": notice.id,
            "event_id": notice.event_id,
            "account_id": notice.account,
            "organization_id": notice.organization,
            "side": notice.side.value,
            "kind": notice.kind,
            "place": notice.place.value,
            "referral_id": notice.referral_id,
            "reference": notice.reference,
            "due_at": notice.due_at,
            "matter": notice.matter,
            "created_at": notice.created_at,
            "expires_at": notice.expires_at,
        }
        for notice in notices
    ]
    insert_all(session, NoticeRow, rows, "ON CONFLICT DO NOTHING")


def kinds_unread(
    session: Session, accounts: Collection[UUID], kinds: Collection[str], now: datetime, *, since: datetime
) -> set[tuple[UUID, str]]:
    """Account and kind of what these accounts were told since a moment and have not read yet, of these kinds."""
    unread = (NoticeRow.read_at.is_(None), NoticeRow.expires_at > now, NoticeRow.created_at > since)
    query = select(NoticeRow.account_id, NoticeRow.kind).where(
        NoticeRow.account_id.in_(accounts), NoticeRow.kind.in_(kinds), *unread
    )
    return {(account, kind) for account, kind in session.execute(query)}


def _own_notices(who: Principal, now: datetime) -> tuple[ColumnElement[bool], ...]:
    own = (NoticeRow.account_id == who.account, NoticeRow.expires_at > now)
    return own if who.since is None else (*own, NoticeRow.created_at >= who.since)


def page(session: Session, who: Principal, *, now: datetime, limit: int, after: Cursor | None = None) -> NoticePage:
    """Return up to `limit` of the account's notices, newest first, after the cursor."""
    wanted = select(NoticeRow).where(*_own_notices(who, now))
    if after is not None:
        wanted = wanted.where(tuple_(NoticeRow.created_at, NoticeRow.id) < after)
    newest_first = wanted.order_by(NoticeRow.created_at.desc(), NoticeRow.id.desc()).limit(limit + 1)
    rows = session.scalars(newest_first).all()
    counted = select(func.count(), func.count().filter(NoticeRow.read_at.is_(None))).where(*_own_notices(who, now))
    total, unread = session.execute(counted).one()
    return NoticePage(rows[:limit], total, unread, len(rows) > limit)


def count_unread(session: Session, who: Principal, *, now: datetime) -> int:
    """Count the account's unread notices."""
    counted = select(func.count()).select_from(NoticeRow).where(*_own_notices(who, now), NoticeRow.read_at.is_(None))
    return session.scalar(counted) or 0


def mark_read(session: Session, who: Principal, notice: UUID, *, now: datetime) -> NoticeRow | None:
    """Mark one as read and return it; None when the account has no such notice. Marking twice changes nothing."""
    marked = (
        update(NoticeRow)
        .where(*_own_notices(who, now), NoticeRow.id == notice)
        .values(read_at=func.coalesce(NoticeRow.read_at, now))
        .returning(NoticeRow)
    )
    return session.scalar(marked)


def mark_read_about(session: Session, who: Principal, referral: UUID, *, now: datetime) -> None:
    """Mark as read what the account was told of one referral."""
    about = (NoticeRow.referral_id == referral, NoticeRow.read_at.is_(None))
    session.execute(update(NoticeRow).where(*_own_notices(who, now), *about).values(read_at=now))


def mark_kinds_read(session: Session, who: Principal, kinds: Collection[str], *, now: datetime) -> None:
    """Mark as read every notice of these kinds that the account has."""
    of_kind = (NoticeRow.kind.in_(kinds), NoticeRow.read_at.is_(None))
    session.execute(update(NoticeRow).where(*_own_notices(who, now), *of_kind).values(read_at=now))


def mark_all_read(session: Session, who: Principal, *, now: datetime, until: datetime) -> None:
    """Mark as read everything dated up to `until`, so that what came meanwhile stays unread."""
    session.execute(
        update(NoticeRow)
        .where(*_own_notices(who, now), NoticeRow.read_at.is_(None), NoticeRow.created_at <= until)
        .values(read_at=now)
    )


def settle(session: Session, settled: Sequence[Settled], now: datetime) -> None:
    """Mark as read everybody's notices of what is settled, in one statement. Needs the worker's role."""
    if settled:
        unread = update(NoticeRow).where(NoticeRow.read_at.is_(None), is_settled(NoticeRow, settled))
        session.execute(unread.values(read_at=now))


def settled_before(session: Session, matters: Collection[UUID]) -> list[Settled]:
    """What notices about these matters tell to be over, those planned just now and before. Needs the worker's role."""
    if not matters:
        return []
    about = (NoticeRow.matter.in_(matters), NoticeRow.kind.in_(SETTLING))
    told = select(NoticeRow.matter, NoticeRow.kind, NoticeRow.due_at, func.max(NoticeRow.created_at)).where(*about)
    rows = session.execute(told.group_by(NoticeRow.matter, NoticeRow.kind, NoticeRow.due_at)).all()
    found = (settled_by_notice(matter, kind, due_at, at) for matter, kind, due_at, at in rows if matter is not None)
    return [settled for settled in found if settled is not None]


def expire_before(session: Session, account: UUID, at: datetime) -> None:
    """End every notice of the account dated before `at` (a sign-in reset empties the list)."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.account_id == account, NoticeRow.created_at < at, NoticeRow.expires_at > at)
        .values(expires_at=at)
    )


def delete_expired(session: Session, now: datetime) -> int:
    """Delete what has expired; return how many."""
    return len(session.execute(delete(NoticeRow).where(NoticeRow.expires_at <= now).returning(NoticeRow.id)).all())
