"""Idempotency keys: a creation is done once however often it is sent.

The row holds keyed hashes of the key and of the request, and the id of what was made; the answer is rendered again from
that, so nothing personal is stored twice. Kept 90 days. The header is read in the web part.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Insert, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func

from service_kit.db.tables import idempotency_key as table
from service_kit.errors import FieldError, InProgress, KeyReused

KEPT = timedelta(days=90)


@dataclass(frozen=True)
class IdempotencyKey:
    """The keyed hash of a key as the client sent it."""

    digest: bytes


def replay_or_claim(
    session: Session,
    *,
    account: UUID,
    key: IdempotencyKey,
    fingerprint: bytes,
    now: datetime,
    resource: UUID,
) -> UUID | None:
    """Claim the key for this transaction (returns None), or return the id of what its first request made.

    `resource`: the id of what this request makes, known beforehand, so that one statement does it. `fingerprint`: the
    keyed hash of the request. Raises KeyReused for another request under the key, InProgress while the first has not
    committed.
    """
    if session.execute(_claim(account, key, fingerprint, now, resource)).first():
        return None
    return _replay(session, account, key, fingerprint)


def prune(session: Session, now: datetime) -> None:
    """Forget keys that are no longer kept."""
    session.execute(table.delete().where(table.c.created_at < now - KEPT))


def _claim(account: UUID, key: IdempotencyKey, fingerprint: bytes, now: datetime, resource: UUID) -> Insert:
    """Insert the row where no other request holds the key's lock, or take over one that is older than is kept."""
    columns = ("account", "key", "fingerprint", "resource_id", "created_at")
    values = (account, key.digest.hex(), fingerprint, resource, now)
    typed = (literal(value, table.c[name].type) for name, value in zip(columns, values, strict=True))
    free = select(*typed).where(func.pg_try_advisory_xact_lock(_lock_of(account, key)))
    claim = insert(table).from_select(columns, free)
    return claim.on_conflict_do_update(
        index_elements=["account", "key"],
        set_={name: claim.excluded[name] for name in ("fingerprint", "resource_id", "created_at")},
        where=table.c.created_at < now - KEPT,
    ).returning(table.c.account)


def _lock_of(account: UUID, key: IdempotencyKey) -> int:
    return int.from_bytes(hashlib.sha256(account.bytes + key.digest).digest()[:8], signed=True)


def _replay(session: Session, account: UUID, key: IdempotencyKey, fingerprint: bytes) -> UUID:
    own = (table.c.account == account, table.c.key == key.digest.hex())
    row = session.execute(select(table.c.fingerprint, table.c.resource_id).where(*own)).first()
    if row is None:
        raise InProgress
    if bytes(row.fingerprint) != fingerprint:
        raise KeyReused(errors=[FieldError("Idempotency-Key", "Used before with another request.")])
    found: UUID = row.resource_id
    return found
