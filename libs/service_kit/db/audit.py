"""Audit log, append-only: who did or read what, chained by hash and signed.

`record` only inserts, in the transaction that it tells about, so that the chain is no lock for all. Every
second the worker takes what is new, gives it the next numbers, chains each entry to the one before
(SHA-256) and signs the head (Ed25519). Roles may only insert; a trigger refuses the rest even to the owner.
`verify` finds any later change, removal or insertion. A cut-off tail together with its checkpoints shows
only against a head kept elsewhere: each is also a line in the worker's log, to be given as `expect`.
Details hold ids and codes, never personal data.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import RowMapping, func, insert, select, text
from sqlalchemy.orm import Session

from service_kit.db.tables import audit_checkpoint, audit_entry
from service_kit.logs import correlation_id

_log = logging.getLogger(__name__)
_LOCK = 0x5E70_0003
_BATCH = 2000
_START = bytes(32)
_LATE = timedelta(minutes=5)
_RECORD = text(  # made once: nearly every change records something
    "INSERT INTO audit_entry"
    " (action, actor, organization, object_type, object_id, outcome, at, correlation_id, detail)"
    " VALUES (:action, :actor, :organization, :object_type, :object_id, :outcome, :at, :correlation_id,"
    " CAST(:detail AS jsonb))"
)


class Actor(Protocol):
    """Who acts: a `Principal`, a `Scope` of what is known of somebody who is not signed in, an empty one for nobody."""

    @property
    def account(self) -> UUID | None:
        """The person's account."""

    @property
    def organization(self) -> UUID | None:
        """On whose behalf."""


def record(
    session: Session,
    action: str,
    subject: tuple[str, object],
    by: Actor,
    at: datetime,
    *,
    outcome: str = "done",
    detail: Mapping[str, str] | None = None,
) -> None:
    """Add an entry in the running transaction; `subject` is the type and the id of what it is about."""
    object_type, object_id = subject
    session.execute(
        _RECORD,
        {
            "action": action,
            "actor": by.account,
            "organization": by.organization,
            "object_type": object_type,
            "object_id": str(object_id),
            "outcome": outcome,
            "at": at,
            "correlation_id": correlation_id.get(),
            "detail": json.dumps(dict(detail or {})),
        },
    )


def chain_and_sign(session: Session, *, private_key: bytes, log: str, now: datetime) -> int:
    """Chain what is new and sign the head; returns how many entries. One caller at a time, others get 0.

    `private_key` is raw Ed25519, `log` names the log in the signature (the service's name).
    """
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    new = session.execute(
        select(audit_entry).where(audit_entry.c.sequence.is_(None)).order_by(audit_entry.c.position).limit(_BATCH)
    ).mappings()
    sequence, head = _head(session)
    links: dict[str, list[Any]] = {"positions": [], "sequences": [], "hashes": []}
    for entry in new:
        sequence += 1
        head = _link(head, sequence, entry)
        links["positions"].append(entry["position"])
        links["sequences"].append(sequence)
        links["hashes"].append(head)
    if not links["positions"]:
        return 0
    session.execute(text(_CHAIN), links)
    _sign(session, private_key, log, (sequence, head), now)
    return len(links["positions"])


def verify(
    session: Session,
    *,
    public_keys: Mapping[str, bytes],
    log: str,
    now: datetime,
    expect: tuple[int, str] | None = None,
) -> list[str]:
    """Everything that is wrong with the log, in plain words; an empty list is a sound log.

    `public_keys` maps key ids (see `key_id`) to raw Ed25519 public keys; `expect` is a sequence and the
    hash (hex) that it had when it was written down elsewhere.
    """
    checkpoints = {row["sequence"]: row for row in session.execute(select(audit_checkpoint)).mappings()}
    last, signed = 0, 0
    findings: list[str] = []
    for sequence, found, stored in _walk(session):
        if sequence != last + 1:
            findings.append(f"entries {last + 1} to {sequence - 1} are missing")
        last = sequence
        if found != stored:
            findings.append(f"entry {sequence} was changed, or one before it was removed or added")
        if (checkpoint := checkpoints.pop(sequence, None)) is not None:
            findings += _check_signature(checkpoint, found, public_keys, log)
            signed = sequence
        if expect and sequence == expect[0] and found.hex() != expect[1]:
            findings.append(f"entry {sequence} is not the one that was written down")
    findings += [f"checkpoint {sequence} speaks of an entry that is gone" for sequence in checkpoints]
    if expect and expect[0] > last:
        findings.append(f"the log ends at {last}, before {expect[0]} that was written down")
    if last and signed != last:
        findings.append(f"entries after {signed} are chained and not signed")
    return findings + _late(session, now)


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


def _head(session: Session) -> tuple[int, bytes]:
    row = session.execute(
        select(audit_entry.c.sequence, audit_entry.c.hash)
        .where(audit_entry.c.sequence.is_not(None))
        .order_by(audit_entry.c.sequence.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, _START)


def _link(before: bytes, sequence: int, entry: RowMapping) -> bytes:
    content = {name: entry[name] for name in _CONTENT} | {"at": entry["at"].astimezone(UTC).isoformat()}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(before + sequence.to_bytes(8, "big") + canonical.encode()).digest()


def _message(log: str, sequence: int, head: bytes, at: datetime) -> bytes:
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
            signature=key.sign(_message(log, sequence, digest, now)),
        )
    )
    _log.info("audit checkpoint", extra={"sequence": sequence, "hash": digest.hex()})


def _walk(session: Session) -> Iterator[tuple[int, bytes, bytes]]:
    """Each chained entry's number, the hash that it should have, and the one that is stored."""
    before = _START
    rows = session.execute(
        select(audit_entry).where(audit_entry.c.sequence.is_not(None)).order_by(audit_entry.c.sequence),
        execution_options={"yield_per": _BATCH},
    ).mappings()
    for entry in rows:
        found = _link(before, entry["sequence"], entry)
        before = bytes(entry["hash"])  # so that one change is reported once
        yield entry["sequence"], found, before


def _check_signature(checkpoint: RowMapping, head: bytes, keys: Mapping[str, bytes], log: str) -> list[str]:
    sequence = checkpoint["sequence"]
    if checkpoint["key_id"] not in keys:
        return [f"checkpoint {sequence} was signed by the unknown key {checkpoint['key_id']}"]
    message = _message(log, sequence, head, checkpoint["signed_at"])
    try:
        Ed25519PublicKey.from_public_bytes(keys[checkpoint["key_id"]]).verify(checkpoint["signature"], message)
    except InvalidSignature:
        return [f"checkpoint {sequence} does not fit the entries before it"]
    return []


def _late(session: Session, now: datetime) -> list[str]:
    waiting = select(func.count()).where(audit_entry.c.sequence.is_(None), audit_entry.c.at < now - _LATE)
    count = session.scalar(waiting) or 0
    return [f"{count} entries wait unchained for more than five minutes: is the worker running?"] if count else []
