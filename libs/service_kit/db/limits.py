"""Rate limits and throttles in a table, so that they hold over all processes and restarts.

A bucket (`sign-in by name`, …) and a keyed digest of whom it counts; never the plain key. Call it in a
transaction of its own that commits whatever the request's outcome is: a failed sign-in that rolls its own
counting back would not be counted.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.db.tables import throttle as table


@dataclass(frozen=True)
class RetryAfter:
    """The limit is reached; whole seconds until the window ends (at least 1)."""

    seconds: int


@dataclass(frozen=True)
class Window:
    """The window that began with its first use: how many there were, and whole seconds until it ends (at least 1)."""

    count: int
    seconds_left: int


def throttle(
    session: Session, bucket: str, key_digest: bytes, *, limit: int, window: timedelta, now: datetime
) -> RetryAfter | None:
    """Count one use; None while there are at most `limit` in the window."""
    used = count_use(session, bucket, key_digest, window=window, now=now)
    return None if used.count <= limit else RetryAfter(used.seconds_left)


def count_use(session: Session, bucket: str, key_digest: bytes, *, window: timedelta, now: datetime) -> Window:
    """Count one use, whatever the limit is; one statement, exact over all processes."""
    over = table.c.window_end <= now
    new = insert(table).values(bucket=bucket, key_digest=key_digest, window_end=now + window, count=1)
    statement = new.on_conflict_do_update(
        index_elements=[table.c.bucket, table.c.key_digest],
        set_={
            "count": case((over, 1), else_=table.c.count + 1),
            "window_end": case((over, now + window), else_=table.c.window_end),
        },
    ).returning(table.c.count, table.c.window_end)
    count, window_end = session.execute(statement).one()
    return Window(count, max(1, math.ceil((window_end - now).total_seconds())))


def forget(session: Session, bucket: str, key_digest: bytes) -> None:
    """Start counting anew, for example after a sign-in that succeeded."""
    session.execute(delete(table).where(table.c.bucket == bucket, table.c.key_digest == key_digest))


def prune(session: Session, now: datetime) -> None:
    """Delete windows that are over."""
    session.execute(delete(table).where(table.c.window_end <= now))
