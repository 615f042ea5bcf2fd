"""A body is whole when the application sees it, or the request is refused."""

import socket
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any

import pytest
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from service_kit.web.body_deadline import FAULT, BodyDeadline
from support.web import an_application

LENGTH = {"CONTENT_LENGTH": "10"}
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}


class Chunks(BytesIO):
    """A chunked body as gunicorn gives it: its bytes, and at its end what the parser raises."""

    def __init__(self, content: bytes, end: Exception) -> None:
        super().__init__(content)
        self._end = end

    def read(self, size: int | None = -1) -> bytes:
        if block := super().read(size):
            return block
        raise self._end


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Of a server, and its client's end."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def seen_by_application(environ: dict[str, Any], body: IO[bytes], **limits: Any) -> tuple[bytes, int | None]:
    """What of the body the application reads, and the status of the fault that it is told."""
    seen: list[tuple[bytes, int | None]] = []

    def application(environ: dict[str, Any], _start_response: object) -> list[bytes]:
        seen.append((environ["wsgi.input"].read(), getattr(environ.get(FAULT), "status", None)))
        return []

    answer: Any = BodyDeadline(application, **{"keep": 100, "read": 1000} | limits)(
        environ | {"wsgi.input": body}, lambda *_: lambda _: None
    )
    getattr(answer, "close", lambda: None)()
    return seen[0]


def test_a_whole_body_is_handed_on() -> None:
    assert seen_by_application(LENGTH, BytesIO(b"0123456789")) == (b"0123456789", None)
    assert seen_by_application(CHUNKED, BytesIO(b"0123456789")) == (b"0123456789", None)


@pytest.mark.parametrize(
    ("environ", "body", "status"),
    [
        (LENGTH, BytesIO(b"012345678"), 408),
        (LENGTH, Chunks(b"012345", BlockingIOError()), 408),
        (LENGTH, Chunks(b"012345", ConnectionResetError()), 408),
        (CHUNKED, Chunks(b'{"a": 1}', NoMoreData()), 408),
        (CHUNKED, Chunks(b'{"a": 1}', InvalidChunkSize(b"0x2")), 400),
    ],
)
def test_of_a_body_that_is_not_whole_nothing_is_handed_on(environ: Any, body: IO[bytes], status: int) -> None:
    assert seen_by_application(environ, body) == (b"", status)


def test_what_is_too_long_is_read_away_and_beyond_that_not_read() -> None:
    long, longer = BytesIO(b"x" * 1000), BytesIO(b"x" * 1001)

    assert seen_by_application({"CONTENT_LENGTH": "1000"}, long) == (b"x" * 100, None)
    assert long.tell() == 1000
    assert seen_by_application({"CONTENT_LENGTH": "1001"}, longer) == (b"", None)
    assert longer.tell() == 0


def test_of_chunks_without_an_end_no_more_than_that_is_read() -> None:
    endless = BytesIO(b"x" * 5000)

    assert seen_by_application(CHUNKED, endless) == (b"x" * 100, None)
    assert endless.tell() == 1000


def test_a_body_that_does_not_come_is_refused_and_its_connection_ended(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = connection
    theirs.sendall(b"012345")

    class Body(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return ours.recv(size or 0)

    environ = LENGTH | {"gunicorn.socket": ours}

    assert seen_by_application(environ, Body(), seconds=0.05) == (b"", 408)
    assert theirs.recv(1) == b""  # nothing that may still come is read as another request
    with pytest.raises(BrokenPipeError):
        theirs.sendall(b"6789")


def test_a_fault_is_told_before_access_in_the_shape_of_every_problem() -> None:
    client = an_application().test_client()

    answer = client.post("/api/echo", data=b'{"a": 1', environ_overrides={"CONTENT_LENGTH": "100"})
    page = client.post("/nowhere", data=b"a=1", environ_overrides={"CONTENT_LENGTH": "100"})

    assert (answer.status_code, answer.get_json()["type"]) == (408, "/problems/request-timeout")
    assert (page.status_code, page.mimetype) == (408, "text/html")
