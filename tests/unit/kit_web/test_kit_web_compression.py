"""What is packed on its way out, and that a stream stays one."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Blueprint, Response
from werkzeug.test import TestResponse

from service_kit.web.access.require import public
from service_kit.web.cors import any_origin
from service_kit.web.etag import if_match, if_none_match, not_modified, set_etag
from support.web import a_web

LONG = b'{"a":"' + b"long " * 1_000 + b'"}'
GZIP = {"Accept-Encoding": "gzip"}


def ask(make: Callable[[], Response], path: str = "/api/open", **sent: Any) -> TestResponse:
    blueprint = Blueprint("packing", __name__)

    @blueprint.route("/api/open", methods=["GET", "PUT"])
    @public
    @any_origin
    def opened() -> Response:
        return make()

    @blueprint.get("/api/closed")
    @public
    def closed() -> Response:
        return make()

    return a_web(api=[blueprint]).client().open(path, **sent)


def answer(body: bytes = LONG, kind: str = "application/json", status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, {"ETag": '"7"', **named}, content_type=kind)


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.5", "*", "GZIP"])
def test_it_is_packed_for_who_unpacks(accepted: str) -> None:
    got = ask(answer, headers={"Accept-Encoding": accepted})

    assert got.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(got.data) == LONG
    assert (got.headers["ETag"], int(got.headers["Content-Length"])) == ('"7:gzip"', len(got.data))
    assert got.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity, *;q=0", "br, gzip;q=0"])
def test_it_is_left_for_who_does_not(accepted: str) -> None:
    got = ask(answer, headers={"Accept-Encoding": accepted})

    assert (got.headers.get("Content-Encoding"), got.data, got.headers["ETag"]) == (None, LONG, '"7"')
    assert got.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "make",
    [
        lambda: answer(b"{}"),
        lambda: answer(kind="image/png"),
        lambda: answer(status=410),
        lambda: answer(Content_Encoding="br"),
    ],
)
def test_some_answers_are_never_packed(make: Callable[[], Response]) -> None:
    assert ask(make, headers=GZIP).headers.get("Content-Encoding") != "gzip"


def test_what_is_not_open_to_every_origin_is_never_packed() -> None:
    got = ask(answer, "/api/closed", headers=GZIP)

    assert (got.headers.get("Content-Encoding"), got.headers["ETag"], "Vary" in got.headers) == (None, '"7"', False)


@pytest.mark.parametrize("held", ['"7"', '"7:gzip"'])
def test_a_version_is_known_by_the_tag_of_its_packed_answer_and_of_its_plain_one(held: str) -> None:
    def read() -> Response:
        return not_modified(7) if if_none_match(7) else answer()

    def write() -> Response:
        if_match(7)
        return set_etag(Response(status=204), 8)

    for accepted in ("gzip", ""):
        headers = {"Accept-Encoding": accepted}
        same = ask(read, headers={**headers, "If-None-Match": held})
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", held)
        assert ask(read, headers={**headers, "If-None-Match": '"6:gzip"'}).status_code == 200
        assert ask(write, method="PUT", headers={**headers, "If-Match": held}).status_code == 204
        assert ask(write, method="PUT", headers={**headers, "If-Match": '"6:gzip"'}).status_code == 412


def test_a_stream_is_packed_while_it_is_read_and_closed_after() -> None:
    read, closed = list[int](), list[bool]()

    def lines() -> Iterator[bytes]:
        try:
            for number in range(200):
                read.append(number)
                yield b"".join(b"%d %d\n" % (number, each * each * 7919) for each in range(2_000))
        finally:
            closed.append(True)

    got = ask(lambda: Response(lines(), content_type="application/x-ndjson"), headers=GZIP, buffered=False)
    blocks, unpacking = got.iter_encoded(), zlib.decompressobj(16 + zlib.MAX_WBITS)
    first = unpacking.decompress(next(blocks))
    assert len(read) < 20
    rest = b"".join(unpacking.decompress(block) for block in blocks)
    got.close()

    assert (first + rest).count(b"\n") == 400_000
    assert (len(read), closed) == (200, [True])


def test_a_stream_that_its_reader_leaves_is_closed() -> None:
    closed = list[bool]()

    def lines() -> Iterator[bytes]:
        try:
            while True:
                yield b"another line\n" * 100_000
        finally:
            closed.append(True)

    got = ask(lambda: Response(lines(), content_type="application/x-ndjson"), headers=GZIP, buffered=False)
    next(got.iter_encoded())
    got.close()

    assert closed == [True]


@pytest.mark.parametrize("asset", ["setu.css", "setu.js"])
def test_styles_and_scripts_of_pages_are_packed_and_still_kept_for_good(asset: str) -> None:
    plain, packed = (a_web().client().get(f"/static/kit/{asset}?v=1", headers=sent) for sent in ({}, GZIP))

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Vary"] == "Accept-Encoding"
