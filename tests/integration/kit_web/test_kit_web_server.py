"""The web process as it is run: gunicorn with the shared settings, asked over a socket."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.events import eventually
from support.kit.slow_worker import BEGINS
from support.web_server import (
    Server,
    a_running_server,
)

CHUNKED = b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
MALFORMED_CHUNKS = (b"2;a=\r\n{}\r\n0\r\n\r\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}xx", b"-1\r\n", b"\r\n")
NO_HTTP = (
    b'POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{"name": "Ravi"}\r\n\r\n',
    b"Ravi / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nRavi says: x\r\n\r\n",
)
UNTRACED = b"POST /api/echo/untraced HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
MADE_UP = b"RAVI / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Ended:
    """A server that was asked many things and stopped: what it answered, counted and wrote, and what it left."""

    page: tuple[int, dict[str, str], str]
    nowhere: Sequence[int]
    raw: Mapping[bytes, bytes]
    figures: str
    lines: Sequence[Mapping[str, object]]
    code: int
    left_behind: Sequence[Path]
    said_at_the_end: bytes

    def logged(self, **fields: object) -> list[Mapping[str, object]]:
        """The lines of requests that have these fields."""
        of_requests = (line for line in self.lines if line["logger"] == "gunicorn.access")
        return [line for line in of_requests if fields.items() <= line.items()]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """What it wrote is read when it has been stopped: two threads write in either order."""
    folder = tmp_path_factory.mktemp("ended")
    with a_running_server(folder) as server:
        page = server.get("/problems/stale?who=Ravi")
        nowhere = [server.get(path)[0] for path in ("/withdraw/Ravi", "/api/Ravi", "/metrics")]
        sent = (UNTRACED, MADE_UP, *NO_HTTP, *(malformed(chunks) for chunks in MALFORMED_CHUNKS))
        raw = {each: server.say(each) for each in sent}
        figures = server.get("/metrics", server.metrics_port)[2]
        idle = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for _ in range(3):
            idle.request("GET", "/healthz")
            assert idle.getresponse().read()
        lines = server.stop()
        left_behind, code = list(folder.glob("setu-metrics-*")), server.process.returncode
        return Ended(page, nowhere, raw, figures, lines, code, left_behind, idle.sock.recv(1))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all who only ask."""
    with a_running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


def malformed(chunks: bytes) -> bytes:
    """A body that breaks off, and another request behind it."""
    return CHUNKED + chunks + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_server_that_says_little_logs_no_query_and_leaves_nothing(ended: Ended) -> None:
    status, headers, body = ended.page
    assert (status, headers["Server"]) == (200, "setu")
    assert "Changed in the meantime" in body
    assert 'setu_web_requests_total{endpoint="kit.problem_words",method="GET",status="200"} 1.0' in ended.figures

    [asked] = ended.logged(path="/problems/stale")
    assert {"method": "GET", "status": 200}.items() <= asked.items()
    assert asked["correlation_id"] == headers["X-Request-Id"]
    assert (ended.code, ended.left_behind) == (0, [])


def test_nothing_that_was_typed_or_sent_is_logged_or_counted(ended: Ended) -> None:
    assert "ravi" not in (ended.figures + json.dumps(ended.lines)).lower()


def test_a_server_that_is_stopped_while_a_worker_starts_waits_for_nobody(tmp_path: Path) -> None:
    with a_running_server(tmp_path, worker_class="support.kit.slow_worker.SlowWorker") as server:
        eventually(lambda: any(BEGINS in line for line in server.written))
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=15) == 0  # a graceful end would take 20


def test_an_address_that_leads_nowhere_is_logged_without_what_was_typed(ended: Ended) -> None:
    assert ended.nowhere == [404, 404, 404]
    assert len(ended.logged(path="unknown", method="GET")) == len(ended.nowhere)


def test_an_untraced_request_has_no_line_and_no_count(ended: Ended) -> None:
    assert b"HTTP/1.1 200 " in ended.raw[UNTRACED]
    assert "untraced" not in ended.figures + json.dumps(ended.lines)
    assert ended.logged(method="POST", status=200) == []


def test_a_method_that_somebody_made_up_is_neither_logged_nor_counted_by_its_name(ended: Ended) -> None:
    assert b"HTTP/1.1 4" in ended.raw[MADE_UP]
    assert len(ended.logged(method="other")) == 1
    assert 'method="other"' in ended.figures


