"""A certificate authority made for one test, and what its servers speak TLS by."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Authority:
    """A certificate authority made for one test; `certificate_file` is what somebody who trusts it holds."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = self._sign(self._name, self._key, x509.BasicConstraints(ca=True, path_length=0))
        self.certificate_file = folder / f"{name}.pem"
        self.certificate_file.write_bytes(own.public_bytes(Encoding.PEM))

    def server(self, *names: x509.GeneralName) -> ssl.SSLContext:
        """What a server with these names speaks TLS by."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.certify(*names))
        return context

    def certify(self, *names: x509.GeneralName, ends_in: timedelta = timedelta(hours=1)) -> tuple[Path, Path]:
        """Files with a certificate for these names and with its key; one that ends in a negative time has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
        signed = self._sign(subject, key, x509.SubjectAlternativeName(names), ends_in)
        files = self._folder / "server.pem", self._folder / "server.key"
        files[0].write_bytes(signed.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        extension: x509.ExtensionType,
        ends_in: timedelta = timedelta(hours=1),
    ) -> x509.Certificate:
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
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + ends_in)
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        )
        for each in keys:
            made = made.add_extension(each, critical=False)
        if isinstance(extension, x509.BasicConstraints):
            signing = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
            others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
            usage = x509.KeyUsage(**signing, **dict.fromkeys((*others, "encipher_only", "decipher_only"), False))
            made = made.add_extension(usage, critical=True)
        return made.sign(
            self._key, hashes.SHA256()
        )  # PostgreSQL binds passwords to a digest, which Ed25519 has none of
