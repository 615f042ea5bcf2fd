"""An SMTP server that takes every mail and notes when, for measuring the senders; no benchmark itself."""

import re
import socketserver
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.queues import Queue
from typing import ClassVar
from uuid import UUID

_ID = re.compile(rb"^Message-ID: <([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)
_CONTEXT = get_context("spawn")


@dataclass(frozen=True)
class MailSink:
    """`taken` gives id and moment (`time.perf_counter`, one clock for all processes) of each mail as it is taken."""

    url: str
    taken: "Queue[tuple[str, float]]"

    def drain(self, count: int, seconds: float = 120.0) -> dict[UUID, float]:
        """Wait for `count` different mails; the first moment of each."""
        found: dict[UUID, float] = {}
        deadline = time.monotonic() + seconds
        while len(found) < count:
            name, at = self.taken.get(timeout=max(0.1, deadline - time.monotonic()))
            found.setdefault(UUID(name), at)
        return found


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """In a process of its own, so that its work is not the senders'."""
    taken: Queue[tuple[str, float]] = _CONTEXT.Queue()
    port: Queue[int] = _CONTEXT.Queue()
    process = _CONTEXT.Process(target=_serve, args=(taken, port), daemon=True)
    process.start()
    try:
        yield MailSink(f"smtp://127.0.0.1:{port.get(timeout=30)}", taken)
    finally:
        process.kill()
        process.join()


class _Handler(socketserver.StreamRequestHandler):
    wbufsize = -1
    disable_nagle_algorithm = True
    taken: ClassVar["Queue[tuple[str, float]]"]

    def handle(self) -> None:
        with suppress(ConnectionError):
            self._say(b"220 sink")
            while command := self.rfile.readline():
                word = command[:4].upper()
                if word == b"DATA":
                    self._say(b"354 go on")
                    self._take()
                self._say(b"221 bye" if word == b"QUIT" else b"250 fine")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if found := _ID.search(b"".join(lines)):
            self.taken.put((found[1].decode(), time.perf_counter()))

    def _say(self, text: bytes) -> None:
        self.wfile.write(text + b"\r\n")
        self.wfile.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


def _serve(taken: "Queue[tuple[str, float]]", port: "Queue[int]") -> None:
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"taken": taken})) as server:
        port.put(server.server_address[1])
        server.serve_forever(0.05)
