"""Rate limits and throttles in a table, so that they hold over all processes and restarts.

A bucket (`sign-in by name`, …) and a keyed digest of whom it counts; never the plain key. Call it in a
transaction of its own that commits whatever the request's outcome is: a failed sign-in that rolls its own
counting back would not be counted.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.db.tables import throttle as table

LONGEST_WINDOW = timedelta(days=1)


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
    """Count one use, whatever the limit is; one statement, exact over all processes.

    Raises ValueError for a window of more than a day: a leap of the clock would be taken for one (`clamped_times.py`).
    """
    if window > LONGEST_WINDOW:
        raise ValueError(f"a window of {window} is longer than {LONGEST_WINDOW}")
    first = insert(table).values(bucket=bucket, key_digest=key_digest, window_end=now + window, count=1)
    is_over = table.c.window_end <= now
    counted = first.on_conflict_do_update(
        index_elements=["bucket", "key_digest"],
        set_={
            "count": case((is_over, 1), else_=table.c.count + 1),
            "window_end": case((is_over, first.excluded.window_end), else_=table.c.window_end),
        },
    )
    count, window_end = session.execute(counted.returning(table.c.count, table.c.window_end)).one()
    return Window(count, max(1, math.ceil((window_end - now).total_seconds())))


def forget(session: Session, bucket: str, key_digest: bytes) -> None:
    """Start counting anew, for example after a sign-in that succeeded. The row stays: only the worker deletes."""
    session.execute(update(table).where(table.c.bucket == bucket, table.c.key_digest == key_digest).values(count=0))


def give_back(session: Session, bucket: str, key_digest: bytes) -> None:
    """Take one use off the count: counted first, so that racing ones cannot slip past, and then found right."""
    session.execute(
        update(table)
        .where(table.c.bucket == bucket, table.c.key_digest == key_digest)
        .values(count=func.greatest(table.c.count - 1, 0))
    )


def prune(session: Session, now: datetime) -> None:
    """Delete windows that are over."""
    session.execute(delete(table).where(table.c.window_end <= now))
