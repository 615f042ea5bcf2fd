"""Of the senders that share a lock one polls at a time: at once when it is woken, else once a pause."""

import time
from threading import Event

import pytest

from notification_service.use_cases.poll_lock import PollLock

LONG = 20.0  # seconds
SHORT = 0.01


def test_while_one_polls_another_does_not() -> None:
    poll_lock, stop = PollLock(pause=SHORT), Event()

    with poll_lock.hold(stop) as one, poll_lock.hold(stop) as other:
        assert (one, other) == (True, False)

    with poll_lock.hold(stop) as other:
        assert other, "and afterwards it does"


def test_the_first_poll_and_one_after_a_wake_up_wait_for_no_pause() -> None:
    poll_lock, stop = PollLock(pause=LONG), Event()
    began = time.monotonic()

    with poll_lock.hold(stop) as first:
        poll_lock.wake()  # more was planned while the queue was read
    with poll_lock.hold(stop) as second:
        pass

    assert (first, second) == (True, True)
    assert time.monotonic() - began < LONG / 2


def test_a_poll_that_failed_is_made_again_without_a_pause() -> None:
    poll_lock, stop = PollLock(pause=LONG), Event()
    began = time.monotonic()

    with pytest.raises(ConnectionError), poll_lock.hold(stop):
        raise ConnectionError("the database is away")
    with poll_lock.hold(stop) as again:
        assert again

    assert time.monotonic() - began < LONG / 2


def test_where_nobody_wakes_it_the_queue_is_polled_after_a_pause() -> None:
    poll_lock, stop = PollLock(pause=SHORT), Event()
    with poll_lock.hold(stop):
        pass
    began = time.monotonic()

    with poll_lock.hold(stop) as may_poll:
        assert may_poll

    assert time.monotonic() - began >= SHORT


class Stopping(Event):
    """A stop signal that comes after so many looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def test_who_is_told_to_stop_polls_no_more() -> None:
    poll_lock = PollLock(pause=SHORT)
    with poll_lock.hold(Event()):
        pass

    with poll_lock.hold(Stopping(looks=1)) as told_while_it_waited:
        assert not told_while_it_waited
    with poll_lock.hold(Stopping(looks=0)) as told_before:
        assert not told_before
    with poll_lock.hold(Event()) as another:
        assert another, "the lock is free"
