"""Who polls by time misses nothing: neither what was committed late, nor what was indexed late."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.listings.store.tables_changes import Change
from directory_service.listings.use_cases.remove_listing import remove_service
from service_kit.clock import FrozenClock
from support.finding import names
from support.hsds.changes import entries
from support.listings import (
    NOON,
    Directory,
    a_place,
    a_provider,
    a_service,
    save,
)

PROVIDER = a_provider()
PLACE = a_place(PROVIDER)
SERVICE = a_service(PROVIDER, places=(PLACE.id,))
GONE = a_service(PROVIDER, "Gone")
MINUTES = timedelta(minutes=5)


def at_places(client: FlaskClient, since: datetime) -> int:
    query = {"modified_after": since.isoformat()}
    total: int = client.get("/api/service_at_locations", query_string=query).get_json()["total_items"]
    return total


def gone(client: FlaskClient, since: datetime) -> list[str]:
    return [entry["id"] for entry in entries(client, deleted="true", type="service", modified_after=since.isoformat())]


def test_an_import_that_is_committed_minutes_after_it_began_is_seen_by_the_next_poll(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, PLACE, GONE)
    with directory.worker.transaction() as slow:
        save(slow, SERVICE, directory.now)
        remove_service(slow, GONE.id, directory.now)
        clock.advance(MINUTES)
        directory.index()
        polled_at = clock.now()
        assert names(visitor, modified_after=polled_at.isoformat()) == []
        clock.advance(MINUTES)
    committed_at = clock.now()

    assert at_places(visitor, polled_at) == 1  # this list needs no index
    directory.index()

    assert names(visitor, modified_after=polled_at.isoformat()) == [SERVICE.name]
    assert at_places(visitor, polled_at) == 1
    assert gone(visitor, polled_at) == [str(GONE.id)]
    later = committed_at + timedelta(seconds=3)
    assert names(visitor, modified_after=later.isoformat()) == []
    assert at_places(visitor, later) == 0


def test_what_the_index_shows_late_is_seen_by_the_next_poll(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER)
    directory.save(GONE, indexed=False)
    clock.advance(MINUTES)  # the worker is away
    polled_at = clock.now()
    assert names(visitor, modified_after=polled_at.isoformat()) == []
    clock.advance(MINUTES)

    directory.index()

    assert names(visitor, modified_after=polled_at.isoformat()) == [GONE.name]


def test_times_are_kept_when_the_index_is_built_anew(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    directory.save(PROVIDER, GONE)
    clock.advance(MINUTES)
    directory.save(replace(SERVICE, places=()))
    clock.advance(timedelta(days=2))
    directory.index()  # in the night after an edit

    assert names(visitor, modified_after=(NOON + timedelta(minutes=4)).isoformat()) == [SERVICE.name]
    assert names(visitor, modified_after=(NOON + timedelta(minutes=6)).isoformat()) == []


class SlowClock(FrozenClock):
    """Three seconds go by each time it is asked."""

    def now(self) -> datetime:
        self.advance(timedelta(seconds=3))
        self.last = super().now()
        return self.last


def test_a_round_that_took_longer_than_it_noted_is_written_again(directory: Directory) -> None:
    directory.save(PROVIDER)
    directory.indexer.close()
    directory.save(GONE, indexed=False)
    clock = SlowClock(NOON)
    with directory.worker.transaction() as session:
        before = session.scalar(select(Change.number).order_by(Change.number.desc().nulls_last()).limit(1)) or 0

    slow = Indexer(directory.worker, directory.settings.index_dir, clock=clock)
    slow.catch_up()
    slow.close()

    with directory.worker.transaction() as session:
        change = session.get_one(Change, ("service", GONE.id))
    assert change.shown_at is not None
    assert change.shown_at >= clock.last  # asked last when it was written
    assert (change.number or 0) > before + 1
