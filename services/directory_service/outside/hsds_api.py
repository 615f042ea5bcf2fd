"""Ask another HSDS API over HTTP: GET and nothing else, one answer at a time, for the conformance check.

Follows redirects as urllib does. An unreachable server is an answer with status 0, so that a check can go on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

SECONDS = 20
LARGEST = 64 * 1024 * 1024


class NotAnAddress(ValueError):
    """Not an http(s) address."""


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0 where nothing did."""

    status: int
    body: bytes
    content_type: str = ""

    def json(self) -> Any:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class HsdsApi:
    """An API by its base address, with or without a trailing slash."""

    def __init__(self, base: str) -> None:
        """Raises NotAnAddress."""
        parts = urlsplit(base)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotAnAddress(f"{base} is no http or https address")
        self._base = base.rstrip("/")

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Answer:
        """`path` begins with a slash."""
        address = self._base + path + (f"?{urlencode(query)}" if query else "")
        request = Request(address, headers={"Accept": "application/json"})  # noqa: S310 # the scheme is checked above
        try:
            with urlopen(request, timeout=SECONDS) as response:  # noqa: S310 # the same
                return Answer(response.status, response.read(LARGEST), response.headers.get("Content-Type", ""))
        except HTTPError as error:
            return Answer(error.code, error.read(LARGEST), error.headers.get("Content-Type", ""))
        except (URLError, TimeoutError, OSError):
            return Answer(0, b"")
