"""Only so many requests are in the application at once, and a client that reads slowly is not in it."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Blueprint
from werkzeug.test import Client

from service_kit.web.access.require import public
from service_kit.web.concurrency_limit import ConcurrencyLimit
from support.web import a_web


class Inside:
    """How many threads are in a piece of code, and how many there were at most."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


def _crowd(application: Any, count: int) -> list[int]:
    with ThreadPoolExecutor(count) as clients:
        return list(clients.map(lambda _: Client(application).get("/").status_code, range(count)))


def test_no_more_than_the_limit_are_inside_and_all_get_their_turn() -> None:
    inside, full = Inside(), threading.Barrier(3)

    def application(_environ: Any, start_response: Any) -> Iterable[bytes]:
        with inside:
            full.wait(timeout=60)  # passes only while three are here together
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    assert _crowd(ConcurrencyLimit(application, 3), 12) == [200] * 12
    assert inside.most == 3


def test_a_stream_that_is_read_slowly_keeps_nobody_out() -> None:
    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return iter([b"first", b"second"])

    limited = ConcurrencyLimit(application, 1)
    slow = iter(limited({}, lambda *_: None))
    assert next(slow) == b"first"

    assert Client(limited).get("/").data == b"firstsecond"
    assert list(slow) == [b"second"]


def test_a_stream_that_is_given_up_is_closed() -> None:
    closed = []

    def lines() -> Iterator[bytes]:
        try:
            yield b"first"
            yield b"second"
        finally:
            closed.append(True)

    def application(_environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return lines()

    answer: Any = ConcurrencyLimit(application, 1)({}, lambda *_: None)
    next(iter(answer))
    answer.close()

    assert closed == [True]


def test_an_application_lets_in_as_many_as_its_database_serves() -> None:
    inside, blueprint = Inside(), Blueprint("crowd", __name__)

    @blueprint.get("/")
    @public
    def crowded() -> str:
        with inside:
            full.wait(timeout=60)
        return "ok"

    web = a_web(pages=[blueprint])
    full = threading.Barrier(web.db.most_requests)

    assert _crowd(web.app, 3 * web.db.most_requests) == [200] * 3 * web.db.most_requests
    assert inside.most == web.db.most_requests == 4
