"""Whoever reads a whole list slowly holds no connection to the database meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask.testing import FlaskClient

from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.db.engine import Database
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
)

READERS = 6  # the pool has five connections
LONG = "A long text. " * 150
EVERYTHING = (
    "/api/organizations?format=ndjson&full=true",
    "/api/organizations?format=ndjson&full_service=true",
    "/api/service_at_locations?format=ndjson&full=true",
    "/api/taxonomy_terms?format=ndjson",
    "/api/taxonomies?format=ndjson",
    "/api/services?format=ndjson&full=true",
)


def in_use(db: Database) -> int:
    """Connections of the pool that somebody has."""
    count: int = db.engine.pool.checkedout()  # type: ignore[attr-defined]  # of the queue pool, which it is
    return count


@pytest.fixture
def filled(directory: Directory) -> Directory:
    owners = [a_provider(f"Provider {number}", description=LONG) for number in range(102)]
    places = [a_place(owner) for owner in owners]
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    services = [
        a_service(owner, f"Service of {owner.name}", places=(place.id,), description=LONG)
        for owner, place in zip(owners, places, strict=True)
    ]
    directory.save_together(*owners, *places, *services)
    return directory


def test_slow_readers_of_every_whole_list_leave_the_pool_to_others(filled: Directory, visitor: FlaskClient) -> None:
    for path in EVERYTHING:
        whole, barrier = visitor.get(path, buffered=True).data, Barrier(READERS + 1)
        with ThreadPoolExecutor(READERS) as threads:
            clients = [visitor.application.test_client() for _ in range(READERS)]
            reading = [threads.submit(read_slowly, client, path, barrier) for client in clients]
            barrier.wait()
            assert in_use(filled.web) == 0, path
            assert visitor.get("/api/organizations").get_json()["total_items"] == 102
            barrier.wait()
        assert {reader.result() for reader in reading} == {whole}

    filled.pack()
    package = visitor.get("/api/export/datapackage.zip").iter_encoded()
    assert next(package)[:2] == b"PK"
    assert in_use(filled.web) == 0


def read_slowly(client: FlaskClient, path: str, barrier: Barrier) -> bytes:
    """The first block, then nothing until everybody has theirs, then the rest."""
    blocks = client.get(path).iter_encoded()
    first = next(blocks)
    barrier.wait()
    barrier.wait()
    return first + b"".join(blocks)
