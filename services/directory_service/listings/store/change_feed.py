"""Number the change feed, and read it.

A sequence gives numbers before the commit, so a reader that remembers "the last number seen" would miss what commits
late. Here a change is noted without a number in its own transaction, and `number_changes` gives numbers afterwards, one
caller at a time: whoever reads `number > cursor ORDER BY number` and keeps the last number misses nothing. An object
that changes again leaves its old place and comes back with a higher number, so each is in the feed once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, true, union_all, update
from sqlalchemy.orm import Session

from directory_service.listings.store.tables_changes import (
    Change,
    ChangeFeed,
)

CHANNEL = "setu_change"
_LOCK = 0x5E70_0021
NUMBERED_AT_ONCE = 5_000
_NUMBER = text(
    """
    WITH locked AS (
        SELECT kind, object_id, noted_at FROM change WHERE number IS NULL
        ORDER BY noted_at LIMIT :most FOR UPDATE SKIP LOCKED
    ), waiting AS (
        SELECT kind, object_id, row_number() OVER (ORDER BY noted_at, object_id) AS place FROM locked
    ), feed AS (
        UPDATE change_feed SET last = last + (SELECT count(*) FROM waiting), numbered_at = clock_timestamp()
        WHERE EXISTS (SELECT FROM waiting) RETURNING last
    )
    UPDATE change SET shown_at = NULL, number = feed.last - (SELECT count(*) FROM waiting) + waiting.place
    FROM waiting, feed WHERE change.kind = waiting.kind AND change.object_id = waiting.object_id
    """
)


@dataclass(frozen=True)
class Feed:
    """The feed's name, and the last number given."""

    id: UUID
    last: int


@dataclass(frozen=True)
class Changed:
    """Something that the public sees differently since the number before."""

    number: int
    kind: str
    object_id: UUID
    noted_at: datetime


def number_changes(session: Session) -> int:
    """Give numbers to what has been committed, oldest first; how many. Whoever comes second waits for the first."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    return int(session.execute(_NUMBER, {"most": NUMBERED_AT_ONCE}).rowcount)  # type: ignore[attr-defined] # an UPDATE has a CursorResult


@dataclass(frozen=True)
class FeedState:
    """`tag` is another one whenever the public may see anything differently; `at`: since when it is the same.

    `at` is None while something is committed and has no number yet.
    """

    feed: Feed
    tag: str
    at: datetime | None


def state_of_feed(session: Session) -> FeedState:
    """What tags of lists and exports from the database are made of. Cheap, however large the directory."""
    moments = func.coalesce(func.sum(func.extract("epoch", Change.noted_at)), 0)
    unnumbered = (
        select(func.count().label("waiting"), moments.label("moments")).where(Change.number.is_(None)).subquery()
    )
    feed_now = (ChangeFeed.id, ChangeFeed.last, ChangeFeed.numbered_at)
    row = session.execute(select(*feed_now, unnumbered).select_from(ChangeFeed).join(unnumbered, true())).one()
    tag = f"{row.id}-{row.last}-{row.waiting}-{row.moments}"
    at = None if row.waiting else row.numbered_at
    return FeedState(Feed(row.id, row.last), sha256(tag.encode()).hexdigest()[:32], at)


def changes_after(session: Session, cursor: int, limit: int) -> Sequence[Changed]:
    """What has a higher number than `cursor`, in the order of the numbers."""
    wanted = select(Change.number, Change.kind, Change.object_id, Change.noted_at).where(Change.number > cursor)
    rows = session.execute(wanted.order_by(Change.number).limit(limit))
    return [Changed(row.number, row.kind, row.object_id, row.noted_at) for row in rows]


def note_shown(session: Session, last: int, at: datetime) -> None:
    """Say of changes up to the number `last`, unless it is said already, that every reader sees them before `at`."""
    unseen = Change.shown_at.is_(None) & (Change.number <= last)
    session.execute(update(Change).where(unseen).values(shown_at=at))


def number_again(session: Session, cursor: int, last: int) -> None:
    """Take the numbers above `cursor`, up to `last`, away: `number_changes` gives higher ones."""
    session.execute(update(Change).where(Change.number > cursor, Change.number <= last).values(number=None))


def shown_since(moment: datetime) -> ColumnElement[bool]:
    """A condition on `Change`: a reader may have seen it for the first time at this moment or later."""
    return or_(Change.number.is_(None), Change.shown_at.is_(None), Change.shown_at >= moment)


def services_after(session: Session, cursor: int, limit: int) -> Sequence[UUID]:
    """Services that have changed since the number `cursor`, at most `limit`; one statement in two indexes."""
    service = select(Change.object_id).where(Change.kind == "service")
    unseen = union_all(service.where(Change.number.is_(None)), service.where(Change.number > cursor)).limit(limit)
    return session.scalars(unseen).all()


def feed(session: Session) -> Feed:
    """Name and last number."""
    return Feed(*session.execute(select(ChangeFeed.id, ChangeFeed.last)).one())


def oldest_after(session: Session, cursor: int) -> datetime | None:
    """When the oldest change was noted that a reader at `cursor` has not seen; None if there is none."""
    return session.scalar(select(func.min(Change.noted_at)).where(or_(Change.number.is_(None), Change.number > cursor)))
