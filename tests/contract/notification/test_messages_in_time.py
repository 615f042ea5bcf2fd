"""A message ends in its time also where a handshake does not go on, or no address of the server takes a connection."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from notification_service.outside.carrier import TemporaryError
from notification_service.outside.sms_gateway import SmsGateway
from notification_service.outside.sms_settings import SmsSettings
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from notification_service.use_cases.write_sms import write_sms
from support.notices.mail import MAIL, SENDER
from support.notices.sms import APP, write_sms_file
from support.notification_smtp import SmtpServer, smtp_server

PATIENCE = 10.0  # seconds, of less than one connect or handshake that nobody cuts off
TOO_LONG = 20.0


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


@pytest.fixture
def silent_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A name with three addresses, and a port at which none of them answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        place = full.getsockname()
        for _ in range(2):  # the queue holds one more than it says; who comes then is not answered
            one = waiting.enter_context(socket.socket())
            one.settimeout(0)
            one.connect_ex(place)
        found = {"mail.example": [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place)] * 3}
        look_up = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *rest, **more: found.get(host) or look_up(host, *rest, **more)
        )
        yield "mail.example", place[1]


@pytest.mark.parametrize("at_once", [False, True], ids=["starttls", "smtps"])
def test_a_server_that_is_silent_in_the_handshake_is_left_when_the_time_is_up(
    server: SmtpServer, at_once: bool
) -> None:
    server.behaviour.extensions, server.behaviour.other = ("STARTTLS",), ""
    if at_once:
        server.behaviour.greeting = ""
    address = SmtpAddress("127.0.0.1", server.port, implicit_tls=at_once, starttls="always")
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        SmtpMailer(address, SENDER, timeout=TOO_LONG, whole=0.5).send(MAIL)
    assert time.monotonic() - began < PATIENCE


def test_a_name_whose_addresses_take_no_connection_is_left_when_the_time_is_up(silent_name: tuple[str, int]) -> None:
    host, port = silent_name
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        SmtpMailer(SmtpAddress.parse(f"smtp://{host}:{port}"), SENDER, timeout=TOO_LONG, whole=0.5).send(MAIL)
    assert time.monotonic() - began < PATIENCE


def test_so_is_a_gateway_of_sms(silent_name: tuple[str, int], tmp_path: Path) -> None:
    host, port = silent_name
    sms = replace(MAIL, to="+919800012345", subject="", body=write_sms("R-7KQ2-9XTC", "en", APP))
    settings = replace(SmsSettings.read(str(write_sms_file(tmp_path))), url=f"http://{host}:{port}/send")
    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        SmsGateway(settings, None, timeout=PATIENCE / 2).send(sms)
    assert time.monotonic() - began < PATIENCE, "all of its addresses share the time"
