"""Mail leaves encrypted, and only to a server whose certificate an authority that we trust has signed for its name."""

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notification_service.outside.carrier import Message, TemporaryError
from notification_service.outside.smtp import SmtpAddress, SmtpMailer
from support.notification import NOON
from support.notification_smtp import (
    SmtpServer,
    smtp_server,
)


class Authority:
    """A certificate authority made for one test; `certificate_file` is what somebody who trusts it holds."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, Ed25519PrivateKey.generate()
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._sign(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0))
        self.certificate_file = folder / f"{name}.pem"
        self.certificate_file.write_bytes(own.public_bytes(Encoding.PEM))

    def server(self, *names: x509.GeneralName) -> ssl.SSLContext:
        """What a server with these names speaks TLS by."""
        key = Ed25519PrivateKey.generate()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
        signed = self._sign(subject, key, x509.SubjectAlternativeName(names))
        files = self._folder / "server.pem", self._folder / "server.key"
        files[0].write_bytes(signed.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        return context

    def _sign(self, subject: x509.Name, key: Ed25519PrivateKey, extension: x509.ExtensionType) -> x509.Certificate:
        now, issuer_key = datetime.now(UTC), self._key.public_key()
        keys = (
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key),
        )
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        )
        for each in keys:
            made = made.add_extension(each, critical=False)
        if isinstance(extension, x509.BasicConstraints):
            signing = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
            others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
            usage = x509.KeyUsage(**signing, **dict.fromkeys((*others, "encipher_only", "decipher_only"), False))
            made = made.add_extension(usage, critical=True)
        return made.sign(self._key, None)


SENDER = "setu@mail.example"
MAIL = Message(
    UUID(int=7),
    kind="new",
    language="en",
    to="asha@ngo.example",
    subject="R-7KQ2-9XTC",
    body="Something waits.\n",
    dated=NOON,
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
def encrypting(request: pytest.FixtureRequest) -> Iterator[tuple[SmtpServer, Callable[[], SmtpMailer]]]:
    """A server that speaks TLS when asked, or from the first byte, and a mailer that is told so."""
    at_once = request.param == "smtps"
    with smtp_server() as running:
        running.behaviour.extensions = ("STARTTLS",)
        running.behaviour.tls_from_the_first_byte = at_once
        address = SmtpAddress("127.0.0.1", running.port, implicit_tls=at_once, starttls="always")
        yield running, lambda: SmtpMailer(address, SENDER, timeout=5)


def test_a_mail_goes_encrypted_to_a_server_that_is_trusted(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[[], SmtpMailer]]
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = trusted.server(HERE)

    mailer().send(MAIL)

    assert [message["Subject"] for message in server.taken] == ["R-7KQ2-9XTC"]
    assert server.ciphers[0] is not None


def test_nothing_leaves_for_a_server_that_nobody_vouches_for(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[[], SmtpMailer]], tmp_path: Path
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = Authority(tmp_path, "unknown").server(HERE)

    with pytest.raises(TemporaryError, match="no_encryption"):
        mailer().send(MAIL)
    assert server.taken == []


def test_nothing_leaves_for_a_server_with_a_certificate_of_another_name(
    trusted: Authority, encrypting: tuple[SmtpServer, Callable[[], SmtpMailer]]
) -> None:
    server, mailer = encrypting
    server.behaviour.tls = trusted.server(ELSEWHERE)

    with pytest.raises(TemporaryError, match="no_encryption"):
        mailer().send(MAIL)
    assert server.taken == []
