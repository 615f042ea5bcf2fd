"""Real HTTP endpoints on loopback that do as they are told: answer, hang, drip, cut the line, lead elsewhere."""

import os
import queue
import socketserver
import ssl
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import parse_headers
from socket import SO_LINGER, SOL_SOCKET

HANG, DRIP, RESET, CLOSE = "hang", "drip", "reset", "close"


@dataclass(frozen=True)
class Arrived:
    """One webhook as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Sink:
    """`answers` are given one after the other, the last one again and again: a status, a whole head, or a word above.

    `arrived` has what came, in order; `connections` counts also those that said nothing.
    """

    host: str
    port: int
    answers: deque[int | str] = field(default_factory=lambda: deque([200]))
    arrived: list[Arrived] = field(default_factory=list)
    came: "queue.Queue[Arrived]" = field(default_factory=queue.Queue)
    connections: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/hooks"

    def answering(self, *answers: int | str) -> "Sink":
        self.answers = deque(answers)
        return self


@contextmanager
def a_sink(host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Sink]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            sink.connections += 1
            with suppress(OSError, ValueError, IndexError):  # whoever speaks TLS to it, or dies
                _answer(self, sink)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def get_request(self):
            connection, address = super().get_request()
            return (connection if tls is None else tls.wrap_socket(connection, server_side=True)), address

    with Server((host, port), Handler) as server:
        sink = Sink(host, server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.released.set()
            server.shutdown()
            thread.join()


def own_loopback() -> str:
    """An address of this machine that no other process of the tests uses."""
    return f"127.{100 + os.getpid() % 100}.{os.getpid() // 100 % 250}.{1 + os.getpid() // 25000 % 250}"


def _answer(line: socketserver.StreamRequestHandler, sink: Sink) -> None:
    request = line.rfile.readline()
    if not request:
        return
    headers = {name.lower(): value for name, value in parse_headers(line.rfile).items()}
    body = line.rfile.read(int(headers.get("content-length", 0)))
    arrived = Arrived(request.split()[1].decode(), headers, body)
    answer = sink.answers.popleft() if len(sink.answers) > 1 else sink.answers[0]
    sink.arrived.append(arrived)
    sink.came.put(arrived)
    if answer == HANG:
        sink.released.wait(30)
    elif answer == DRIP:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
            line.wfile.write(bytes((letter,)))
            if sink.released.wait(0.02):
                return
    elif answer == RESET:
        line.connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        line.connection.close()
    elif answer != CLOSE:
        head = f"{answer} Told\r\nContent-Length: 0" if isinstance(answer, int) else answer
        line.wfile.write(f"HTTP/1.1 {head}\r\n\r\n".encode())
