"""Whatever a server answers, the conformance check ends with findings: no traceback, no endless wait, no odd letter."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory_service.app import create_app
from directory_service.cli import commands
from directory_service.hsds.outside.hsds_api import GIVEN_UP, Answer, HsdsApi
from directory_service.hsds.use_cases.check_conformance import CheckOutcome, Sample, check_conformance
from support.hsds import standard as hsds_standard
from support.hsds.generated_services import generated_services
from support.importing import ohana, take, write_json
from support.kit.examples import examples
from support.listings import Directory

TEXTS = st.text(st.characters(), max_size=12) | st.sampled_from(["\ud800", "a\nb", "../x", "?", "\x1b[2J", ""])
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just(10**400)
ANYTHING = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
NESTED = ("services", "service", "organization", "attributes", "phones", "metadata")
TOLD = ("id", "name", "status", "organization_id", "taxonomy_id", "parent_id", "last_modified", *NESTED)
ITEMS = st.fixed_dictionaries({}, optional=dict.fromkeys(TOLD, TEXTS | ANYTHING))
NUMBERS = st.integers(-3, 300) | st.just(10**400) | ANYTHING
PAGES = st.fixed_dictionaries(
    {"contents": st.lists(ITEMS | ANYTHING, max_size=4) | ANYTHING},
    optional=dict.fromkeys(("total_items", "total_pages", "page_number", "size", "empty", "last_page"), NUMBERS),
)
DEEP = st.sampled_from([b"[" * 30_000 + b"]" * 30_000, b'{"contents":' + b"[" * 900 + b"]" * 900 + b"}"])
BODIES = st.one_of(
    st.builds(lambda value: json.dumps(value).encode(), PAGES | ITEMS | ANYTHING),
    st.builds(lambda pages: b"\n".join(json.dumps(each).encode() for each in pages), st.lists(ITEMS, max_size=3)),
    st.binary(max_size=30),
    DEEP,
    st.sampled_from([b"", b"<!doctype html><html><body>Hello</body></html>", b"\n\n", b"\xef\xbb\xbf{}"]),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from([200, 200, 200, 200, 0, 204, 301, 404, 500, 999]),
    BODIES,
    st.sampled_from(["application/json", "text/html", "", "\udcff"]),
)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANSWERS, min_size=1, max_size=6), st.integers(1, 1000))
def test_any_answers_end_in_findings_that_can_be_printed(answers: list[Answer], stride: int) -> None:
    asked = 0

    def following(*_: object) -> Answer:
        nonlocal asked
        asked += stride
        return answers[asked % len(answers)]

    findings = list(check_conformance(following, Sample(3), following))

    assert findings[0].check == "about the API"
    for each in findings:
        assert "".join((each.check, *each.reasons)).encode().decode().isprintable()
        assert all(len(reason) < 400 for reason in each.reasons)


Serve = Callable[[socket.socket], None]
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def server_that(serves: Serve) -> Iterator[str]:
    """Each connection is handed to `serves` after the head of the request was read, and closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ended = threading.Event()

        def run() -> None:
            while not ended.is_set():
                with listening.accept()[0] as connection:
                    if not ended.is_set() and connection.recv(65_536):
                        try:
                            serves(connection)
                        except OSError:
                            continue

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            ended.set()
            socket.create_connection(listening.getsockname()).close()
            thread.join()


def sending(content: bytes) -> Serve:
    return lambda connection: connection.sendall(content)


def trickling(connection: socket.socket) -> None:
    connection.sendall(WHOLE + b"Content-Length: 100000\r\n\r\n[")
    for _ in range(200):
        connection.sendall(b" ")
        threading.Event().wait(0.02)


def silent(connection: socket.socket) -> None:
    connection.settimeout(2)
    connection.recv(1)


