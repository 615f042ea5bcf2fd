"""The question whether a session stands: what is remembered, how long, and who waits."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service_kit.web.access.issuer_client import PAUSE, STANDS_FOR, IssuerClient, SessionAnswer
from service_kit.web.problems import NOT_VALID_YET
from support.session_heartbeats import Seconds

STANDS, ENDED = SessionAnswer.STANDS, SessionAnswer.ENDED
EARLY, UNKNOWN = SessionAnswer.EARLY, SessionAnswer.UNKNOWN


class Directory:
    """Answers with `status`, or raises it; counts the questions."""

    def __init__(self, status: int | httpx.HTTPError) -> None:
        self.status, self.asked = status, 0
        self.headers: dict[str, str] = {}
        self.before_answer: Callable[[], object] = lambda: None
        self.seconds = Seconds()
        self.issuer = IssuerClient(
            "http://directory.test", monotonic=self.seconds, transport=httpx.MockTransport(self.answer)
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self.before_answer()
        assert (request.url.path, request.headers["Authorization"]) == ("/api/session", "Bearer a.token")
        if isinstance(self.status, httpx.HTTPError):
            raise self.status
        return httpx.Response(self.status, headers=self.headers)

    def ask(self) -> SessionAnswer:
        return self.issuer.ask("a.token")


def test_that_it_stands_is_believed_for_half_a_minute() -> None:
    directory = Directory(200)
    assert [directory.ask(), directory.ask()] == [STANDS, STANDS]
    directory.status = 401

    directory.seconds.now += STANDS_FOR - 1
    assert (directory.ask(), directory.asked) == (STANDS, 1)
    directory.seconds.now += 2
    assert (directory.ask(), directory.asked) == (ENDED, 2)


def test_that_it_ended_is_not_asked_again() -> None:
    directory = Directory(401)
    assert directory.ask() is ENDED
    directory.status = 200

    directory.seconds.now += 10 * STANDS_FOR

    assert (directory.ask(), directory.asked) == (ENDED, 1)


def test_a_token_ahead_of_the_clock_over_there_is_neither_ended_nor_a_silence() -> None:
    directory = Directory(401)
    directory.headers = {"WWW-Authenticate": NOT_VALID_YET}
    assert directory.ask() is EARLY
    directory.status, directory.headers = 200, {}

    assert (directory.ask(), directory.asked) == (STANDS, 2)


@pytest.mark.parametrize(
    "silence", [500, 503, 429, 404, 302, httpx.ConnectError("refused"), httpx.ReadTimeout("too late")], ids=str
)
def test_after_a_silence_nobody_asks_for_ten_seconds(silence: int | httpx.HTTPError) -> None:
    directory = Directory(silence)
    assert [directory.ask(), directory.ask()] == [UNKNOWN, UNKNOWN]
    assert directory.asked == 1
    directory.status = 200

    directory.seconds.now += PAUSE

    assert (directory.ask(), directory.asked) == (STANDS, 2)


def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    Directory(httpx.ConnectError("refused")).ask()
    Directory(401).ask()

    assert "nobody says whether sessions stand: ConnectError" in caplog.text
    assert "a.token" not in caplog.text


@pytest.mark.parametrize(("before", "told"), [(200, STANDS), (503, UNKNOWN)], ids=["answered", "was silent"])
def test_who_comes_while_another_asks_waits_for_it_only_where_the_last_question_was_answered(
    before: int, told: SessionAnswer
) -> None:
    directory, begun, may_answer = Directory(before), threading.Event(), threading.Event()
    directory.ask()
    directory.seconds.now += STANDS_FOR + PAUSE
    directory.status = 200
    directory.before_answer = lambda: (begun.set(), may_answer.wait(60))

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(directory.ask)
        assert begun.wait(60)
        second = pool.submit(directory.ask)
        if told is UNKNOWN:
            assert second.result(timeout=30) is UNKNOWN, "it does not wait"
        may_answer.set()
        assert (first.result(), second.result(), directory.asked) == (STANDS, told, 2)
