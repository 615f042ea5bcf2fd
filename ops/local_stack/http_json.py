"""A small JSON-over-HTTP client on the standard library, for the journey.

Why: the stack may not need a package that the services do not. Not for tests, which have httpx.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unexpected(Exception):
    """No answer, or one with another status than expected; the message quotes the problem document."""


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and the parsed body (None when it is empty)."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Client:
    """Speaks as one signed-in person, or as nobody."""

    token: str | None = field(default=None, repr=False)

    def get(self, url: str, *, expect: int = 200) -> Answer:
        """GET, and check the status. Raises Unexpected."""
        return self.send("GET", url, expect=expect)

    def post(self, url: str, body: object, *, expect: int, **headers: str) -> Answer:
        """POST JSON, and check the status; `if_match="…"` becomes the header If-Match."""
        return self.send("POST", url, body, expect=expect, headers=headers)

    def send(
        self, method: str, url: str, body: object = None, *, expect: int, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request. Raises Unexpected."""
        request = urllib.request.Request(url, method=method)
        request.add_header("Accept", "application/json")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_header(name.replace("_", "-"), value)
        answer = _exchange(request)
        if answer.status != expect:
            raise Unexpected(
                f"{method} {url} answered {answer.status} instead of {expect}: {json.dumps(answer.body)[:800]}"
            )
        return answer


def _exchange(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return Answer(reply.status, _lower(reply.headers), _parsed(reply.read()))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, _lower(error.headers), _parsed(error.read()))
    except OSError as error:
        raise Unexpected(f"nobody answers at {request.full_url}: {error}") from error


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw.decode(errors="replace")
