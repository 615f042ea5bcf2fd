"""Ask another HSDS API over HTTP, one answer at a time, for the conformance check: GET, and POST of a search.

Follows redirects as urllib does. Whatever a server does, there is an answer: status 0 where nothing came that could be
read, or not within a minute, so that a check can go on; after GIVEN_UP of those in a row it is asked no more. What is
longer than LARGEST is read on only as its lines are asked for: a whole directory's would fill the memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from itertools import chain
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

SECONDS = 20.0  # of silence
PATIENCE = 60.0  # seconds for an answer, or for its first LARGEST bytes
LINES_PATIENCE = 3_600.0  # seconds for all lines of a directory
GIVEN_UP = 5  # requests in a row without an answer
LARGEST = 64 * 1024 * 1024
BLOCK = 1024 * 1024
DEEPEST = 50  # objects and lists in each other; a service has a dozen
NOTHING = (OSError, HTTPException, ValueError)
"""What urllib raises where nothing comes that can be read; ValueError of a redirect to nowhere, or an odd id."""


class NotAnAddress(ValueError):
    """Not an http(s) address."""


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 where nothing did. `more` are the blocks behind a long body, to be read once."""

    status: int
    body: bytes
    content_type: str = ""
    more: Iterable[bytes] = ()

    def json(self) -> Any:
        """The body as JSON, or None where it is none, or nested as no object of the standard is."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return None if _is_deeper(value, DEEPEST) else value

    def lines(self) -> Iterator[bytes]:
        """The lines of the body, also of one that is longer than memory; to be read once."""
        rest = b""
        for block in chain((self.body,), self.more):
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > LARGEST:  # no line at all
                break
        if rest:
            yield rest


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


class HsdsApi:
    """An API by its base address, with or without a trailing slash; of an answer it holds `held` bytes at once.

    `seconds` is how long it may be silent, `patience` how long one answer may take.
    """

    def __init__(self, base: str, held: int = LARGEST, *, seconds: float = SECONDS, patience: float = PATIENCE) -> None:
        """Raises NotAnAddress."""
        try:
            parts = urlsplit(base)
            is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            is_address = False
        if not is_address:
            raise NotAnAddress(f"{base} is not an http or https address")
        self._base, self._held, self._seconds, self._patience = base.rstrip("/"), held, seconds, patience
        self._silent = 0

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """`path` begins with a slash."""
        return self._answer(path, query, None)

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """A search by a body, as the standard has it beside each list; it changes nothing there."""
        return self._answer(path, None, json.dumps(body).encode())

    def _answer(self, path: str, query: Mapping[str, object] | None, body: bytes | None) -> Answer:
        if self._silent >= GIVEN_UP:
            return Answer(0, b"")
        try:
            answer = self._ask(path, query, body)
        except NOTHING:
            answer = Answer(0, b"")
        self._silent = 0 if answer.status else self._silent + 1
        return answer

    def _ask(self, path: str, query: Mapping[str, object] | None, body: bytes | None) -> Answer:
        address = self._base + quote(path, errors="replace")
        address += f"?{urlencode(query, errors='replace')}" if query else ""
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if body else {})}
        try:
            response = urlopen(Request(address, body, headers), timeout=self._seconds)  # noqa: S310 # the scheme is checked above
        except HTTPError as error:  # a status from 400 on, or a redirect that leads nowhere
            with error:
                content = self._read(error)
                return Answer(error.code, content, error.headers.get("Content-Type", ""))
        content, kind = self._read(response), response.headers.get("Content-Type", "")
        return Answer(response.status, content, kind, _blocks(response))

    def _read(self, response: HTTPResponse | HTTPError) -> bytes:
        """What can be held; raises TimeoutError for a body that trickles."""
        end, blocks, left = monotonic() + self._patience, [], self._held
        while left > 0 and (block := response.read1(min(left, BLOCK))):
            blocks.append(block)
            left -= len(block)
            if monotonic() > end:
                raise TimeoutError
        return b"".join(blocks)


def _blocks(response: HTTPResponse) -> Iterator[bytes]:
    """What is still to come; ends where the server breaks off, which the number of lines tells."""
    end = monotonic() + LINES_PATIENCE
    with response:
        try:
            while monotonic() < end and (block := response.read1(BLOCK)):
                yield block
        except (HTTPException, OSError):
            return
