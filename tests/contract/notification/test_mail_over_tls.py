"""Mail leaves encrypted, and only to a server whose certificate an authority that we trust has signed for its name."""

import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from notification_service.outside.carrier import TemporaryError
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from support.kit.certificate_authority import Authority
from support.notices.mail import MAIL, SENDER
from support.notification_smtp import (
    DRIP,
    DRIP_S,
    SmtpServer,
    smtp_server,
)

HERE = x509.IPAddress(ip_address("127.0.0.1"))
ELSEWHERE = x509.DNSName("mail.elsewhere.example")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that this process trusts, as an operator makes it trust one."""
    authority = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate_file))
    return authority


@pytest.fixture(params=["starttls", "smtps"])
def encrypting(request: pytest.FixtureRequest) -> Iterator[tuple[SmtpServer, Callable[..., SmtpMailer]]]:
    """A server that speaks TLS when asked, or from the first byte, and a mailer that is told so."""
    at_once = request.param == "smtps"
    with smtp_server() as running:
        running.behaviour.extensions = ("STARTTLS",)
        running.behaviour.tls_from_the_first_byte = at_once
        address = SmtpAddress("127.0.0.1", running.port, implicit_tls=at_once, starttls="always")
        yield running, lambda **more: SmtpMailer(address, SENDER, timeout=20, **more)


def test_a_mail_goes_encrypted_to_a_server_that_is_trusted(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[..., SmtpMailer]]
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = trusted.server(HERE)

    mailer().send(MAIL)

    assert [message["Subject"] for message in server.taken] == ["R-7KQ2-9XTC"]
    assert server.ciphers[0] is not None


def test_nothing_leaves_for_a_server_that_nobody_vouches_for(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[..., SmtpMailer]], tmp_path: Path
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = Authority(tmp_path, "unknown").server(HERE)

    with pytest.raises(TemporaryError, match="no_encryption"):
        mailer().send(MAIL)
    assert server.taken == []


def test_nothing_leaves_for_a_server_with_a_certificate_of_another_name(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[..., SmtpMailer]]
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = trusted.server(ELSEWHERE)

    with pytest.raises(TemporaryError, match="no_encryption"):
        mailer().send(MAIL)
    assert server.taken == []


def test_a_server_that_drips_under_encryption_is_left_when_the_time_is_up(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[..., SmtpMailer]]
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = trusted.server(HERE)
    server.behaviour.rcpt = DRIP

    began = time.monotonic()
    with pytest.raises(TemporaryError, match="no_answer"):
        mailer(whole=6).send(MAIL)
    assert server.commands[-1] == b"RCPT", "it came to where the server drips"
    assert time.monotonic() - began < DRIP_S
