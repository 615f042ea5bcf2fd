"""Deadline of a whole exchange with a server: when the time is up, its connection is shut down.

Why: a time-out of a socket's own begins anew with each byte, so a server that drips holds its caller for ever.
Promises: a server is given no more time than `seconds`, whatever it does, but for a connect and a TLS handshake that
had begun, which the socket's own time-out ends. When not to use it: for a name's look-up, which has no connection.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_LOOKS_AGAIN = 0.1  # seconds


@contextmanager
def deadline(seconds: float, socket_of: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Shut down what `socket_of` has by then, and each that it has later; raises TimeoutError, also at the end.

    What was read until then may look whole and is not to be believed. Whoever opened the connection closes it.
    """
    finished, expired = threading.Event(), threading.Event()

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
        yield
    except Exception:
        if expired.is_set():
            raise TimeoutError from None
        raise
    finally:
        finished.set()
        watch.join()
    if expired.is_set():
        raise TimeoutError


def _shut_down(connection: socket.socket | None) -> None:
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            # not an SSLSocket's own shutdown, after which it would go on in the clear
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
