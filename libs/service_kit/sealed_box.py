"""Public-key encryption to one reader: HPKE (RFC 9180), X25519, HKDF-SHA256, AES-256-GCM, base mode.

For what must travel through the broker but be read by one service only.
Anybody with the public key can seal, so a sealed value does not say who sealed it: trust the exchange's
write permission for that. Not for storage: use `Keyring`, whose keys rotate.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from service_kit.keyring import CannotOpen, decode_key

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal(public_key_b64: str, plaintext: bytes, info: bytes) -> bytes:
    """Encapsulated key and ciphertext. `info` binds it to its use; the reader must give the same."""
    public_key = X25519PublicKey.from_public_bytes(decode_key(public_key_b64, length=32))
    return _SUITE.encrypt(plaintext, public_key, info)


def open(private_key_b64: str, sealed: bytes, info: bytes) -> bytes:  # noqa: A001 (sealed_box.open reads as it is)
    """What was sealed to this key with this `info`. Raises CannotOpen."""
    private_key = X25519PrivateKey.from_private_bytes(decode_key(private_key_b64, length=32))
    try:
        return _SUITE.decrypt(sealed, private_key, info)
    except (InvalidTag, ValueError):
        raise CannotOpen("sealed to another key, with another info, or changed") from None
