"""One thread watches all deadlines: each passes in its turn, and none after its body has arrived."""

import socket
import threading

from service_kit.web.deadline_watch import DeadlineWatch


def watching() -> int:
    """Threads that watch, of any watch: other tests' other threads end when they like."""
    return [thread.name for thread in threading.enumerate()].count("body deadlines")


def test_what_does_not_come_is_ended_and_what_came_before_is_left_alone() -> None:
    watch = DeadlineWatch(0.5)  # a busy machine may take tenths of a second for what arrives in time
    arrived, late = socket.socketpair(), socket.socketpair()
    with arrived[0], arrived[1], late[0], late[1]:
        with watch.deadline(arrived[0]) as in_time:
            pass
        with watch.deadline(late[0]) as too_late:
            assert late[0].recv(1) == b""  # nothing was sent: its reading side was shut

        arrived[1].send(b"x")
        assert arrived[0].recv(1) == b"x"
        assert (in_time.has_failed, too_late.has_failed) == (False, True)


def test_two_at_once_are_both_ended_by_one_thread() -> None:
    watch = DeadlineWatch(0.05)
    first, second = socket.socketpair(), socket.socketpair()
    before = watching()
    with first[0], first[1], second[0], second[1], watch.deadline(first[0]), watch.deadline(second[0]):
        assert first[0].recv(1) == second[0].recv(1) == b""
        assert watching() == before + 1
