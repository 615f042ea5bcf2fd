"""A key's limit and its day of last use under gunicorn as it is run: one count for all processes and connections."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import text

from directory_service.accounts.domain.api_keys import (
    READ,
    REQUESTS,
)
from directory_service.accounts.use_cases.api_keys.make_api_key import make_api_key
from local_stack.test_servers import free_ports
from support.accounts import (
    House,
    a_house,
)

WORKERS, CONNECTIONS, LEFT, EACH = 2, 6, 20, 5


@pytest.fixture
def many(fresh_database: Callable, settings_env: Callable) -> Iterator[tuple[House, int, list[int]]]:
    """A directory, the port of its gunicorn and the process ids of its workers."""
    urls = fresh_database("directory")
    (port,) = free_ports(1)
    environment = settings_env("directory", urls)
    house = a_house({**environment, "SETU_TEST_WORKER_URL": urls.worker})
    served = {"SETU_BIND": f"127.0.0.1:{port}", "SETU_WEB_WORKERS": str(WORKERS)}
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service_kit.web.gunicorn"]
    with subprocess.Popen(
        [*command, "directory_service.app:create_app()"],
        env={**os.environ, **environment, **served},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield house, port, _workers(process)
        finally:
            process.terminate()
    house.web.dispose()
    house.worker.dispose()


def _workers(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    found, said = list[int](), list[str]()
    for line in process.stdout:
        said.append(line)
        if started := re.search(r"Booting worker with pid: (\d+)", line):
            found.append(int(started[1]))
        if len(found) == WORKERS:
            return found
    raise AssertionError("".join(said))


@contextmanager
def _standing_still(process: int) -> Iterator[None]:
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_all_processes_and_connections_count_one_limit_that_never_rises_again(
    many: tuple[House, int, list[int]],
) -> None:
    house, port, workers = many
    provider = house.organization("provider")
    with house.worker.transaction() as session:
        key = make_api_key(
            session, house.dependencies, provider, "site", scopes=(READ,), good_for=None, by=None, now=datetime.now(UTC)
        )

    def ask(connection: http.client.HTTPConnection) -> tuple[int, int]:
        """Status, and what is told to be left."""
        connection.request("GET", "/api/organizations", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        answer.read()
        left = re.fullmatch(r'"key";r=(\d+);t=\d+', answer.headers["RateLimit"])
        assert left, json.dumps(dict(answer.headers))
        return answer.status, int(left[1])

    def ask_often(_: int) -> list[tuple[int, int]]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        return [ask(connection) for _ in range(EACH)]

    def alone(other: int) -> tuple[int, int]:
        """What the one process answers while the other stands still."""
        with _standing_still(other):
            return ask(http.client.HTTPConnection("127.0.0.1", port, timeout=30))

    in_turn = [alone(workers[at % WORKERS]) for at in range(4)]
    used = _row(house)
    with house.worker.transaction() as session:  # an hour, so that no window ends meanwhile
        session.execute(
            text("UPDATE throttle SET count = :used, window_end = now() + interval '1 hour'"), {"used": REQUESTS - LEFT}
        )
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        at_once = list(pool.map(ask_often, range(CONNECTIONS)))

    assert in_turn == [(200, REQUESTS - at) for at in range(1, 5)]
    answers = [answer for connection in at_once for answer in connection]
    assert sorted(left for status, left in answers if status == 200) == list(range(LEFT))
    assert [answer for answer in answers if answer[0] != 200] == [(429, 0)] * (CONNECTIONS * EACH - LEFT)
    for connection in at_once:
        assert all(later[1] <= earlier[1] for earlier, later in pairwise(connection))
    assert _row(house) == used, "the day of last use is written once"


def _row(house: House) -> tuple[object, ...]:
    with house.worker.transaction() as session:
        day, changed = session.execute(text("SELECT last_used_on, xmin::text FROM api_key")).one()
    assert day is not None
    return day, changed
