"""Clamp for stored times that work waits for: after a leap, what lies further ahead than it can is cut down to now.

Why: a retry, a lease or a pause that was written while the clock read 2029 would hold its message until 2029 after the
clock was put right, and a heartbeat would vouch until then. Promises: each such column of a service is named once, with
the longest that it can lie ahead (a test finds one that is not); the worker looks each hour, and within half a minute
after a leap was put right, and only while the clock is believed. What is under way at that moment may be done twice.
When not to use it: for due times and times of retention, which belong to what somebody did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.schema import Column

from service_kit.backoff import Backoff
from service_kit.db.session_heartbeat import LATE
from service_kit.db.tables import inbox, outbox, session_heartbeat, throttle
from service_kit.db.throttle import LONGEST_WINDOW

_APART = timedelta(minutes=1)  # so far the clocks of two hosts may differ


@dataclass(frozen=True)
class ClampedTime:
    """A column of times, and the longest that one can lie ahead; `only`: the rows that wait for it.

    What lies further ahead becomes `age` before now.
    """

    column: Column[Any] | InstrumentedAttribute[Any]
    longest: timedelta
    only: ColumnElement[bool] | None = None
    age: timedelta = timedelta(0)


_LONGEST_BACKOFF = timedelta(seconds=Backoff().most)
OF_THE_KIT = (
    ClampedTime(inbox.c.retry_at, _LONGEST_BACKOFF, inbox.c.state == "waiting"),
    ClampedTime(outbox.c.retry_at, _LONGEST_BACKOFF, outbox.c.published_at.is_(None)),
    ClampedTime(throttle.c.window_end, LONGEST_WINDOW),
    ClampedTime(session_heartbeat.c.as_of, timedelta(0), age=2 * LATE),
)
"""A heartbeat of the future becomes one that is late: nobody was told of what was ended until now."""


def clamp_future_times(session: Session, clamped: Sequence[ClampedTime], now: datetime) -> None:
    """Cut down to now what of these lies further ahead than it can; `now` is aware, and believed."""
    for one in clamped:
        table = one.column.table
        too_far = update(table).where(one.column > now + one.longest + _APART).values({one.column.key: now - one.age})
        session.execute(too_far if one.only is None else too_far.where(one.only))
