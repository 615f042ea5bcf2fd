"""The deadline of an exchange cuts the line that is spoken over, one that comes later, and none that was in time."""

import socket
from collections.abc import Iterator

import pytest

from notification_service.outside.deadline import deadline

LONG = 600.0


@pytest.fixture
def lines() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two lines whose other ends say nothing."""
    (one, its_end), (other, others_end) = socket.socketpair(), socket.socketpair()
    with one, its_end, other, others_end:
        yield one, other


def test_a_line_that_comes_when_the_time_is_up_is_cut_too(lines: tuple[socket.socket, socket.socket]) -> None:
    spoken_over: list[socket.socket] = []

    def exchange() -> None:
        with deadline(0.05, lambda: spoken_over[-1] if spoken_over else None):
            for line in lines:
                spoken_over.append(line)
                assert line.recv(1) == b""

    with pytest.raises(TimeoutError):
        exchange()
    assert spoken_over == list(lines)


def test_what_goes_wrong_after_the_cut_is_a_time_out_and_before_it_itself(
    lines: tuple[socket.socket, socket.socket],
) -> None:
    line, other = lines

    def read_half() -> None:
        line.recv(1)
        raise ValueError("half an answer")

    with pytest.raises(TimeoutError), deadline(0.05, lambda: line):
        read_half()
    with pytest.raises(ValueError, match="no answer"), deadline(LONG, lambda: other):
        raise ValueError("no answer")


def test_what_is_done_in_time_keeps_its_line(lines: tuple[socket.socket, socket.socket]) -> None:
    line, _ = lines
    with deadline(LONG, lambda: line):
        line.sendall(b"a mail")
    line.sendall(b"the next")
