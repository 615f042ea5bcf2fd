"""Hold slow connections to a web port, and measure what an honest client beside them notices.

Why: a server that gives a thread to each connection can be taken away by a handful of them. `make test` plays it small,
`make soak` at full size (tests/faults/kit_web/test_slow_clients.py), `make compose-check` through Caddy.
Promises: it speaks to loopback only; a connection that is cut is replaced within a second, so that as many are held all
along, and is left open on this side, as a hostile client would.
"""

import http.client
import math
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
LONGEST = 16  # seconds that a slow connection may live
_TICK = 1.0  # seconds between two pieces of a drip, and until what was cut is replaced
_PATIENCE = 10.0  # seconds that the honest client waits for an answer
_PAUSE = 0.02  # seconds between two requests of honest clients


@dataclass(frozen=True)
class Kind:
    """What a slow client sends at once, and then each second."""

    name: str
    opening: bytes = b""
    drip: bytes = b""


_HEADER = b"GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
_BODY = b"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
SILENT = Kind("silent")
HALF_HEADER = Kind("half a header", _HEADER)
DRIPPING_HEADER = Kind("dripping header", _HEADER, b"x")
DRIPPING_BODY = Kind("dripping body", _BODY + b"Content-Length: 10000\r\n\r\n{", b" ")
DRIPPING_CHUNKS = Kind("dripping chunks", _BODY + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n")
LINGERING = Kind("answered and not closed", b"GET {path} HTTP/1.0\r\n\r\n")
KINDS = (SILENT, HALF_HEADER, DRIPPING_HEADER, DRIPPING_BODY, DRIPPING_CHUNKS, LINGERING)


@dataclass
class Figures:
    """What was seen: the honest client's waits, and how long each slow connection was let live, both in seconds."""

    kind: str
    failed: int = 0
    waits: list[float] = field(default_factory=list)
    cut_after: list[float] = field(default_factory=list)
    open_for: list[float] = field(default_factory=list)

    def wait(self, share: float) -> float:
        """The wait, in milliseconds, that this share of the honest requests stayed below."""
        waits = sorted(self.waits)
        return 1000 * waits[min(len(waits) - 1, math.ceil(share * len(waits)) - 1)] if waits else math.inf

    @property
    def longest(self) -> float:
        """Seconds that the connection which was held longest has lived."""
        return max([*self.cut_after, *self.open_for], default=0.0)

    def __str__(self) -> str:
        return (
            f"{self.kind}: {len(self.waits)} honest requests, {self.failed} failed, p50 {self.wait(0.5):.1f} ms,"
            f" p99 {self.wait(0.99):.1f} ms; {len(self.cut_after)} connections cut, oldest {self.longest:.1f} s"
        )


def measure(
    port: int, kind: Kind, *, connections: int, seconds: float, path: str, honest_path: str, pause: float = _PAUSE
) -> Figures:
    """Hold so many connections of the kind for so long; `path` is what they ask for, `honest_path` is asked beside.

    `pause`: seconds between two honest requests.
    """
    figures = Figures(kind.name)
    with closing(_Attack(port, kind, path, figures)) as attack, _honest_client(port, honest_path, figures, pause):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            attack.hold(connections)
    return figures


def measure_all(
    port: int, *, connections: int, seconds: float, path: str, honest_path: str, pause: float = _PAUSE
) -> list[Figures]:
    """The same with all kinds side by side, so many connections of each, and one kind's honest requests for all."""
    asked = {"path": path, "honest_path": honest_path}

    def hold(kind: Kind) -> Figures:
        return measure(port, kind, connections=connections, seconds=seconds, pause=pause * len(KINDS), **asked)

    with ThreadPoolExecutor(len(KINDS)) as attackers:
        return list(attackers.map(hold, KINDS))


class _Attack:
    """The slow connections; each is known by its socket, with the moment of its opening."""

    def __init__(self, port: int, kind: Kind, path: str, figures: Figures) -> None:
        self._port, self._kind, self._figures = port, kind, figures
        self._opening = kind.opening.replace(b"{path}", path.encode())
        self._held: dict[socket.socket, float] = {}
        self._cut: deque[socket.socket] = deque()
        self._heard = selectors.DefaultSelector()

    def hold(self, connections: int) -> None:
        """For a second: open what is missing, drip, see what is cut."""
        for _ in range(connections - len(self._held)):
            self._open()
        for connection in self._held:
            with suppress(OSError):
                connection.send(self._kind.drip)
        tick_ends = time.monotonic() + _TICK
        while (left := tick_ends - time.monotonic()) > 0:
            self._note_cuts(connections, left)

    def close(self) -> None:
        """End all of it."""
        now = time.monotonic()
        self._figures.open_for += [now - opened for opened in self._held.values()]
        self._heard.close()
        for connection in (*self._held, *self._cut):
            connection.close()

    def _open(self) -> None:
        connection = socket.create_connection((HOST, self._port), timeout=_PATIENCE)
        connection.settimeout(0)
        self._held[connection] = time.monotonic()
        self._heard.register(connection, selectors.EVENT_READ)
        with suppress(OSError):
            connection.send(self._opening)

    def _note_cuts(self, connections: int, seconds: float) -> None:
        """Wait so long at most for one of them to be heard of."""
        for heard, _ in self._heard.select(seconds):
            connection = heard.fileobj
            if isinstance(connection, socket.socket) and _is_cut(connection):
                self._heard.unregister(connection)
                self._figures.cut_after.append(time.monotonic() - self._held.pop(connection))
                self._cut.append(connection)
        while len(self._cut) > connections:
            self._cut.popleft().close()


def _is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(65536) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def _honest_client(port: int, path: str, figures: Figures, pause: float) -> Iterator[None]:
    """Ask after each pause, each time on a new connection, until the block ends."""
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(pause):
            began = time.monotonic()
            figures.failed += not _is_answered(port, path)
            figures.waits.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _is_answered(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return answer.status == 200
