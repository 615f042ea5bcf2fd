"""Guard against a clock that leapt: what deletes, ends or freezes by the calendar waits until the time is believable.

Why: a machine that comes up with a dead battery, or a wrong answer of a time server, moves the clock by years; a worker
that believes it deletes in one sweep what was to stay for months. Promises: the worker notes the time each hour; a time
is believed where there is a note of between 20 hours and three days before it (30 days while the kernel's clock follows
a time server), or where all notes are younger than that (a new installation). So a rest of a week goes on by itself
where time servers are asked; a longer leap is believed 20 hours later, and until then the clock raises and a gauge
alarms; one that was put right meanwhile is believed at once, as is one that an operator vouches for (ADR 55).
When not to use it: for what may be done twice or late, such as sending events.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, not_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit import metrics
from service_kit.clock import Clock
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


def note_time(db: Database, now: datetime, *, synchronised: bool) -> None:
    """Note that the worker was at work now (aware), and set the gauge; forget notes of more than 40 days ago."""
    with db.transaction() as session:
        believed = is_believable(session, now, synchronised=synchronised)
        session.execute(insert(clock_note).values(noted_at=now).on_conflict_do_nothing())
        if believed:
            session.execute(delete(clock_note).where(clock_note.c.noted_at < now - _KEPT))
    _believed.set(believed)


def is_believable(session: Session, now: datetime, *, synchronised: bool) -> bool:
    """Whether the notes bear out this time (aware); `synchronised`: the machine's clock follows a time server."""
    at = clock_note.c.noted_at
    longest = LONGEST_AWAY_SYNCHRONISED if synchronised else LONGEST_AWAY
    borne_out = exists().where(at.between(now - longest, now - PROBATION))
    of_another_time = exists().where(not_(at.between(now - PROBATION, now + _AHEAD)))
    return bool(session.scalar(select(borne_out | ~of_another_time)))


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
        now, synchronised = self._clock.now(), self._synchronised()
        with self._db.transaction() as session:
            if not is_believable(session, now, synchronised=synchronised):
                raise ClockLeapt(f"the clock reads {now.isoformat(timespec='minutes')}")
        return now


def keep_noting_time(
    db: Database, clock: Clock, synchronised: Callable[[], bool] = follows_time_server
) -> Callable[[], None]:
    """Return what notes the time each hour, and the gauge each time it is called."""
    last: list[datetime] = []

    def note() -> None:
        now = clock.now()
        if not last or abs(now - last[0]).total_seconds() >= NOTED_EVERY:
            note_time(db, now, synchronised=synchronised())
            last[:] = [now]
        else:
            with db.transaction() as session:
                _believed.set(is_believable(session, now, synchronised=synchronised()))

    return note
