"""Processes of the event plumbing die at the worst moments (kill -9); after they run again all is well."""

import signal
from pathlib import Path

import pytest
from sqlalchemy import text

from service_kit import failpoints
from service_kit.db import inbox
from service_kit.envelope import CONTENT_TYPE
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from support.events import (
    an_event,
    effects,
    eventually,
    scalar,
)
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.forked import end_of
from support.kit.plumbing import Plumbing


@pytest.fixture
def plumbing(two_databases: tuple[Urls, Urls], broker: Broker, tmp_path: Path) -> Plumbing:
    source, sink = two_databases
    return Plumbing(source, sink, broker.url_for, tmp_path / "log")


IN_THE_RELAY = (
    failpoints.COMMITTED_NOT_PUBLISHED,
    failpoints.PUBLISHED_NOT_CONFIRMED,
    failpoints.CONFIRMED_NOT_MARKED,
)


def test_the_relay_dies(plumbing: Plumbing) -> None:
    """Twice at each place, with events that it had not seen before; only then it is let be."""
    for turn, failpoint in enumerate(IN_THE_RELAY):
        plumbing.commit_versions(subjects=10, versions=6, after=6 * turn)
        plumbing.dies("relay", failpoint=failpoint)
        plumbing.dies("relay", failpoint=failpoint)

    plumbing.drain()

    plumbing.settled()


@pytest.mark.parametrize(
    "places",
    [
        (failpoints.IN_A_HANDLER, f"{failpoints.IN_A_HANDLER}:17"),
        (f"{failpoints.COMMITTED_NOT_ACKED}:2", failpoints.COMMITTED_NOT_ACKED),
    ],
)
def test_the_consumer_dies(plumbing: Plumbing, places: tuple[str, str]) -> None:
    plumbing.commit_versions(subjects=20, versions=6)
    with plumbing.running("relay"):
        eventually(lambda: scalar(plumbing.source, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0)

    for failpoint in places:  # the second time the broker says that it delivered in vain before
        plumbing.dies("consumer", failpoint=failpoint)
    plumbing.drain()

    plumbing.settled()


def test_every_message_is_delivered_three_times(plumbing: Plumbing) -> None:
    plumbing.commit_versions(subjects=10, versions=6)
    plumbing.drain()

    for _ in range(2):
        with plumbing.source.transaction() as session:
            session.execute(text("UPDATE outbox SET published_at = NULL"))
        plumbing.drain()

    plumbing.settled()


def test_poison_parks_alone(plumbing: Plumbing, broker: Broker) -> None:
    raising = an_event("poison", 1, raises=True)
    unknown = an_event("poison", 2, kind="directory.organization.changed.v1")
    plumbing.commit(an_event("poison", 0), raising, unknown, an_event("poison", 3))
    plumbing.commit_versions(subjects=5, versions=3)
    publisher = Publisher(broker.admin_url, content_type=CONTENT_TYPE)
    publisher.publish([Outgoing("1", "", "referral_service.inbox", b"\x00not json")])
    publisher.close()

    plumbing.drain()

    plumbing.settled(without=(raising, unknown))
    with plumbing.sink.transaction() as session:
        parked = inbox.parked(session)
    assert {row.id for row in parked} > {raising.id, unknown.id}
    assert len(parked) == 3


def test_an_event_that_kills_every_process_that_handles_it_parks_alone(plumbing: Plumbing) -> None:
    killing = an_event("deadly", 1, kills=True)
    plumbing.commit_versions(subjects=5, versions=3)
    plumbing.commit(killing, an_event("deadly", 2))
    plumbing.commit_versions(subjects=5, versions=3, after=3)

    with plumbing.running("relay"):
        deaths = 0
        while scalar(plumbing.sink, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 0:
            process = plumbing.start("consumer")
            eventually(
                lambda: (
                    process.exitcode is not None  # noqa: B023 (asked within this turn of the loop)
                    or scalar(plumbing.sink, "SELECT count(*) FROM inbox WHERE state = 'parked'") == 1
                )
            )
            if process.exitcode is None:
                process.terminate()
                assert end_of(process, 120) == 0
            else:
                assert process.exitcode == -signal.SIGKILL
                deaths += 1
    plumbing.drain()

    assert 2 <= deaths <= 6
    assert ("deadly", 2) in effects(plumbing.sink)
    plumbing.settled(without=(killing,))
