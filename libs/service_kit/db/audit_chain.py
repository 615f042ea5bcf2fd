"""Chain of the audit log: each entry is chained to the one before by its hash, and the head is signed.

Every second the worker takes what was recorded (`audit.py`), gives it the next numbers, chains it (SHA-256) and signs
the head (Ed25519): a checkpoint. `audit_verification.py` finds any later change, removal or insertion; a cut-off tail
together with its checkpoints shows only against a head that is kept elsewhere (`audit_kept_checkpoints.py`).
"""

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import RowMapping, insert, select, text
from sqlalchemy.orm import Session

from service_kit.db.tables import audit_checkpoint, audit_entry

_log = logging.getLogger(__name__)
_LOCK = 0x5E70_0003
_BATCH = 2000
START = bytes(32)
"""The hash before the first entry."""


def chain_and_sign(session: Session, *, private_key: bytes, log: str, now: datetime) -> int:
    """Chain what is new and sign the head; returns how many entries. One caller at a time, others get 0.

    `private_key` is raw Ed25519, `log` names the log in the signature (the service's name).
    """
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    new = session.execute(
        select(audit_entry).where(audit_entry.c.sequence.is_(None)).order_by(audit_entry.c.position).limit(_BATCH)
    ).mappings()
    sequence, head = head_of(session)
    links: dict[str, list[Any]] = {"positions": [], "sequences": [], "hashes": []}
    for entry in new:
        sequence += 1
        head = link(head, sequence, entry)
        links["positions"].append(entry["position"])
        links["sequences"].append(sequence)
        links["hashes"].append(head)
    if not links["positions"]:
        return 0
    session.execute(text(_CHAIN), links)
    _sign(session, private_key, log, (sequence, head), now)
    return len(links["positions"])


def key_id(public_key: bytes) -> str:
    """A short name for a public key: the first 8 bytes of its SHA-256, hex."""
    return hashlib.sha256(public_key).hexdigest()[:16]


_CHAIN = """
UPDATE audit_entry SET sequence = link.sequence, hash = link.hash
FROM unnest(CAST(:positions AS bigint[]), CAST(:sequences AS bigint[]), CAST(:hashes AS bytea[]))
     AS link(position, sequence, hash)
WHERE audit_entry.position = link.position
"""
_CONTENT = [column.name for column in audit_entry.c if column.name not in ("sequence", "hash")]


def head_of(session: Session) -> tuple[int, bytes]:
    """The last chained entry's number and hash; 0 and START before the first. As the worker's role."""
    row = session.execute(
        select(audit_entry.c.sequence, audit_entry.c.hash)
        .where(audit_entry.c.sequence.is_not(None))
        .order_by(audit_entry.c.sequence.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, START)


def link(before: bytes, sequence: int, entry: RowMapping) -> bytes:
    """The hash of an entry: of the hash before it, its number and all that was recorded."""
    content = {name: entry[name] for name in _CONTENT} | {"at": entry["at"].astimezone(UTC).isoformat()}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(before + sequence.to_bytes(8, "big") + canonical.encode()).digest()


def checkpoint_message(log: str, sequence: int, head: bytes, at: datetime) -> bytes:
    """What a checkpoint signs: that the log had this head at this (aware) moment."""
    about = {"log": log, "sequence": sequence, "hash": head.hex(), "at": at.astimezone(UTC).isoformat()}
    return b"setu audit checkpoint " + json.dumps(about, sort_keys=True).encode()


def _sign(session: Session, private_key: bytes, log: str, head: tuple[int, bytes], now: datetime) -> None:
    sequence, digest = head
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    session.execute(
        insert(audit_checkpoint).values(
            sequence=sequence,
            hash=digest,
            signed_at=now,
            key_id=key_id(key.public_key().public_bytes_raw()),
            signature=key.sign(checkpoint_message(log, sequence, digest, now)),
        )
    )
    _log.info("audit checkpoint", extra={"sequence": sequence, "hash": digest.hex()})
