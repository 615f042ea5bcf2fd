"""A real SMTP server on loopback that does as it is told: accepts, refuses for now or for good, hangs, goes away."""

import queue
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

DRIP = "dripping"
DRIP_S = 20.0  # then the server hangs up, so that a sender that waits for the end ends, too


@dataclass
class Behaviour:
    """What to answer to each command.

    An empty answer means: say nothing and keep the line open; `DRIP`: byte after byte for `DRIP_S` seconds.
    """

    greeting: str = "220 test ready"
    rcpt: str = "250 fine"
    data_end: str = "250 taken"
    starttls: str = "220 go on"
    starttls_after: float = 0.0  # seconds
    other: str = "250 fine"
    extensions: tuple[str, ...] = ("8BITMIME",)
    hang_up_after_data: bool = False
    hang_up_after_each_mail: bool = False
    tls: ssl.SSLContext | None = None  # spoken after STARTTLS, or
    tls_from_the_first_byte: bool = False


@dataclass
class SmtpServer:
    """`taken` are the messages that were accepted, in order; `arrived` is the same for who waits for one.

    `connections` counts those that were opened; `commands` are the first words of what was asked, on all of them;
    `ciphers` has the cipher that each of them came under, None where it came in the clear.
    """

    port: int
    behaviour: Behaviour = field(default_factory=Behaviour)
    connections: int = 0
    commands: list[bytes] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)
    ciphers: list[str | None] = field(default_factory=list)
    arrived: "queue.Queue[EmailMessage]" = field(default_factory=queue.Queue)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError, ssl.SSLError):  # the sender died, or did not trust us
                if scene.behaviour.tls_from_the_first_byte:
                    _encrypt(self, scene)
                _talk(self, scene)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        scene = SmtpServer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield scene
        finally:
            scene.released.set()
            server.shutdown()
            thread.join()


def _talk(line: socketserver.StreamRequestHandler, scene: SmtpServer) -> None:  # noqa: C901 (a protocol is a list of cases)
    def say(text: str) -> None:
        if text == DRIP:
            until = time.monotonic() + DRIP_S
            while time.monotonic() < until and not scene.released.wait(0.02):
                line.wfile.write(b"2")
            raise ConnectionAbortedError
        if text:
            line.wfile.write(f"{text}\r\n".encode())
        else:
            scene.released.wait(30)

    do = scene.behaviour
    scene.connections += 1
    say(do.greeting)
    while command := line.rfile.readline():
        word = command[:4].upper().strip()
        scene.commands.append(word)
        if word == b"EHLO":
            say("\r\n".join(["250-test", *(f"250-{name}" for name in do.extensions), "250 HELP"]))
        elif word == b"RCPT":
            say(do.rcpt)
        elif word == b"STAR":
            scene.released.wait(do.starttls_after)
            say(do.starttls)
            if do.tls:
                _encrypt(line, scene)
        elif word == b"DATA":
            say("354 go on")
            message = _read_message(line)
            if message is None:  # the sender died within it: nothing was handed over
                return
            if do.data_end.startswith("250"):
                scene.taken.append(message)
                scene.ciphers.append(line.request.cipher()[0] if isinstance(line.request, ssl.SSLSocket) else None)
                scene.arrived.put(message)
            if do.hang_up_after_data:
                return
            say(do.data_end)
            if do.hang_up_after_each_mail:
                return
        elif word == b"QUIT":
            say("221 bye")
            return
        else:
            say(do.other)


def _encrypt(line: socketserver.StreamRequestHandler, scene: SmtpServer) -> None:
    assert scene.behaviour.tls is not None
    line.request = scene.behaviour.tls.wrap_socket(line.request, server_side=True)
    line.rfile, line.wfile = line.request.makefile("rb"), line.request.makefile("wb", 0)


def _read_message(line: socketserver.StreamRequestHandler) -> EmailMessage | None:
    """What stands before the line of one dot; None where the connection ends before it (RFC 5321, section 4.1.1.4)."""
    body = b""
    while (part := line.rfile.readline()) != b".\r\n":
        if not part.endswith(b"\n"):
            return None
        body += part[1:] if part.startswith(b".") else part
    message = message_from_bytes(body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message