def test_what_is_not_http_is_logged_without_what_was_sent(ended: Ended) -> None:
    assert [ended.raw[each][:13] for each in NO_HTTP] == [b"HTTP/1.1 400 "] * len(NO_HTTP)
    # malformed chunks are ours to answer
    assert [line["message"] for line in ended.lines].count("Invalid request") == len(NO_HTTP) - 1


def test_a_body_of_untold_length_is_cut_off_at_the_limit(lasting: Server) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"

    answer = lasting.say(CHUNKED + chunk * 6 + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"/problems/too-large" in answer


def test_after_a_body_that_was_too_large_the_connection_goes_on(lasting: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", lasting.port, timeout=60)
    headers = {"Content-Type": "application/json"}

    statuses = []
    for body in (b"x" * 300_000, b'{"a": 1}'):
        connection.request("POST", "/api/echo", body, headers)
        with connection.getresponse() as answer:
            answer.read()
            statuses.append(answer.status)
            assert connection.sock is not None  # http.client would open another one without a word

    assert statuses == [413, 200]


@pytest.mark.parametrize(
    "raw", [b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nHost x\r\n\r\n"]
)
def test_what_is_not_http_is_400(lasting: Server, raw: bytes) -> None:
    assert lasting.say(raw).startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 404 "))


def test_a_worker_is_small(lasting: Server) -> None:
    lasting.get("/problems/stale")
    workers = Path(f"/proc/{lasting.process.pid}/task/{lasting.process.pid}/children")
    if not workers.exists():
        pytest.skip("only Linux tells the proportional size of a process")
    worker = workers.read_text().split()[0]
    rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))

    assert pss < 90 * 1024


def test_connections_beyond_the_threads_all_get_their_turn(lasting: Server) -> None:
    kept = [http.client.HTTPConnection("127.0.0.1", lasting.port, timeout=60) for _ in range(300)]
    answered = []

    def ask_five_times(connection: http.client.HTTPConnection) -> None:
        for _ in range(5):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            answered.append(answer.status)

    with ThreadPoolExecutor(len(kept)) as clients:
        for done in [clients.submit(ask_five_times, connection) for connection in kept]:
            done.result()

    assert answered == [200] * 5 * 300


def test_two_requests_sent_at_once_get_two_answers_in_order(lasting: Server) -> None:
    first, second = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"

    said = lasting.say(first + second)

    assert [said.split(b"HTTP/1.1 ")[number][:3] for number in (1, 2)] == [b"200", b"404"]


def test_a_server_that_is_stopped_lets_go_of_idle_connections(ended: Ended) -> None:
    assert (ended.code, ended.said_at_the_end) == (0, b"")


def test_malformed_chunks_are_a_bad_request_and_no_error_of_ours(ended: Ended) -> None:
    for answer in (ended.raw[malformed(chunks)] for chunks in MALFORMED_CHUNKS):
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"/problems/bad-request" in answer
        assert answer.count(b"HTTP/1.1 ") == 1  # what follows is nobody's request
    assert not [line for line in ended.lines if line["level"] == "ERROR"]


@pytest.mark.parametrize("head", [b"Content-Length: 12", b"Transfer-Encoding: chunked"])
def test_a_body_that_was_cut_short_is_not_taken_for_a_whole_one(lasting: Server, head: bytes) -> None:
    body = b'8\r\n{"a": 1}\r\n' if b"chunked" in head else b'{"a": 1}'

    answer = lasting.say(
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + head + b"\r\n\r\n" + body
    )

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/request-timeout" in answer


def test_a_body_that_says_it_is_huge_is_refused_unread(lasting: Server) -> None:
    head = (
        b"POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n"
    )

    with socket.create_connection(("127.0.0.1", lasting.port), timeout=60) as connection:
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_clients_that_do_not_close_hold_up_nobody(lasting: Server) -> None:
    """gunicorn's own way of closing would wait two seconds for each, in the one thread that accepts connections."""
    with ExitStack() as held:
        clients = [
            held.enter_context(socket.create_connection(("127.0.0.1", lasting.port), timeout=60)) for _ in range(20)
        ]
        for client in clients:
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")

        assert {client.recv(65536).split(b"\r\n")[0] for client in clients} == {b"HTTP/1.0 200 OK"}
        assert lasting.get("/healthz")[0] == 200
