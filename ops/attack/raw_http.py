"""Raw HTTP over a socket: requests that no client library would send, and how many answers came back."""

import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass

from attack.target import LOOPBACK

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True)
class RawAnswer:
    """Everything that came back; `closed`: the server ended the connection."""

    received: bytes
    closed: bool
    seconds: float

    @property
    def statuses(self) -> list[int]:
        """Status of each answer, in order."""
        return [int(found) for found in _STATUS.findall(self.received)]


def exchange(port: int, *pieces: bytes, patience: float = 3.0, pause: float = 0.0) -> RawAnswer:
    """Send the pieces, and read until the server ends the connection or says nothing for `patience` seconds."""
    began = time.monotonic()
    received, closed = bytearray(), False
    with socket.create_connection((LOOPBACK, port), timeout=patience) as connection:
        with suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
        try:
            while block := connection.recv(65536):
                received += block
            closed = True
        except TimeoutError:
            pass
        except OSError:
            closed = True
    return RawAnswer(bytes(received), closed, time.monotonic() - began)


def request(method: str, path: str, headers: bytes = b"", body: bytes = b"", version: str = "1.1") -> bytes:
    """One request as bytes, with nothing added but a host."""
    return f"{method} {path} HTTP/{version}\r\nHost: localhost\r\n".encode() + headers + b"\r\n" + body
