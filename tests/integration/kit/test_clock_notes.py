"""A time is believed where the worker's notes bear it out: after a leap nothing is deleted for 20 hours."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from service_kit import worker
from service_kit.clock import FrozenClock
from service_kit.db.clamped_times import OF_THE_KIT, ClampedTime
from service_kit.db.clock_notes import BelievableClock, ClockLeapt, believe, keep_noting_time
from service_kit.db.engine import Database
from service_kit.db.throttle import throttle
from service_kit.metrics import exposition
from setu.events import SESSION_EVENTS
from support.events import scalar
from support.kit.clock_notes import at_work
from support.lasting_services import Connected

NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
NOTES = "SELECT count(*) FROM clock_note"
A_RETRY = text(
    "INSERT INTO inbox (id, type, subject, state, retry_at, body)"
    " VALUES (gen_random_uuid(), 'orders.order.made.v1', gen_random_uuid(), :state, :at, '')"
)


@pytest.fixture
def database(connected_database: Callable[[str], Connected]) -> Database:
    return connected_database("kit").worker


def believed(database: Database, now: datetime, *, synchronised: bool = False) -> bool:
    try:
        return BelievableClock(database, FrozenClock(now), lambda: synchronised).now() == now
    except ClockLeapt:
        return False


def test_a_new_installation_believes_its_clock(database: Database) -> None:
    assert believed(database, NOON)
    at_work(database, NOON, NOON + 19 * HOUR)
    assert believed(database, NOON + 19 * HOUR)


@pytest.mark.parametrize("leap", [3 * YEAR, -3 * YEAR, 4 * DAY])
def test_after_a_leap_the_clock_is_believed_once_it_has_gone_on_for_twenty_hours(
    database: Database, leap: timedelta
) -> None:
    at_work(database, NOON - 5 * DAY, NOON)
    leapt = NOON + leap
    at_work(database, leapt, leapt + 19 * HOUR)  # also where the worker is started again meanwhile
    assert not believed(database, leapt + 19 * HOUR)
    assert believed(database, leapt + 21 * HOUR)


@pytest.mark.parametrize("leap", [3 * YEAR, -3 * YEAR])
def test_a_clock_that_was_put_right_is_believed_at_once(database: Database, leap: timedelta) -> None:
    at_work(database, NOON - 5 * DAY, NOON)
    at_work(database, NOON + leap, NOON + leap + 3 * HOUR)
    assert believed(database, NOON + 4 * HOUR)


@pytest.mark.parametrize("leap", [3 * YEAR, -3 * YEAR])
def test_in_its_first_day_an_installation_believes_the_time_of_most_of_its_hours(
    database: Database, leap: timedelta
) -> None:
    at_work(database, NOON + leap, NOON + leap)  # it came up with a dead battery
    at_work(database, NOON, NOON)
    at_work(database, NOON + timedelta(minutes=1), NOON + timedelta(minutes=1))  # started again
    assert not believed(database, NOON + timedelta(minutes=2))
    at_work(database, NOON + HOUR, NOON + 5 * HOUR)
    assert believed(database, NOON + HOUR)

    at_work(database, NOON - leap, NOON - leap + 3 * HOUR)
    assert not believed(database, NOON - leap + 3 * HOUR)
    assert believed(database, NOON + 6 * HOUR)


def test_what_a_leap_left_in_the_future_is_brought_back_once_the_clock_is_believed(database: Database) -> None:
    at_work(database, NOON - 2 * DAY, NOON)
    clock = FrozenClock(NOON + 3 * YEAR)
    note = keep_noting_time(database, clock, lambda: False, clamped=OF_THE_KIT)

    def refused() -> bool:
        with database.transaction() as session:
            return throttle(session, "sign-in", b"", limit=1, window=DAY, now=clock.now()) is not None

    assert not refused()
    note()
    assert refused()
    with database.transaction() as session:
        for state, seconds in (("waiting", 299), ("waiting", 3 * YEAR.total_seconds())):
            session.execute(A_RETRY, {"state": state, "at": NOON + timedelta(seconds=seconds)})

    clock.set(NOON)
    assert refused()
    note()

    assert not refused()
    assert scalar(database, "SELECT array_agg(retry_at ORDER BY retry_at) FROM inbox") == [
        NOON,
        NOON + timedelta(seconds=299),
    ]


class LockedOnce(list[ClampedTime]):
    """Times that cannot be reached the first time, as where a row is locked for too long."""

    def __init__(self, *clamped: ClampedTime) -> None:
        super().__init__(clamped)
        self.failures = 1

    def __iter__(self) -> Iterator[ClampedTime]:
        self.failures -= 1
        if self.failures == 0:
            raise TimeoutError
        return super().__iter__()


def test_a_repair_that_failed_is_tried_again_at_the_next_look_and_then_rests(database: Database) -> None:
    at_work(database, NOON - 2 * DAY, NOON)
    clamped, clock = LockedOnce(*OF_THE_KIT), FrozenClock(NOON)
    note = keep_noting_time(database, clock, lambda: False, clamped=clamped)
    with database.transaction() as session:
        session.execute(A_RETRY, {"state": "waiting", "at": NOON + YEAR})
    with pytest.raises(TimeoutError):
        note()

    clock.advance(timedelta(seconds=30))
    note()
    note()

    assert scalar(database, "SELECT retry_at FROM inbox") == NOON + timedelta(seconds=30)
    assert clamped.failures == -1, "once it is repaired nothing is looked through until the next hour"


def test_a_window_that_would_be_taken_for_a_leap_is_refused(database: Database) -> None:
    with database.transaction() as session, pytest.raises(ValueError, match="longer than"):
        throttle(session, "sign-in", b"", limit=1, window=2 * DAY, now=NOON)


def test_a_clock_that_an_operator_vouches_for_is_believed_at_once(database: Database) -> None:
    at_work(database, NOON - 5 * DAY, NOON)
    later = NOON + 10 * DAY  # the machine was off
    assert not believed(database, later)
    with database.transaction() as session:
        believe(session, later)
    assert believed(database, later)


@pytest.mark.parametrize(("rest", "goes_on"), [(4 * DAY, True), (29 * DAY, True), (31 * DAY, False), (3 * YEAR, False)])
def test_after_a_long_power_cut_a_clock_that_follows_a_time_server_goes_on_at_once(
    database: Database, rest: timedelta, goes_on: bool
) -> None:
    at_work(database, NOON - 2 * DAY, NOON)

    assert believed(database, NOON + rest, synchronised=True) is goes_on
    assert not believed(database, NOON + rest)

    note = keep_noting_time(database, FrozenClock(NOON + rest), lambda: True)
    note()
    assert f"setu_clock_believed {float(goes_on)}".encode() in exposition()


def test_no_time_server_makes_a_clock_that_went_back_by_years_believable(database: Database) -> None:
    at_work(database, NOON - 2 * DAY, NOON)
    assert not believed(database, NOON - 3 * YEAR, synchronised=True)


def test_an_hour_or_a_weekend_is_no_leap(database: Database) -> None:
    at_work(database, NOON - 5 * DAY, NOON)
    for moved in (HOUR, -HOUR, 2 * DAY):
        assert believed(database, NOON + moved), moved


def test_the_gauge_tells_and_old_notes_go(database: Database) -> None:
    at_work(database, NOON - 2 * DAY, NOON)
    clock = FrozenClock(NOON)
    note = keep_noting_time(database, clock, lambda: False)
    note()
    assert b"setu_clock_believed 1.0" in exposition()
    clock.advance(YEAR)
    note()
    assert b"setu_clock_believed 0.0" in exposition()
    at_work(database, NOON + YEAR, NOON + YEAR + DAY)
    with database.transaction() as session:
        assert session.scalar(text(NOTES)) == 25


def test_nothing_is_pruned_by_a_clock_that_leapt(database: Database) -> None:
    at_work(database, NOON - 2 * DAY, NOON)
    with database.transaction() as session:
        session.execute(text("INSERT INTO revoked_session VALUES (gen_random_uuid(), :ends)"), {"ends": NOON + HOUR})
    with pytest.raises(ClockLeapt):
        worker.prune(database, BelievableClock(database, FrozenClock(NOON + 3 * YEAR)), SESSION_EVENTS)
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM revoked_session")) == 1
    worker.prune(database, BelievableClock(database, FrozenClock(NOON + 2 * HOUR)), SESSION_EVENTS)
