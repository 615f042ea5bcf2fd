"""Age encryption (age-encryption.org, X25519): sealed to public keys, opened with a secret key from a file.

Why: a backup is written by machines that must not be able to read it again. Promises: secret keys are read from a file
and stand in no message; each 64 KiB are authenticated, so a file that was changed or cut does not open. What is sealed
says nothing of who sealed it. Not for what this machine has to open by itself (`keyring.py`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient


class AgeError(Exception):
    """Keys cannot be read, or something does not open; the message is a sentence for an operator."""


def read_recipients(path: Path) -> Sequence[Recipient]:
    """Public keys, one a line (`age1…`); lines that begin with # are comments. Raises AgeError."""
    try:
        return [Recipient.from_str(line) for line in _lines(path, "recipients")]
    except pyrage.RecipientError:
        raise AgeError(f"{path} holds a line that is no age public key (age1…).") from None


def read_identities(path: Path) -> Sequence[Identity]:
    """Secret keys, one a line (`AGE-SECRET-KEY-1…`). Raises AgeError, which never quotes the file."""
    try:
        return [Identity.from_str(line) for line in _lines(path, "secret keys")]
    except pyrage.IdentityError:
        raise AgeError(f"{path} holds a line that is no age secret key (AGE-SECRET-KEY-1…).") from None


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """The plaintext for these recipients."""
    return bytes(pyrage.encrypt(plaintext, list(recipients)))


def seal_stream(plaintext: IO[bytes], sealed: IO[bytes], recipients: Sequence[Recipient]) -> None:
    """The same for what does not fit into memory. Raises OSError."""
    try:
        pyrage.encrypt_io(plaintext, sealed, list(recipients))
    except pyrage.EncryptError as error:  # what the output raised is in its words alone
        raise OSError(None, str(error).rpartition("] ")[2]) from None


def unseal(sealed: bytes, identities: Sequence[Identity]) -> bytes:
    """What was sealed. Raises AgeError."""
    try:
        return bytes(pyrage.decrypt(sealed, list(identities)))
    except pyrage.DecryptError:
        raise _does_not_open() from None


def unseal_stream(sealed: IO[bytes], plaintext: IO[bytes], identities: Sequence[Identity]) -> None:
    """The same as a stream: nothing that came out counts unless this returns. Raises AgeError."""
    try:
        pyrage.decrypt_io(sealed, plaintext, list(identities))
    except (pyrage.DecryptError, OSError):  # a block that was changed or cut comes as the latter
        raise _does_not_open() from None


def _does_not_open() -> AgeError:
    return AgeError("It does not open: it was sealed for another key, or it was changed or cut.")


def _lines(path: Path, what: str) -> Sequence[str]:
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except (OSError, UnicodeDecodeError):
        raise AgeError(f"The file of {what} {path} cannot be read.") from None
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise AgeError(f"The file of {what} {path} names none.")
    return found
