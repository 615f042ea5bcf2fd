"""Target of the attack: a running demo on this machine, and clients that speak to it as each of its people.

Promises: it speaks to loopback only; everything random follows from one seed; nothing is sent after the deadline that a
family asks for. Not for a system that people use: it fills throttles, freezes the broker and makes referrals.
"""

import json
import random
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pyotp

from local_stack.journey import a_referral, current_version
from local_stack.layout import SERVICES
from local_stack.stack import Stack

LOOPBACK = "127.0.0.1"
MASKED = frozenset({"date", "x-request-id"})
ABSENT = "00000000-0000-4000-8000-000000000000"


class Unready(Exception):
    """The stack is not what the attack needs; the message says what."""


@dataclass
class Target:
    """`ready` is what ready.json holds; `rng` gives everything random; `ends_at` is on the monotonic clock."""

    stack: Stack
    ready: Mapping[str, Any]
    rng: random.Random
    ends_at: float
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    used_codes: dict[str, set[str]] = field(default_factory=dict)
    sendings: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(urlsplit(self.ready[service]).hostname != LOOPBACK for service in SERVICES):
            raise Unready("The attack speaks to loopback only.")

    def url(self, service: str, path: str = "") -> str:
        """Address of a page or resource."""
        return f"{self.ready[service]}{path}"

    def has_time(self) -> bool:
        """Tell whether the time that was given is not over."""
        return time.monotonic() < self.ends_at

    def anonymous(self, service: str) -> httpx.Client:
        """A client of nobody, at one service."""
        return httpx.Client(base_url=self.ready[service], timeout=30, trust_env=False)

    def bearer(self, role: str, service: str) -> httpx.Client:
        """A client that carries the role's token in a header, as a program does."""
        client = self.anonymous(service)
        client.headers["Authorization"] = f"Bearer {self.token(role)}"
        return client

    def browser(self, role: str, service: str) -> httpx.Client:
        """A client that carries the role's session cookie and says which page it comes from, as a browser does."""
        client = self.anonymous(service)
        client.headers.update({"Cookie": f"{self.cookie_name}={self.cookie(role)}", "Origin": self.ready[service]})
        return client

    @property
    def cookie_name(self) -> str:
        """Name of the session cookie of this stack."""
        return f"setu_session_{self.stack.layout.base}"

    def token(self, role: str) -> str:
        """The role's token; the first call signs in."""
        if role not in self.tokens:
            self.tokens[role] = self.sign_in(role)
        return self.tokens[role]

    def cookie(self, role: str) -> str:
        """The session cookie of a browser of the role's own; the first call signs in on the pages."""
        if role not in self.cookies:
            self.cookies[role] = self._sign_in_on_pages(role)
        return self.cookies[role]

    def _sign_in_on_pages(self, role: str) -> str:
        account = self.ready["accounts"][role]
        form = {"user": account["user"], "password": account["password"]}
        with self.anonymous("directory") as client:
            client.headers["Origin"] = self.ready["directory"]
            for _ in range(4):
                answer = client.post("/sign-in", data=form)
                if "/second-factor" in answer.headers.get("location", ""):
                    answer = client.post("/second-factor", data={"code": self.code(role)})
                if cookie := client.cookies.get(self.cookie_name):
                    return cookie
        raise Unready(f"{role} cannot sign in on the pages: {answer.status_code} {answer.text[:200]}")

    def sign_in(self, role: str) -> str:
        """Sign in by the API, with a code that was not used yet where one is asked."""
        account = self.ready["accounts"][role]
        body = {"user": account["user"], "password": account["password"]}
        for _ in range(4):
            sent = body | ({"code": self.code(role)} if account.get("totp_secret") else {})
            answer = httpx.post(self.url("directory", "/api/session"), json=sent, timeout=30, trust_env=False)
            if answer.status_code == 201:
                return str(answer.json()["token"])
        raise Unready(f"{role} cannot sign in: {answer.status_code} {answer.text[:200]}")

    def code(self, role: str) -> str:
        """Six digits of now or its neighbours that nobody used in this run; waits for the next where there are none."""
        totp = pyotp.TOTP(self.ready["accounts"][role]["totp_secret"])
        used = self.used_codes.setdefault(role, set())
        while True:
            for offset in (-1, 0, 1):
                code = totp.at(datetime.now(UTC), counter_offset=offset)
                if code not in used:
                    used.add(code)
                    return code
            time.sleep(totp.interval - time.time() % totp.interval)

    def send_referral(self, role: str = "officer", **changes: Any) -> dict[str, Any]:
        """Send one referral as this role; its fields, `card_code` and `etag`."""
        with self.bearer(role, "referral") as client:
            version = current_version(client.get("/api/consent-texts").json())
            body = a_referral(self.ready, consent_version=version) | changes
            key = self.uuid()
            answer = client.post("/api/referrals", json=body, headers={"Idempotency-Key": key})
            answer.raise_for_status()
            sent = dict(answer.json())
            self.sendings[sent["id"]] = key, body
            return sent

    def act(self, role: str, referral: str, event: str, body: Mapping[str, Any]) -> httpx.Response:
        """One transition by the API, with the tag that the role holds now."""
        with self.bearer(role, "referral") as client:
            tag = client.get(f"/api/referrals/{referral}").headers.get("etag", '"1"')
            return client.post(f"/api/referrals/{referral}/{event}", json=body, headers={"If-Match": tag})

    def uuid(self) -> str:
        """A UUID from the seed."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))


def snapshot(answer: httpx.Response) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers but for what differs by itself, and body: what must be the same, must be so to the byte."""
    headers = ((name.lower(), value) for name, value in answer.headers.multi_items())
    return answer.status_code, tuple(sorted(pair for pair in headers if pair[0] not in MASKED)), answer.content


def wait_for(holds: Callable[[], object], seconds: float) -> bool:
    """Poll until it holds; False when time is up."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def load_ready(stack: Stack) -> dict[str, Any] | None:
    """What ready.json holds, if it is this stack's; None where there is none."""
    try:
        ready = dict(json.loads(stack.layout.ready_file.read_text()))
    except FileNotFoundError:
        return None
    return ready if ready["directory"] == stack.layout.url("directory") else None
