"""Wake-up signal of the senders: messages leave when they are planned, not at the next poll.

NOTIFY comes with the commit that planned a message (migration 0010); it names no channel, so each is polled once.
Promises: a signal during a poll is not lost; while the connection is lost, senders poll once a pause all the same.
"""

from collections.abc import Collection
from contextlib import closing
from threading import Event

import psycopg

from notification_service.use_cases.poll_lock import PollLock
from service_kit.db.engine import Database
from service_kit.db.listening import listen, wait_for_notice

CHANNEL = "delivery_due"
_SWEEP = 60.0  # seconds; nobody waits for it: senders poll by themselves
_PAUSE = 1.0  # seconds before a lost connection is made again


def wake_senders(db: Database, poll_locks: Collection[PollLock], stop: Event) -> None:
    """Wake one sender of each lock at every NOTIFY until `stop` is set."""
    while not stop.is_set():
        try:
            with closing(db.dedicated()) as connection:
                listen(connection, CHANNEL)
                _wake(poll_locks)  # for what was planned while nobody listened
                while not stop.is_set():
                    if wait_for_notice(connection, stop, _SWEEP):
                        _wake(poll_locks)
        except psycopg.Error:  # the database is away, as every other loop says
            stop.wait(_PAUSE)


def _wake(poll_locks: Collection[PollLock]) -> None:
    for poll_lock in poll_locks:
        poll_lock.wake()
