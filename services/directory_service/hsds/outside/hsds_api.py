"""Ask another HSDS API over HTTP, one answer at a time, for the conformance check: GET, and POST of a search.

Follows redirects as urllib does. An unreachable server is an answer with status 0, so that a check can go on. What is
longer than LARGEST is read on only as its lines are asked for: a whole directory's would fill the memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from itertools import chain
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

SECONDS = 20
LARGEST = 64 * 1024 * 1024
BLOCK = 1024 * 1024


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
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def lines(self) -> Iterator[bytes]:
        """The lines of the body, also of one that is longer than memory; to be read once."""
        rest = b""
        for block in chain((self.body,), self.more):
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
        if rest:
            yield rest


class HsdsApi:
    """An API by its base address, with or without a trailing slash; of an answer it holds `held` bytes at once."""

    def __init__(self, base: str, held: int = LARGEST) -> None:
        """Raises NotAnAddress."""
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotAnAddress(f"{base} is not an http or https address")
        self._base, self._held = base.rstrip("/"), held

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """`path` begins with a slash."""
        address = self._base + path + (f"?{urlencode(query)}" if query else "")
        return self._answer(Request(address, headers={"Accept": "application/json"}))  # noqa: S310 # the scheme is checked above

    def post(self, path: str, body: Mapping[str, object]) -> Answer:
        """A search by a body, as the standard has it beside each list; it changes nothing there."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        content = json.dumps(body).encode()
        return self._answer(Request(self._base + path, data=content, headers=headers))  # noqa: S310 # the same

    def _answer(self, request: Request) -> Answer:
        try:
            response = urlopen(request, timeout=SECONDS)  # noqa: S310 # the same
            body, kind = response.read(self._held), response.headers.get("Content-Type", "")
            return Answer(response.status, body, kind, _blocks(response))
        except HTTPError as error:
            return Answer(error.code, error.read(self._held), error.headers.get("Content-Type", ""))
        except (URLError, TimeoutError, OSError, HTTPException, ValueError):  # ValueError: a redirect to nowhere
            return Answer(0, b"")


def _blocks(response: IO[bytes]) -> Iterator[bytes]:
    """What is still to come; ends where the server breaks off, which the number of lines tells."""
    with response:
        try:
            while block := response.read(BLOCK):
                yield block
        except (HTTPException, OSError):
            return
