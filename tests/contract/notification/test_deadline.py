"""The deadline of an exchange shuts down the connection in use, one that comes later, and none that was in time."""

import socket
import time
from collections.abc import Iterator

import pytest

from notification_service.outside import sms_gateway, smtp
from notification_service.outside.deadline import deadline
from notification_service.use_cases.deliver_due import LONGEST_BATCH
from service_kit.worker import Pulse, silent

LONG = 600.0
PATIENCE = 10.0  # seconds; without it, a connection that nobody shuts down hangs the test


@pytest.fixture
def connections() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connections whose other ends say nothing."""
    (one, its_end), (other, others_end) = socket.socketpair(), socket.socketpair()
    with one, its_end, other, others_end:
        one.settimeout(PATIENCE)
        other.settimeout(PATIENCE)
        yield one, other


def test_a_connection_that_comes_when_the_time_is_up_is_shut_down_too(
    connections: tuple[socket.socket, socket.socket],
) -> None:
    in_use: list[socket.socket] = []

    def exchange() -> None:
        with deadline(0.05, lambda: in_use[-1] if in_use else None):
            for connection in connections:
                in_use.append(connection)
                assert connection.recv(1) == b""

    with pytest.raises(TimeoutError):
        exchange()
    assert [connection.recv(1) for connection in connections] == [b"", b""]


def test_what_goes_wrong_after_the_end_is_a_time_out_and_before_it_itself(
    connections: tuple[socket.socket, socket.socket],
) -> None:
    connection, other = connections

    def read_half() -> None:
        connection.recv(1)
        raise ValueError("half an answer")

    with pytest.raises(TimeoutError), deadline(0.05, lambda: connection):
        read_half()
    assert connection.recv(1) == b"", "shut down"
    with pytest.raises(ValueError, match="no answer"), deadline(LONG, lambda: other):
        raise ValueError("no answer")


def test_what_is_done_in_time_keeps_its_connection(connections: tuple[socket.socket, socket.socket]) -> None:
    connection, _ = connections
    with deadline(LONG, lambda: connection):
        connection.sendall(b"a mail")
    connection.sendall(b"the next")


def test_a_sender_that_waits_for_a_server_until_the_deadline_is_not_ill() -> None:
    mailing, texting = Pulse(), Pulse()
    now = time.monotonic()
    mailing.last = now - (LONGEST_BATCH + smtp.WHOLE)
    texting.last = now - (LONGEST_BATCH + sms_gateway.TIMEOUT)

    assert silent({"mail": mailing, "sms": texting}) == []
