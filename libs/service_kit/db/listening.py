"""LISTEN on a connection of its own: sleep until the database says that something was committed.

For loops of a worker, on `Database.dedicated()`. Nothing may depend on a notice, which is lost with the connection: who
sleeps here looks again after `seconds` all the same. The stop signal is looked at four times a second.
"""

import threading
import time
from collections.abc import Callable

import psycopg
from psycopg import sql

_LOOK = 0.25  # seconds between looks at the stop signal


def listen(connection: psycopg.Connection, channel: str) -> None:
    """Hear from now on what is notified there. Raises psycopg.Error."""
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


def wait_for_notice(
    connection: psycopg.Connection,
    stop: threading.Event,
    seconds: float,
    at_each_look: Callable[[], None] = lambda: None,
) -> bool:
    """Whether a notice came before the time was over or `stop` was set. Raises psycopg.Error."""
    end = time.monotonic() + seconds
    while not stop.is_set() and time.monotonic() < end:
        at_each_look()
        if list(connection.notifies(timeout=_LOOK, stop_after=1)):
            return True
    return False
