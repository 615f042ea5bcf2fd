"""Idempotency keys: a creation is done once however often it is sent.

The row holds keyed hashes of the key and of the request, and the id of what was made; the answer is rendered again from
that, so nothing personal is stored twice. Kept 90 days. The header is read in the web part.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql import func
from sqlalchemy.sql.dml import ReturningInsert

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
    claimed = {
        "new_account": account,
        "new_key": key.digest.hex(),
        "new_fingerprint": fingerprint,
        "new_resource_id": resource,
        "new_created_at": now,
        "lock": _lock_of(account, key),
        "horizon": now - KEPT,
    }
    if session.execute(_CLAIM, claimed).first():
        return None
    return _replay(session, account, key, fingerprint)


def claimed_resource(session: Session, account: UUID, key: IdempotencyKey) -> UUID | None:
    """The id of what was made under this key of the account, whatever the request; None where nothing was (yet)."""
    own = (table.c.account == account, table.c.key == key.digest.hex())
    return session.scalar(select(table.c.resource_id).where(*own))


def prune(session: Session, now: datetime) -> None:
    """Forget keys that are no longer kept."""
    session.execute(table.delete().where(table.c.created_at < now - KEPT))


def _claim() -> ReturningInsert[tuple[UUID]]:
    """Insert the row where no other request holds the key's lock, or take over one that is older than is kept."""
    columns = ("account", "key", "fingerprint", "resource_id", "created_at")
    values = (bindparam(f"new_{name}", type_=table.c[name].type) for name in columns)
    free = select(*values).where(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
    claim = insert(table).from_select(columns, free)
    return claim.on_conflict_do_update(
        index_elements=["account", "key"],
        set_={name: claim.excluded[name] for name in ("fingerprint", "resource_id", "created_at")},
        where=table.c.created_at < bindparam("horizon"),
    ).returning(table.c.account)


_CLAIM = _claim()  # built once, so that SQLAlchemy compiles it once


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
