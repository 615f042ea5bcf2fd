"""kill -9 of the indexer at any moment loses nothing: index and database agree again soon after it is back."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import select

from directory_service.app import create_app
from directory_service.finding.domain.search_request import Search, SearchRequest
from directory_service.finding.store.search.folder import NoIndex
from directory_service.finding.store.search.reader import SearchIndex
from directory_service.finding.use_cases.find_services import (
    every_answer,
)
from directory_service.listings.store.change_feed import feed
from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.remove_listing import remove_service
from directory_service.settings import load
from service_kit.db.engine import Database
from support.events import eventually
from support.fresh_databases import Urls
from support.hsds.changes import (
    Copy,
    walked,
)
from support.kit.forked import end_of, load_services, start_forked
from support.listings import (
    Directory,
    a_provider,
    a_service,
)

PROGRAM = "support.faults.indexing_process"
PATIENCE = 120  # seconds
PROVIDER = a_provider()
FIRST, SERIES = int(os.environ.get("SETU_SOAK_SEED", "1")), int(os.environ.get("SETU_INDEXER_SERIES", "1"))
SERVICES = [a_service(PROVIDER, f"Service {number:02}") for number in range(30)]


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("directory")


@pytest.fixture
def directory(urls: Urls, settings_env: Callable) -> Iterator[Directory]:
    made = Directory(Database(urls.worker), Database(urls.web), load(settings_env("directory", urls)))
    made.add_districts()
    made.indexer.close()
    with closing(made):
        yield made


def start(urls: Urls, folder: Path) -> BaseProcess:
    load_services()
    return start_forked(f"{PROGRAM}:main", urls.worker, str(folder), environment=os.environ)


def indexed(directory: Directory) -> dict[str, str]:
    """Id and time of change of everything in the index."""
    snapshot = SearchIndex(directory.settings.index_dir).snapshot()
    everything = every_answer(snapshot, SearchRequest(Search()), "full", directory.now)
    answers = [json.loads(bytes(answer)) for answer in everything]
    assert len(answers) == len({answer["id"] for answer in answers})
    return {answer["id"]: answer["last_modified"] for answer in answers}


def stored(directory: Directory) -> dict[str, str]:
    with directory.web.transaction() as session:
        documents = session.scalars(select(Service.document).where(Service.public))
        answers = [json.loads(document or b"") for document in documents]
    return {answer["id"]: answer["last_modified"] for answer in answers}


def is_in_step(directory: Directory) -> bool:
    try:
        state = SearchIndex(directory.settings.index_dir).snapshot().state
    except NoIndex:
        return False
    with directory.web.transaction() as session:
        return state.cursor == feed(session).last and indexed(directory) == stored(directory)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SERIES))
def test_killed_at_any_moment_it_catches_up(directory: Directory, urls: Urls, seed: int) -> None:
    """And whoever polls the feed all the time, and whoever begins afterwards, holds what the lists hold."""
    chance = random.Random(seed)  # noqa: S311 # a test that can be repeated
    client = create_app(directory.settings, db=directory.web).test_client()
    follower = Copy(client, limit=5)
    directory.save(PROVIDER, *SERVICES, indexed=False)
    for turn in range(4):
        process = start(urls, directory.settings.index_dir)
        for _ in range(chance.randrange(10, 40)):
            _change_something(directory, chance)
            follower.page()
        process.kill()
        end_of(process, PATIENCE)
        if turn == seed % 4:
            shutil.rmtree(directory.settings.index_dir, ignore_errors=True)
        _change_something(directory, chance)

    process = start(urls, directory.settings.index_dir)
    try:
        eventually(lambda: is_in_step(directory))
        assert follower.catch_up().documents == Copy(client).catch_up().documents == walked(client)
    finally:
        process.kill()
        end_of(process, PATIENCE)
    assert len(stored(directory)) > 5


def test_killed_and_its_index_deleted_it_builds_another(directory: Directory, urls: Urls) -> None:
    directory.save(PROVIDER, *SERVICES[:5])
    directory.indexer.close()
    for path in directory.settings.index_dir.rglob("*.store"):
        path.unlink()

    process = start(urls, directory.settings.index_dir)
    try:
        eventually(lambda: is_in_step(directory))
    finally:
        process.kill()
        end_of(process, PATIENCE)
    assert len(indexed(directory)) == 5


def _change_something(directory: Directory, chance: random.Random) -> None:
    service = chance.choice(SERVICES)
    if chance.random() < 0.2:
        with directory.worker.transaction() as session:
            remove_service(session, service.id, directory.now)
    else:
        directory.save(replace(service, description=f"Changed {chance.random()}"), indexed=False)
