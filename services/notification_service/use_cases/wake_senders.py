"""Wake-up signal of the senders: messages leave when they are planned, not at the next look.

NOTIFY comes with the commit that planned a message (migration 0010) and rings for the process: of the senders of each
channel one wakes (`Lookout`).
Promises: a ring between a sender's look and its sleep is not lost; where the connection is, senders look once a pause.
"""

import threading
from contextlib import closing
from dataclasses import dataclass, field

import psycopg

from service_kit.db.engine import Database
from service_kit.db.listening import listen, wait_for_notice

CHANNEL = "delivery_due"
_SWEEP = 60.0  # seconds; nobody waits for it: senders look by themselves
_PAUSE = 1.0  # seconds before a lost connection is made again


class Bell:
    """Counts rings, so that whoever remembers the count misses none."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.rung = 0

    def ring(self) -> None:
        """Wake all who wait."""
        with self._changed:
            self.rung += 1
            self._changed.notify_all()

    def wait_for_more_than(self, rung: int, seconds: float) -> None:
        """Sleep until it was rung more often than that, at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: self.rung > rung, timeout=seconds)

    def listen(self, db: Database, stop: threading.Event) -> None:
        """Ring at every NOTIFY until `stop` is set."""
        while not stop.is_set():
            try:
                with closing(db.dedicated()) as connection:
                    listen(connection, CHANNEL)
                    self.ring()  # for what was planned while nobody listened
                    while not stop.is_set():
                        if wait_for_notice(connection, stop, _SWEEP):
                            self.ring()
            except psycopg.Error:  # the database is away, as every other loop says
                stop.wait(_PAUSE)


@dataclass
class Lookout:
    """Whose turn it is to look for messages, of the senders of a channel; `rung`: up to which ring all was found."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    rung: int = -1
