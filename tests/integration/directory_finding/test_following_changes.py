"""The change feed and the index: nothing is missed, soon found, rebuilt by itself, and lag is told."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import text

from directory_service.cli import commands
from directory_service.finding.store.search.folder import current_build
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.finding.use_cases.measure_index_lag import measure_index_lag
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.listings.store.change_feed import (
    changes_after,
    feed,
    number_changes,
)
from directory_service.listings.use_cases.remove_listing import remove_service
from service_kit.clock import FrozenClock, SystemClock
from support.events import seconds_until
from support.finding import (
    find,
    names,
    search_page,
)
from support.listings import (
    Directory,
    a_provider,
    a_service,
)

PROVIDER = a_provider()
SERVICE = a_service(PROVIDER)
HALF_A_SWEEP = 0.5  # seconds; who is not woken by the commit finds the next change after a whole one


@contextmanager
def running(directory: Directory) -> Iterator[None]:
    """The worker's loop."""
    directory.indexer.close()
    stop = threading.Event()
    loop = threading.Thread(target=Indexer(directory.worker, directory.settings.index_dir).run, args=(stop,))
    loop.start()
    try:
        yield
    finally:
        stop.set()
        loop.join()


def slowest_step(directory: Directory, visitor: FlaskClient) -> float:
    """Seconds until a service that is added, renamed and removed is found so, the longest of the three."""
    directory.save(PROVIDER, SERVICE, indexed=False)
    added = seconds_until(lambda: names(visitor) == [SERVICE.name])
    directory.save(replace(SERVICE, name="Renamed"), indexed=False)
    changed = seconds_until(lambda: names(visitor) == ["Renamed"])
    with directory.worker.transaction() as session:
        remove_service(session, SERVICE.id, directory.now)
    return max(added, changed, seconds_until(lambda: names(visitor) == []))


def test_a_change_is_found_within_a_second_of_its_commit(directory: Directory, visitor: FlaskClient) -> None:
    with running(directory):
        assert any(slowest_step(directory, visitor) < HALF_A_SWEEP for _ in range(5))


def test_the_service_of_a_provider_that_is_suspended_is_no_longer_found(
    directory: Directory, visitor: FlaskClient
) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.save(replace(PROVIDER, status="suspended"))

    assert names(visitor) == []


def test_a_reader_of_the_feed_misses_nothing_that_commits_late(directory: Directory) -> None:
    early, late = a_provider("Early"), a_provider("Late")
    directory.save(early, late, indexed=False)
    with directory.worker.transaction() as session:
        number_changes(session)
        cursor = feed(session).last
    note = text("UPDATE organization SET version = version + 1 WHERE id = :id")

    with directory.worker.transaction() as slow:
        slow.execute(note, {"id": late.id})
        with directory.worker.transaction() as session:
            session.execute(note, {"id": early.id})
        with directory.worker.transaction() as session:
            number_changes(session)
        with directory.worker.transaction() as session:
            first = changes_after(session, cursor, 10)
    with directory.worker.transaction() as session:
        number_changes(session)
    with directory.worker.transaction() as session:
        second = changes_after(session, first[-1].number, 10)

    assert [change.object_id for change in first] == [early.id]
    assert [change.object_id for change in second] == [late.id]


def test_numbers_only_grow_though_the_last_one_moves(directory: Directory) -> None:
    directory.save(PROVIDER, indexed=False)
    seen = []
    for turn in range(3):
        directory.save(replace(PROVIDER, name=f"Name {turn}"), indexed=False)
        with directory.worker.transaction() as session:
            number_changes(session)
        with directory.worker.transaction() as session:
            seen += [change.number for change in changes_after(session, 0, 10)]

    assert seen == sorted(set(seen))
    assert len(seen) == 3


def test_many_writers_and_two_numberers_leave_every_object_with_a_number_of_its_own(directory: Directory) -> None:
    directory.save(*(a_provider(f"Provider {number}") for number in range(12)), indexed=False)
    stop, seen, cursor = threading.Event(), list[int](), 0

    def write(start: int) -> None:
        for turn in range(20):
            with directory.worker.transaction() as session:
                ids = [a_provider(f"Provider {(start + turn + step) % 12}").id for step in range(2)]
                for each in sorted(ids):
                    session.execute(text("UPDATE organization SET version = version + 1 WHERE id = :i"), {"i": each})

    def number() -> None:
        while not stop.is_set():
            with directory.worker.transaction() as session:
                number_changes(session)

    numberers = [threading.Thread(target=number) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 5)]
    for thread in (*numberers, *writers):
        thread.start()
    while any(thread.is_alive() for thread in writers):
        with directory.web.transaction() as session:
            new = changes_after(session, cursor, 5)
        seen += [change.number for change in new]
        cursor = new[-1].number if new else cursor
    stop.set()
    for thread in numberers:
        thread.join()

    with directory.worker.transaction() as session:
        number_changes(session)
    with directory.web.transaction() as session:
        everything, last = changes_after(session, 0, 100), feed(session).last
    assert seen == sorted(set(seen))
    assert len(everything) == 12
    assert everything[-1].number == last


