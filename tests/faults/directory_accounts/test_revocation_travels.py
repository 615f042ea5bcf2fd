"""What ends a session reaches the other two services, and so does the heartbeat, through the real three workers."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from service_kit.db.engine import Database
from service_kit.db.revocation import look_up
from service_kit.db.session_heartbeat import is_late
from support.accounts import (
    House,
    a_house,
)
from support.events import eventually, seconds_until
from support.fresh_brokers import Broker
from support.fresh_databases import Urls
from support.kit.forked import end_of, start_forked
from support.session_heartbeats import told_until

SERVICES = ("directory", "referral", "notification")
WITHIN = 1.0  # seconds from the answer of the sign-out: half of what two take that nobody wakes


@contextmanager
def workers(environments: dict[str, dict[str, str]], log: Path) -> Iterator[None]:
    """The three background processes, with the settings that they have in production."""
    processes = []
    try:
        for service, environment in environments.items():
            settings = os.environ | environment
            processes.append(start_forked(f"{service}_service.worker:main", environment=settings, output=log))
        yield
    except BaseException:
        sys.stderr.write(log.read_text())  # pytest shows it with the failure
        raise
    finally:
        for process in processes:
            process.terminate()
        codes = [end_of(process, 120) for process in processes]
    assert codes == [0, 0, 0], log.read_text()


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> dict[str, Urls]:
    return {service: fresh_database(service) for service in SERVICES}


@pytest.fixture
def environments(
    urls: dict[str, Urls], settings_env: Callable[..., dict[str, str]], broker: Broker, tmp_path: Path
) -> dict[str, dict[str, str]]:
    more = {"SETU_MAIL_DIR": str(tmp_path), "SETU_MAIL_FROM": "setu@example.org"}
    return {
        service: settings_env(service, urls[service], process="worker", SETU_AMQP_URL=broker.url_for(service), **more)
        for service in SERVICES
    }


@pytest.fixture
def house(urls: dict[str, Urls], settings_env: Callable[..., dict[str, str]]) -> Iterator[House]:
    made = a_house(settings_env("directory", urls["directory"], SETU_TEST_WORKER_URL=urls["directory"].worker))
    made.clock.set(
        datetime.now(UTC)
    )  # the workers' day: of a session that ended days ago they forget that it was revoked
    yield made
    made.web.dispose()
    made.worker.dispose()


def sign_in_and_out(house: House) -> UUID:
    """A session that ended; its id, as the event tells it."""
    bearer = house.bearer(house.person("officer", house.organization("police_unit")))
    assert house.client().delete("/api/session", headers=bearer).status_code == 204
    return UUID(str(house.events("directory.session.revoked.v1")[-1]["session_id"]))


def known_at(databases: list[Database], session: UUID) -> bool:
    return all(look_up(database, session).revoked for database in databases)


def in_time(databases: list[Database]) -> bool:
    return not any(is_late(look_up(database, uuid4()).told_until, datetime.now(UTC)) for database in databases)


def seconds_to_tell(house: House, databases: list[Database]) -> float:
    """How long after the answer of a sign-out all of them know of it."""
    session = sign_in_and_out(house)
    return seconds_until(lambda: known_at(databases, session))


def test_within_two_seconds_and_also_after_the_connections_were_lost(
    house: House, urls: dict[str, Urls], environments: dict[str, dict[str, str]], broker: Broker, tmp_path: Path
) -> None:
    for service in ("referral", "notification"):
        told_until(Database(urls[service].worker), None)
    others = [Database(urls[service].web, pool_size=1) for service in ("referral", "notification")]
    assert not in_time(others)
    with workers(environments, tmp_path / "log"):
        first = sign_in_and_out(house)
        eventually(lambda: known_at(others, first))  # the processes are up by then

        assert any(seconds_to_tell(house, others) < WITHIN for _ in range(5))

        for service in SERVICES:
            broker.drop_connections(service)
        after = sign_in_and_out(house)
        eventually(lambda: known_at(others, after))
        eventually(lambda: in_time(others))
    for database in others:
        database.dispose()
