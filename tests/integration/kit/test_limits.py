"""Throttles in a table hold over connections and processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from service_kit.db import throttle
from service_kit.db.engine import Database
from service_kit.db.throttle import RetryAfter
from support.events import (
    MOMENT,
    number,
)
from support.fresh_databases import Urls

MINUTE = timedelta(minutes=1)


@pytest.fixture
def urls(fresh_database: Callable[[str], Urls]) -> Urls:
    return fresh_database("kit")


@pytest.fixture
def web(urls: Urls) -> Database:
    return Database(urls.web)


@pytest.fixture
def worker(urls: Urls) -> Database:
    return Database(urls.worker)


def use(web: Database, key: bytes = b"one", *, now: datetime = MOMENT) -> RetryAfter | None:
    with web.transaction() as session:
        return throttle.throttle(session, "sign-in", key, limit=3, window=MINUTE, now=now)


def test_the_limit_is_allowed_and_the_next_must_wait_for_the_windows_end(web: Database) -> None:
    assert [use(web) for _ in range(3)] == [None, None, None]

    assert use(web, now=MOMENT + timedelta(seconds=20)) == RetryAfter(40)
    assert use(web, b"another") is None


def test_after_the_window_counting_starts_anew(web: Database) -> None:
    for _ in range(9):
        use(web)

    assert use(web, now=MOMENT + MINUTE) is None


def test_a_counter_can_be_forgotten(web: Database) -> None:
    for _ in range(3):
        use(web)

    with web.transaction() as session:
        throttle.forget(session, "sign-in", b"one")

    assert use(web) is None


def test_a_use_is_given_back(web: Database) -> None:
    for _ in range(3):
        use(web)

    with web.transaction() as session:
        throttle.give_back(session, "sign-in", b"one")

    assert [use(web) is None for _ in range(2)] == [True, False]


def test_of_many_at_once_exactly_the_limit_is_let_through(web: Database) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: use(web), range(30)))

    assert answers.count(None) == 3


def test_windows_that_are_over_are_pruned_by_the_worker(web: Database, worker: Database) -> None:
    use(web, b"old")
    use(web, b"new", now=MOMENT + MINUTE)

    with worker.transaction() as session:
        throttle.prune(session, MOMENT + MINUTE)

    assert number(web, "SELECT count(*) FROM throttle") == 1
