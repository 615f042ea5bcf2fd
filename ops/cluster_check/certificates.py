"""Certificates of the check's gateway, by an authority of its own: one to begin with, and one that renews it."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from service_kit.whole_file import write_whole

HOST = "localhost"
_VALID = timedelta(days=2)


@dataclass(frozen=True)
class Authority:
    """Issues certificates into `folder`, which the gateway reads; clients trust `ca.crt` there."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def begin(cls, folder: Path) -> "Authority":
        """Make an authority and lay down its certificate."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name.from_rfc4514_string("CN=cluster-check")
        made = _builder(name, name, key.public_key())
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        made = made.add_extension(_usage(signs=True), critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        authority = cls(folder, made.sign(key, hashes.SHA256()), key)
        folder.mkdir(parents=True, exist_ok=True)
        authority.trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
        return authority

    @property
    def trusted(self) -> Path:
        """The file for SSL_CERT_FILE."""
        return self.folder / "ca.crt"

    def issue(self) -> int:
        """Replace the gateway's certificate and key; the serial number of the new one."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _builder(x509.Name.from_rfc4514_string(f"CN={HOST}"), self.certificate.subject, key.public_key())
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        made = made.add_extension(_usage(signs=False), critical=True)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        issued = made.add_extension(by, critical=False).sign(self.key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        for name, content in (("site.crt", issued.public_bytes(Encoding.PEM)), ("site.key", private)):
            with write_whole(self.folder / name) as file:
                file.write(content)
            (self.folder / name).chmod(0o644)  # the gateway's user in the container reads it; it is good for two days
        return issued.serial_number

    def served_at(self, port: int) -> int:
        """The serial number of what the gateway on loopback shows to a client that trusts this authority."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
            context.wrap_socket(raw, server_hostname=HOST) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(shown or b"").serial_number


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + _VALID)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