BAD_SERVERS: dict[str, Serve] = {
    "nothing": sending(b""),
    "no HTTP": sending(b"\x00\xff garbage\r\n\r\n"),
    "a body that is cut": sending(WHOLE + b"Content-Length: 5000\r\n\r\n{"),
    "chunks that are none": sending(WHOLE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    "an error that is cut": sending(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"),
    "a redirect to itself": sending(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    "a redirect to nowhere": sending(b"HTTP/1.1 302 Found\r\nLocation: http://[::bad\r\nContent-Length: 0\r\n\r\n"),
    "a redirect to a file": sending(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n"),
    "a header without end": sending(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000),
    "gzip that is none": sending(WHOLE + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"),
    "one byte at a time": trickling,
    "silence": silent,
}


@pytest.mark.parametrize("name", BAD_SERVERS)
def test_a_server_that_breaks_the_protocol_is_an_answer(name: str) -> None:
    asked = []

    def serve(connection: socket.socket) -> None:
        asked.append(connection)
        BAD_SERVERS[name](connection)

    with server_that(serve) as address:
        api, began = HsdsApi(address, seconds=0.2, patience=0.3), monotonic()

        findings = list(check_conformance(api.get, Sample(3), api.post))

        assert findings[0].outcome is CheckOutcome.FAILED
        assert monotonic() - began < 15, "an answer that goes on and on is not waited for"
        assert name not in {"one byte at a time", "silence"} or len(asked) <= GIVEN_UP, "it is asked no more"


def test_the_command_ends_in_words_for_any_server_and_any_address() -> None:
    page = (
        b'{"version": "3", "profile": 7, "contents": [{"id": "\\ud800\\u001b[2J", "name": null}], "total_items": "x"}'
    )
    head = WHOLE + f"Content-Length: {len(page)}\r\n\r\n".encode()
    with server_that(sending(head + page)) as address:
        result = CliRunner().invoke(commands, ["conformance", address])
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)
    assert "failed  /services              first page" in result.output
    for odd in ("http://[::1", "http://x:99999999", "http://", "https:///x", "file:///etc", ""):
        assert CliRunner().invoke(commands, ["conformance", odd]).output.startswith("Error: "), odd


def asking(client: FlaskClient) -> Callable[[str, Mapping[str, object] | None], Answer]:
    def get(path: str, query: Mapping[str, object] | None = None) -> Answer:
        response = client.get(f"/api{path}", query_string=dict(query or {}))
        return Answer(response.status_code, response.data, response.content_type or "")

    return get


def test_of_a_small_server_every_item_is_looked_at_of_a_large_one_every_line(integrator: FlaskClient) -> None:
    everything = asking(integrator)
    last = everything("/services", {"per_page": 100}).json()["contents"][-1]["id"]

    def get(path: str, query: Mapping[str, object] | None) -> Answer:
        return everything(path, query) if path == "/" or path.startswith("/services") else Answer(404, b"{}")

    def in_its_own_answer(path: str, query: Mapping[str, object] | None) -> Answer:
        answer = get(path, query)
        return answer if path != f"/services/{last}" else replace(answer, body=answer.body.replace(b'"name":', b'"n":'))

    def deep_in_its_line(path: str, query: Mapping[str, object] | None) -> Answer:
        answer = get(path, query)
        if path != "/services" or not query or query.get("format") != "ndjson" or "full" not in query:
            return answer
        spoilt = [{**json.loads(line), "phones": [{"number": 1}]} for line in answer.body.splitlines()]
        return Answer(200, b"\n".join(json.dumps(each).encode() for each in spoilt))

    def failed(asked: Any, sample: Sample) -> set[str]:
        found = check_conformance(asked, sample)
        return {f"{each.path} {each.check}" for each in found if each.outcome is CheckOutcome.FAILED}

    assert failed(in_its_own_answer, Sample(3)) >= {"/services items"}
    assert failed(in_its_own_answer, Sample(3, small=0)) == set()
    assert failed(deep_in_its_line, Sample(3, small=0)) == {"/services format=ndjson"}


def test_our_own_server_is_judged_well_after_any_import(own_sample: Directory, tmp_path: Path) -> None:
    """More than a hundred with one time, old packages, and all that the standard's own example says."""
    many = write_json(tmp_path / "many.json", list(generated_services(120)))
    for source in (hsds_standard.folder() / "examples" / "service_full.json", ohana(), many):
        take(own_sample, source)
    visitor = create_app(own_sample.settings, clock=own_sample.clock, db=own_sample.web).test_client()

    findings = check_conformance(asking(visitor), Sample(10, small=0))

    assert [each for each in findings if each.outcome is CheckOutcome.FAILED] == []
