"""What is packed on its way out, and that a stream stays one."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from service_kit.web.gzip import Gzip

OPEN = {"Access-Control-Allow-Origin": "*"}
LONG = b'{"a":"' + b"long " * 1_000 + b'"}'


def client(response: Response) -> Client:
    return Client(Gzip(response), Response)


def answer(body: bytes = LONG, kind: str = "application/json", status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, {**OPEN, "ETag": '"7"', **named}, content_type=kind)


def packed(response: Response, accepted: str = "gzip") -> bool:
    got = client(response).get("/", headers={"Accept-Encoding": accepted})
    if got.headers.get("Content-Encoding") != "gzip":
        return False
    assert gzip.decompress(got.data) == LONG
    assert (got.headers["ETag"], int(got.headers["Content-Length"])) == ('"7-gzip"', len(got.data))
    return True


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.5", "*", "GZIP"])
def test_it_is_packed_for_who_unpacks(accepted: str) -> None:
    assert packed(answer(), accepted)


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity, *;q=0"])
def test_it_is_left_for_who_does_not(accepted: str) -> None:
    assert not packed(answer(), accepted)


@pytest.mark.parametrize(
    "response",
    [
        answer(b"{}"),
        answer(kind="image/png"),
        answer(status=410),
        answer(Content_Encoding="br"),
        answer(Access_Control_Allow_Origin="https://one.example"),
    ],
)
def test_some_answers_are_never_packed(response: Response) -> None:
    assert not packed(response)


def test_a_tag_that_comes_back_is_the_applications_own() -> None:
    seen: list[Any] = []

    @Request.application
    def application(request: Request) -> Response:
        seen.append((request.headers.get("If-None-Match"), request.headers.get("If-Match")))
        return Response(status=304, headers={"ETag": '"7"'})

    site = Client(Gzip(application), Response)
    held = site.get("/", headers={"If-None-Match": 'W/"6-gzip", "7-gzip"', "If-Match": '"7-gzip"'})
    plain = site.get("/", headers={"If-None-Match": '"7"', "Accept-Encoding": "gzip"})

    assert seen == [('"7", W/"6"', '"7"'), ('"7"', None)]
    assert (held.headers["ETag"], plain.headers["ETag"]) == ('"7-gzip"', '"7"')


def test_a_stream_is_packed_while_it_is_read_and_closed_after() -> None:
    read, closed = list[int](), list[bool]()

    def lines() -> Iterator[bytes]:
        try:
            for number in range(200):
                read.append(number)
                yield b"".join(b"%d %d\n" % (number, each * each * 7919) for each in range(2_000))
        finally:
            closed.append(True)

    def started(*_: object) -> Any:
        return None

    def application(environ: Any, start: Any) -> Iterable[bytes]:
        return Response(lines(), 200, OPEN, content_type="application/x-ndjson")(environ, start)

    environ = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "gzip"}
    stream: Any = Gzip(application)(environ, started)  # type: ignore[arg-type]  # as much of an environ as it takes
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    first = unpacking.decompress(next(iter(stream)))
    assert len(read) < 20
    rest = b"".join(unpacking.decompress(block) for block in stream)
    stream.close()

    assert (first + rest).count(b"\n") == 400_000
    assert (len(read), closed) == (200, [True])
