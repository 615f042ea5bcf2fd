"""Deadline of a whole exchange with a server: when the time is up, its connection is shut down.

Why: a time-out of a socket's own begins anew with each byte, so a server that drips holds its caller for ever.
Promises: a server is given no more time than `seconds`, whatever it does. A connect and a TLS handshake have no socket
that could be shut down: whoever begins one gives it the time that is left. When not to use it: for a name's look-up,
which has no connection and ends as the resolver of the machine says.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_LOOKS_AGAIN = 0.1  # seconds


@contextmanager
def deadline(seconds: float, socket_of: Callable[[], socket.socket | None]) -> Iterator[Callable[[], float]]:
    """Shut down what `socket_of` has by then, and each that it has later; raises TimeoutError, also at the end.

    Yields what returns the seconds that are left, and raises TimeoutError where there are none. What was read until
    then may look whole and is not to be believed. Whoever opened the connection closes it.
    """
    finished, expired = threading.Event(), threading.Event()
    end = time.monotonic() + seconds

    def seconds_left() -> float:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def enforce() -> None:
        if finished.wait(seconds):
            return
        expired.set()
        _shut_down(socket_of())
        while not finished.wait(_LOOKS_AGAIN):  # a connect or a handshake ends with another socket
            _shut_down(socket_of())

    watch = threading.Thread(target=enforce, name="deadline", daemon=True)
    watch.start()
    try:
        yield seconds_left
    except Exception:
        if expired.is_set():
            raise TimeoutError from None
        raise
    finally:
        finished.set()
        watch.join()
    if expired.is_set():
        raise TimeoutError


def connect(host: str, port: int, timeout: Callable[[], float]) -> socket.socket:
    """Connect to the first of a name's addresses that takes it.

    `timeout` (seconds) is asked anew for each address and for what follows, as a handshake. Raises OSError, which may
    be a TimeoutError.
    """
    failed = OSError("no address")
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            opened = socket.create_connection((str(address[0]), port), timeout())
        except OSError as error:
            failed = error
            continue
        try:
            opened.settimeout(timeout())
            # else the body of a request waits until its head is acknowledged
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            opened.close()
            raise
        return opened
    raise failed


def _shut_down(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            # not an SSLSocket's own shutdown, after which it would go on in the clear
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
