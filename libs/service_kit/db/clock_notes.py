"""Guard against a clock that leapt: what deletes, ends or freezes by the calendar waits until the time is believed.

Why: a machine that comes up with a dead battery, or a wrong answer of a time server, moves the clock by years; a worker
that believes it deletes in one sweep what was to stay for months. Promises: the worker notes the time each hour; a time
is believed where there is a note of between 20 hours and three days before it (30 days while the kernel's clock follows
a time server), or where more hours were noted around it than at any other time (an installation of less than 20 hours).
So a rest of a week goes on by itself where time servers are asked; a longer leap is believed 20 hours later, and until
then the clock raises and a gauge alarms; one that was put right meanwhile is believed at once (in a new installation
after as many hours as it was wrong), as is one that an operator vouches for (ADR 55).
When not to use it: for what may be done twice or late, such as sending events. What such work waits for is clamped as
soon as the clock is believed (`clamped_times.py`).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit import metrics
from service_kit.clock import Clock
from service_kit.db.clamped_times import ClampedTime, clamp_future_times
from service_kit.db.engine import Database
from service_kit.db.tables import clock_note
from service_kit.kernel_clock import follows_time_server

NOTED_EVERY = 3600.0  # seconds
PROBATION, LONGEST_AWAY = timedelta(hours=20), timedelta(days=3)
LONGEST_AWAY_SYNCHRONISED = timedelta(days=30)
_AHEAD, _KEPT = timedelta(hours=2), timedelta(days=40)

_believed = metrics.gauge("clock_believed", "1 while the clock goes on from where the worker noted it before")


class ClockLeapt(Exception):
    """The clock is not where it should be, going by the worker's notes: nothing is deleted by it now."""


def note_time(db: Database, now: datetime, *, synchronised: bool) -> bool:
    """Note that the worker was at work now (aware); forget notes of more than 40 days ago. Whether it is believed."""
    with db.transaction() as session:
        believed = is_believable(session, now, synchronised=synchronised)
        session.execute(insert(clock_note).values(noted_at=now).on_conflict_do_nothing())
        if believed:
            session.execute(delete(clock_note).where(clock_note.c.noted_at < now - _KEPT))
        return believed


def is_believable(session: Session, now: datetime, *, synchronised: bool) -> bool:
    """Whether the notes bear out this time (aware); `synchronised`: the machine's clock follows a time server."""
    at = clock_note.c.noted_at
    longest = LONGEST_AWAY_SYNCHRONISED if synchronised else LONGEST_AWAY
    borne_out = exists().where(at.between(now - longest, now - PROBATION))
    of_this_time = at.between(now - PROBATION, now + _AHEAD)
    hours = func.count(func.date_trunc("hour", at).distinct())  # a worker that starts over and over notes no more
    here, elsewhere = hours.filter(of_this_time), hours.filter(~of_this_time)
    is_mostly_this = select(or_(elsewhere == 0, here > elsewhere)).scalar_subquery()
    return bool(session.scalar(select(or_(borne_out, is_mostly_this))))


def believe(session: Session, now: datetime) -> None:
    """Bear out this time (aware) at somebody's word."""
    session.execute(insert(clock_note).values(noted_at=now - PROBATION).on_conflict_do_nothing())


class BelievableClock:
    """Clock for what deletes, ends or freezes: `now()` raises ClockLeapt where the worker's notes speak against it."""

    def __init__(self, db: Database, clock: Clock, synchronised: Callable[[], bool] = follows_time_server) -> None:
        self._db = db
        self._clock = clock
        self._synchronised = synchronised

    def now(self) -> datetime:
        """The current instant, aware, in UTC. Raises ClockLeapt."""
        now = self._clock.now()
        with self._db.transaction() as session:
            if not self.is_believed(session, now):
                raise ClockLeapt(f"the clock reads {now.isoformat(timespec='minutes')}")
        return now

    def is_believed(self, session: Session, now: datetime) -> bool:
        """Whether this time (aware) is believed, for what goes on otherwise; asked in the caller's transaction."""
        return is_believable(session, now, synchronised=self._synchronised())


def keep_noting_time(
    db: Database,
    clock: Clock,
    synchronised: Callable[[], bool] = follows_time_server,
    *,
    clamped: Sequence[ClampedTime] = (),
) -> Callable[[], None]:
    """Return what notes the time each hour and after each leap, and sets the gauge each time it is called.

    Where the clock is believed then, or again, what a leap left too far ahead in these is cut down.
    """
    noted_at: datetime | None = None
    is_repaired = False

    def note() -> None:
        nonlocal noted_at, is_repaired
        now = clock.now()
        is_due = noted_at is None or abs(now - noted_at).total_seconds() >= NOTED_EVERY
        if is_due:
            believed, noted_at, is_repaired = note_time(db, now, synchronised=synchronised()), now, False
        else:
            with db.transaction() as session:
                believed = is_believable(session, now, synchronised=synchronised())
        _believed.set(believed)
        if believed and not is_repaired:
            with db.transaction() as session:
                clamp_future_times(session, clamped, now)
        is_repaired = believed  # set last: a repair that failed is tried again at the next call

    return note
