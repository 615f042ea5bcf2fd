"""Encrypted identities and their keys. Row-level security and the use case decide who reads them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import TableRow
from referral_service.store.tables import identity, referral_key
from referral_service.store.tasks import chain_of
from service_kit.keyring import WrappedKey

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Sealed:
    """One identity with its wrapped key; `fit` are its `MatchingFacts`, sealed apart under the same key.

    What an older release sealed, or copied, has no `fit`. `contact_hint`: see `possibly_same_as.py`. `corrected_at`
    (UTC): when the person last put it right, there or on the record that it was copied from.
    """

    key: WrappedKey
    sealed: bytes
    contact_hint: bytes | None
    fit: bytes | None = None
    corrected_at: datetime | None = None

    @property
    def right_since(self) -> datetime:
        """When it was put right, to be compared; the beginning of all time where it never was."""
        return self.corrected_at or _NEVER


def find_sealed(session: Session, referral_id: UUID) -> Sealed | None:
    """What this transaction's scope may read of it, or None."""
    of_identity = (identity.c.sealed, identity.c.contact_hint, identity.c.fit, identity.c.corrected_at)
    query = select(referral_key.c.kek_id, referral_key.c.wrapped, *of_identity)
    joined = query.join_from(referral_key, identity, identity.c.referral_id == referral_key.c.referral_id)
    row = session.execute(joined.where(referral_key.c.referral_id == referral_id)).first()
    if row is None:
        return None
    return Sealed(WrappedKey(row.kek_id, row.wrapped), row.sealed, row.contact_hint, row.fit, row.corrected_at)


def lock_each_sealed(session: Session, root_id: UUID) -> Iterator[tuple[UUID, Sealed]]:
    """The records of a chain that have a key left, the first one first, each locked while it is looked at.

    A generator on purpose: only the row of the newest lock is visible, so do not make a list of it first.
    """
    lock_for_update(session, root_id)
    for record_id in chain_of(session, root_id):
        lock_for_update(session, record_id)
        found = find_sealed(session, record_id)
        if found is not None:
            yield record_id, found


def lock_chain_and_find_last_sealed(session: Session, root_id: UUID) -> tuple[UUID, Sealed] | None:
    """What the person last put right of a chain, else its first record, and on which it stands; None with no key left.

    Another record is locked afterwards; the caller locks its own again.
    """
    known = lock_each_sealed(session, root_id)
    return max(known, key=lambda one: one[1].right_since, default=None)  # of equals the first record


def sealed_rows(referral_id: UUID, new: Sealed) -> Sequence[TableRow]:
    """The identity of a referral in hand: its key, and what is sealed under it."""
    key = {"referral_id": referral_id, "kek_id": new.key.kek_id, "wrapped": new.key.wrapped}
    under_it = {"referral_id": referral_id, "sealed": new.sealed, "contact_hint": new.contact_hint, "fit": new.fit}
    under_it |= {"corrected_at": new.corrected_at}
    return [(referral_key, key), (identity, under_it)]


def replace_identity(session: Session, referral_id: UUID, new: Sealed) -> None:
    """Other words under the same key, of a referral in hand."""
    session.execute(delete(identity).where(identity.c.referral_id == referral_id))
    session.execute(insert(identity).inline(), sealed_rows(referral_id, new)[1][1])