HARMS = (
    "gone",
    "no meta",
    "broken meta",
    "cut",
    "changed",
    "a part gone",
    "answers cut",
    "answers changed",
    "another database",
)


def test_a_harmed_index_is_built_anew_by_itself(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, SERVICE)
    directory.indexer.close()
    folder, builds, found = directory.settings.index_dir, [current_build(directory.settings.index_dir)], {}
    for harm in HARMS:
        _harm(directory, folder, harm)

        indexer = Indexer(directory.worker, folder)
        indexer.catch_up()
        indexer.close()

        builds.append(current_build(folder))
        found[harm] = names(visitor)
    assert found == {harm: [SERVICE.name] for harm in HARMS}
    assert len(set(builds)) == len(builds), "each of them was noticed"


def _harm(directory: Directory, folder: Path, harm: str) -> None:
    build = folder / current_build(folder)
    answers, stores = build / "answers", list(build.glob("*.store"))
    if harm == "another database":
        with directory.worker.transaction() as session:
            session.execute(text("UPDATE change_feed SET id = gen_random_uuid()"))
        return
    {
        "gone": lambda: shutil.rmtree(folder),
        "no meta": (build / "meta.json").unlink,
        "broken meta": lambda: (build / "meta.json").write_text("{"),
        "cut": lambda: [path.write_bytes(b"") for path in stores],
        "changed": lambda: [path.write_bytes(_another(path.read_bytes())) for path in stores],
        "a part gone": lambda: next(iter(build.glob("*.term"))).unlink(),
        "answers cut": lambda: os.truncate(answers, 10),
        "answers changed": lambda: answers.write_bytes(_another(answers.read_bytes())),
    }[harm]()


def _another(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


def test_without_an_index_the_list_asks_for_patience(directory: Directory, visitor: FlaskClient) -> None:
    directory.indexer.close()
    shutil.rmtree(directory.settings.index_dir)

    answer = visitor.get("/api/services")
    ready = visitor.get("/readyz")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert str(directory.settings.index_dir) not in answer.text
    assert search_page(visitor, 503)
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ok"})  # other pages can be served
    measure_index_lag(directory.worker, SearchIndex(directory.settings.index_dir), SystemClock().now())
    assert REGISTRY.get_sample_value("setu_index_lag_seconds") == float("inf")


def test_a_gauge_tells_the_lag_and_readyz_does_not(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    index = SearchIndex(directory.settings.index_dir)
    directory.save(PROVIDER, SERVICE)
    measure_index_lag(directory.worker, index, clock.now())
    in_step = REGISTRY.get_sample_value("setu_index_lag_seconds"), visitor.get("/readyz").data
    directory.save(replace(SERVICE, name="Renamed"), indexed=False)
    with directory.worker.transaction() as session:
        number_changes(session)
        session.execute(text("UPDATE change SET noted_at = :then"), {"then": clock.now().replace(minute=0)})
    measure_index_lag(directory.worker, index, clock.now())

    assert in_step == (0, visitor.get("/readyz").data)
    assert (REGISTRY.get_sample_value("setu_index_lag_seconds") or 0) > 1000


def test_searching_goes_on_while_the_index_is_built_anew(directory: Directory, visitor: FlaskClient) -> None:
    directory.save_together(PROVIDER, *(a_service(PROVIDER, f"Service {number}") for number in range(30)))
    before, wrong, stop = current_build(directory.settings.index_dir), list[int](), threading.Event()

    def search() -> None:
        client = visitor.application.test_client()
        while not stop.is_set():
            answer = find(client, needs="OST").get_json()
            if answer["total_items"] != 30:
                wrong.append(answer["total_items"])

    searching = threading.Thread(target=search)
    searching.start()
    for _ in range(3):
        assert rebuild_index(directory.worker, directory.settings.index_dir) == 30
    directory.save(a_service(PROVIDER, "Service 3", description="Changed after the swap."))
    stop.set()
    searching.join()

    assert wrong == []
    assert current_build(directory.settings.index_dir) != before
    assert names(visitor, search="swap") == ["Service 3"]
    assert not (directory.settings.index_dir / before).exists()  # the writer removed what it left


def test_the_command_says_how_many_it_indexed(
    fresh_database: Callable, settings_env: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_env("directory", fresh_database("directory"), process="worker").items():
        monkeypatch.setenv(name, value)
    loaded = CliRunner().invoke(commands, ["sample"], catch_exceptions=False)

    result = CliRunner().invoke(commands, ["reindex"], catch_exceptions=False)

    assert loaded.exit_code == 0
    assert re.fullmatch(r"indexed [1-9][0-9]* services\n", result.output)


def test_a_feed_entry_names_kind_and_object(directory: Directory) -> None:
    directory.save(PROVIDER, SERVICE)

    with directory.web.transaction() as session:
        found = {(change.kind, change.object_id) for change in changes_after(session, 0, 10)}

    assert found == {("organization", UUID(str(PROVIDER.id))), ("service", UUID(str(SERVICE.id)))}
