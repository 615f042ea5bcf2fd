"""A heartbeat vouches only for what was committed before it, and leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from service_kit.clock import FrozenClock
from service_kit.db import inbox, outbox
from service_kit.db.clamped_times import OF_THE_KIT
from service_kit.db.clock_notes import keep_noting_time
from service_kit.db.engine import Database
from service_kit.db.session_heartbeat import (
    forget_heartbeats,
    heartbeat_handler,
    is_late,
    send_heartbeat,
)
from service_kit.db.tables import outbox as outbox_table
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from setu.events import SESSION_EVENTS
from support.events import number
from support.lasting_services import Connected
from support.session_heartbeats import heard, told_until

NOON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
SENT = "SELECT count(*) FROM outbox WHERE type = 'directory.session.heartbeat.v1'"
KEPT = ("SELECT count(*) FROM outbox", "SELECT count(*) FROM inbox")


@pytest.fixture
def database(connected_database: Callable[[str], Connected]) -> Database:
    worker = connected_database("kit").worker
    told_until(worker, None)
    return worker


def ended(database: Database) -> None:
    data = {"session_id": str(uuid4()), "expires_at": NOON.isoformat(), "version": 1}
    with database.transaction() as session:
        outbox.add(session, Event(SESSION_EVENTS.revoked, str(data["session_id"]), data, uuid4(), NOON))


def went_out(database: Database, at: datetime = NOON) -> None:
    with database.transaction() as session:
        session.execute(update(outbox_table).values(published_at=at))


def beat(database: Database, at: datetime = NOON) -> bool:
    return send_heartbeat(database, SystemIds(), at, SESSION_EVENTS)


def arrives(database: Database, as_of: datetime) -> None:
    with database.transaction() as session:
        data = {"as_of": as_of.isoformat(), "version": 1}
        heartbeat_handler(SESSION_EVENTS)(session, Event(SESSION_EVENTS.heartbeat, "sessions", data, uuid4(), as_of))


def test_none_is_sent_before_a_revocation_that_has_not_gone_out(database: Database) -> None:
    ended(database)
    assert not beat(database)
    assert number(database, SENT) == 0

    went_out(database)
    assert beat(database)
    assert number(database, SENT) == 1


def test_however_long_the_broker_is_away_one_waits(database: Database) -> None:
    assert [beat(database, NOON + timedelta(minutes=minutes)) for minutes in range(3)] == [True, False, False]
    assert number(database, SENT) == 1


def test_one_from_the_future_of_a_clock_that_was_put_right_vouches_for_nothing_and_gives_way(
    database: Database,
) -> None:
    now = datetime.now(UTC)
    told_until(database, now + timedelta(days=1095))
    keep_noting_time(database, FrozenClock(now), lambda: False, clamped=OF_THE_KIT)()
    assert is_late(heard(database), now)

    told_until(database, now + timedelta(days=1095))
    arrives(database, now)
    assert heard(database) == now


def test_the_newest_counts_and_none_that_is_ahead_of_the_clock(database: Database) -> None:
    arrives(database, NOON)
    arrives(database, NOON - timedelta(minutes=1))
    assert heard(database) == NOON

    arrives(database, datetime(9999, 1, 1, tzinfo=UTC))
    seen = heard(database)
    assert seen is not None
    assert NOON < seen < datetime.now(UTC) + timedelta(minutes=1)
    assert number(database, "SELECT count(*) FROM session_heartbeat") == 1


@pytest.mark.parametrize("state", ["waiting", "parked"])
def test_none_is_believed_while_a_revocation_has_not_taken_effect(database: Database, state: inbox.State) -> None:
    arrival = inbox.Arrival(uuid4(), SESSION_EVENTS.revoked, "one", b"{}", state)
    with database.transaction() as session:
        inbox.receive(session, [arrival])
    arrives(database, NOON)
    assert heard(database) is None

    with database.transaction() as session:
        inbox.done(session, arrival.id, NOON)
    arrives(database, NOON)
    assert heard(database) == NOON


def test_after_an_hour_outbox_and_inbox_have_forgotten_it_and_nothing_else(database: Database) -> None:
    ended(database)
    went_out(database)
    beat(database)
    went_out(database)
    with database.transaction() as session:
        inbox.receive(session, [inbox.Arrival(uuid4(), kind, "s", b"{}") for kind in SESSION_EVENTS])
        session.execute(text("UPDATE inbox SET handled_at = :at"), {"at": NOON})

    for later, left in ((timedelta(minutes=59), 2), (timedelta(minutes=61), 1)):
        with database.transaction() as session:
            forget_heartbeats(session, NOON + later, SESSION_EVENTS)
        assert [number(database, kept) for kept in KEPT] == [left, left]


def test_two_and_a_half_minutes_are_in_time() -> None:
    assert not is_late(NOON, NOON + timedelta(seconds=150))
    assert is_late(NOON, NOON + timedelta(seconds=151))
    assert is_late(None, NOON)
