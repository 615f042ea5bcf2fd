"""Simulated SMS gateway: a small HTTP server for the demo and the tests, which does by number what real ones do.

`POST /send` takes JSON with the names of `sms_demo.toml`; `GET /messages` shows what was taken, oldest first. What
becomes of a message follows from the last two digits of its number (`BEHAVIOURS`); any other number is reached at once.
Reports go to the address of `--callback`, signed as Standard Webhooks says (`v1`, HMAC-SHA256), so that a late, changed
or repeated one can be told. It sends nothing to any phone, and has no place in production.

    python -m local_stack.sms_gateway --port 8024 --callback http://127.0.0.1:8003/api/callbacks/sms
"""

import argparse
import base64
import hmac
import json
import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

DRIP_S = 30.0  # longer than a sender waits


@dataclass(frozen=True)
class Behaviour:
    """`status` answers; each of `reports` follows `delay_s` seconds later. A `status` of None never answers.

    `drips`: of an answer that takes `DRIP_S` seconds, the part that comes byte by byte.
    """

    status: int | None = 202
    reports: tuple[str, ...] = ("delivered",)
    delay_s: float = 0.0
    repeats: bool = False
    drips: Literal["head", "body"] | None = None


BEHAVIOURS: Mapping[str, Behaviour] = {
    "51": Behaviour(delay_s=2.0),
    "52": Behaviour(reports=()),
    "53": Behaviour(reports=("failed",)),
    "54": Behaviour(reports=("bounced",)),
    "55": Behaviour(reports=("delivered", "reply")),
    "56": Behaviour(repeats=True),
    "60": Behaviour(400, ()),
    "61": Behaviour(410, ()),
    "62": Behaviour(429, ()),
    "63": Behaviour(500, ()),
    "64": Behaviour(401, ()),
    "65": Behaviour(302, ()),
    "66": Behaviour(None, ()),
    "67": Behaviour(202, (), drips="head"),
    "68": Behaviour(202, (), drips="body"),
}
"""Last two digits of a number → what happens; the five tens are taken, the six tens are not."""


@dataclass
class Gateway:
    """What one server knows. `key`: raw, signs the reports."""

    callback: str | None = None
    key: bytes = b""
    messages: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def report(self, message: Mapping[str, Any], behaviour: Behaviour) -> None:
        """Send the reports of one message, in order, and note how each was answered."""
        if self.callback is None or self.stopped.wait(behaviour.delay_s):
            return
        for word in behaviour.reports:
            reply = {"address": message["mobile"], "text": "Stop."}
            about = reply if word == "reply" else {"message": message["client_id"]}
            request = sign(
                self.key, str(uuid.uuid4()), int(time.time()), json.dumps({"report": word, **about}).encode()
            )
            for _ in range(2 if behaviour.repeats else 1):
                self.answers.append(post(self.callback, *request))


def sign(key: bytes, event_id: str, at: int, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Give the body and its signed headers; `at` is in seconds since the epoch."""
    digest = hmac.digest(key, f"{event_id}.{at}.".encode() + body, "sha256")
    signature = "v1," + base64.b64encode(digest).decode()
    headers = {"webhook-id": event_id, "webhook-timestamp": str(at), "webhook-signature": signature}
    return body, {"Content-Type": "application/json", **headers}


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Give the status of the answer, 0 where there was none."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("POST", parts.path, body, dict(headers))
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


class _Handler(BaseHTTPRequestHandler):
    gateway: ClassVar[Gateway]

    def do_GET(self) -> None:
        self._say(200, self.gateway.messages)

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        behaviour = BEHAVIOURS.get(str(message["mobile"])[-2:], Behaviour())
        taken = behaviour.status is not None and behaviour.status < 300 and behaviour.drips is None
        if taken:
            self.gateway.messages.append(message)
        with suppress(ConnectionError):
            self._answer(behaviour)
        if taken:
            threading.Thread(target=self.gateway.report, args=(message, behaviour), daemon=True).start()

    def _answer(self, behaviour: Behaviour) -> None:
        if behaviour.status is None:
            self.gateway.stopped.wait(60)
            return
        if behaviour.drips is not None:
            self._drip(behaviour.drips)
            return
        self._say(behaviour.status, {"status": "accepted" if behaviour.status < 300 else "refused"})

    def _drip(self, part: Literal["head", "body"]) -> None:
        self.wfile.write(b"HTTP/1.1 202 Accepted\r\nConnection: close\r\n")
        drop = b"X: y\r\n"
        if part == "body":
            drop = b" "
            self.wfile.write(b"\r\n" + json.dumps({"status": "accepted"}).encode())
        until = time.monotonic() + DRIP_S
        while time.monotonic() < until and not self.gateway.stopped.wait(0.05):
            self.wfile.write(drop)

    def _say(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/send")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object, **_more: object) -> None:
        """Say nothing: an address could stand in it."""


def make_server(gateway: Gateway, port: int = 0) -> ThreadingHTTPServer:
    """Listen on loopback; `serve_forever` and `shutdown` are the caller's."""
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is ended. The key comes from SETU_CALLBACK_KEYS, the first whose name begins with sms."""
    parser = argparse.ArgumentParser(description="A simulated SMS gateway.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--callback", required=True)
    options = parser.parse_args(arguments)
    keys = dict(one.split(":", 1) for one in os.environ["SETU_CALLBACK_KEYS"].split(","))
    key = next(value for name, value in keys.items() if name.startswith("sms-"))
    make_server(Gateway(options.callback, base64.b64decode(key)), options.port).serve_forever()


if __name__ == "__main__":
    main()
