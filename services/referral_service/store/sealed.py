"""Sealed identities and the keys that open them. Who may read them, row-level security and the use case say."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from referral_service.store.tables import identity, referral_key
from service_kit.keyring import WrappedKey


@dataclass(frozen=True)
class Sealed:
    """One identity with its wrapped key."""

    key: WrappedKey
    sealed: bytes


def find_sealed(session: Session, referral_id: UUID) -> Sealed | None:
    """What this transaction's scope may read of it, or None."""
    query = select(referral_key.c.kek_id, referral_key.c.wrapped, identity.c.sealed)
    joined = query.join_from(referral_key, identity, identity.c.referral_id == referral_key.c.referral_id)
    row = session.execute(joined.where(referral_key.c.referral_id == referral_id)).first()
    return None if row is None else Sealed(WrappedKey(row.kek_id, row.wrapped), row.sealed)


def add_sealed(session: Session, referral_id: UUID, key: WrappedKey, sealed: bytes) -> None:
    """The identity of a referral in hand."""
    session.execute(insert(referral_key).values(referral_id=referral_id, kek_id=key.kek_id, wrapped=key.wrapped))
    session.execute(insert(identity).values(referral_id=referral_id, sealed=sealed))


def keys_not_under(session: Session, primary: str, limit: int) -> Sequence[tuple[UUID, WrappedKey]]:
    """Keys still wrapped by an older key-encryption key; for the worker's role."""
    query = select(referral_key).where(referral_key.c.kek_id != primary).limit(limit).with_for_update()
    return [(row.referral_id, WrappedKey(row.kek_id, row.wrapped)) for row in session.execute(query)]


def replace_key(session: Session, referral_id: UUID, key: WrappedKey) -> None:
    """The same key, wrapped anew."""
    session.execute(
        update(referral_key)
        .where(referral_key.c.referral_id == referral_id)
        .values(kek_id=key.kek_id, wrapped=key.wrapped)
    )
