"""Kept checkpoints of the audit log: a signed head as a file, for another machine to show that no tail was cut off.

Why: whoever owns the machine can cut off the log's end together with the checkpoints in its database; a head that is
kept elsewhere tells. Promises: one file each, written once and never changed; it is signed for the moment of
publishing, so it tells how many entries there are, and neither when the last one came nor what any is about; it has
the public key, so whoever keeps it needs no secret to verify with it.
"""

import base64
import errno
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from service_kit.db.audit_chain import checkpoint_message, head_of
from service_kit.db.tables import audit_entry

PUBLISH_EVERY = timedelta(days=1)
_TIME_IN_NAME = "%Y%m%dT%H%M%SZ"


class NotACheckpoint(ValueError):
    """The file is no checkpoint of this log, or was changed since it was written."""


@dataclass(frozen=True)
class KeptCheckpoint:
    """A log's head as it was published: number and hash of the last entry at `at` (UTC), signed by `public_key`."""

    log: str
    sequence: int
    hash: bytes
    at: datetime
    public_key: bytes
    signature: bytes

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps(
            {
                "log": self.log,
                "sequence": self.sequence,
                "hash": self.hash.hex(),
                "at": self.at.isoformat(),
                "public_key": base64.b64encode(self.public_key).decode(),
                "signature": base64.b64encode(self.signature).decode(),
            },
            indent=1,
        )


def make_checkpoint(session: Session, private_key: bytes, log: str, now: datetime) -> KeptCheckpoint:
    """The present head, signed (raw Ed25519) for `now`. As the worker's role."""
    sequence, digest = head_of(session)
    key, at = Ed25519PrivateKey.from_private_bytes(private_key), now.astimezone(UTC)
    signature = key.sign(checkpoint_message(log, sequence, digest, at))
    return KeptCheckpoint(log, sequence, digest, at, key.public_key().public_bytes_raw(), signature)


def write_checkpoint(folder: Path, checkpoint: KeptCheckpoint) -> Path:
    """Write a new file (0600) into the folder; returns its path.

    Raises FileNotFoundError for a missing folder, which is never made here: its disk is not mounted. FileExistsError.
    """
    if not folder.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, "there is no such folder for checkpoints; is its disk mounted?", str(folder)
        )
    path = folder / f"{checkpoint.log}-{checkpoint.at.strftime(_TIME_IN_NAME)}.json"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as text:
        text.write(checkpoint.to_json() + "\n")
        text.flush()
        os.fsync(text.fileno())
    return path


def is_due(folder: Path, log: str, now: datetime) -> bool:
    """Whether there is no checkpoint of this log of the last day; one from the future, of a leap, is none."""
    names = [path.stem.removeprefix(f"{log}-") for path in folder.glob(f"{log}-*.json")]
    written = [datetime.strptime(name, _TIME_IN_NAME).replace(tzinfo=UTC) for name in names]
    return not any(abs(now - at) < PUBLISH_EVERY for at in written)


def read_checkpoint(content: str, log: str) -> KeptCheckpoint:
    """A checkpoint of this log from a file's text. Raises NotACheckpoint."""
    try:
        read = json.loads(content)
        kept = KeptCheckpoint(
            log=str(read["log"]),
            sequence=int(read["sequence"]),
            hash=bytes.fromhex(read["hash"]),
            at=datetime.fromisoformat(read["at"]),
            public_key=base64.b64decode(read["public_key"], validate=True),
            signature=base64.b64decode(read["signature"], validate=True),
        )
        message = checkpoint_message(kept.log, kept.sequence, kept.hash, kept.at)
        Ed25519PublicKey.from_public_bytes(kept.public_key).verify(kept.signature, message)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        raise NotACheckpoint("This file is no checkpoint of an audit log, or was changed.") from None
    if kept.log != log:
        raise NotACheckpoint(f"This is a checkpoint of the log {kept.log}, not of {log}.")
    return kept


def contradiction(session: Session, kept: KeptCheckpoint) -> str | None:
    """What the log has against a kept checkpoint, in words; None where it goes on from there. As the worker's role.

    The hash that is stored is compared: that it fits its entries is what `audit_verification` finds.
    """
    if kept.sequence == 0:
        return None
    end, _digest = head_of(session)
    if end < kept.sequence:
        return f"The log ends at entry {end}; the kept checkpoint of {kept.at:%Y-%m-%d %H:%M} UTC has {kept.sequence}."
    stored = session.scalar(select(audit_entry.c.hash).where(audit_entry.c.sequence == kept.sequence))
    if stored is None or bytes(stored) != kept.hash:
        return f"Entry {kept.sequence} is not the one that the kept checkpoint of {kept.at:%Y-%m-%d %H:%M} UTC has."
    return None
