"""Case notes: sealed texts of the provider, and the key that opens them.

Promises: what is written here is sealed already; row-level security lets in the holder's case workers alone, and for a
ghost nobody. When not to use it: for who may read them now (`domain/identity_access.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from referral_service.store.tables import case_note, referral_key
from service_kit.keyring import WrappedKey


@dataclass(frozen=True)
class SealedNote:
    """One note; `account_id` is the case worker who wrote it."""

    id: UUID
    at: datetime
    account_id: UUID
    sealed: bytes


def find_key(session: Session, referral_id: UUID) -> WrappedKey | None:
    """The referral's wrapped key, as far as this transaction's scope reaches."""
    key = referral_key.c
    row = session.execute(select(key.kek_id, key.wrapped).where(key.referral_id == referral_id)).first()
    return None if row is None else WrappedKey(row.kek_id, row.wrapped)


def add_note(session: Session, referral_id: UUID, note: SealedNote) -> None:
    """One more note of a referral in hand."""
    session.execute(insert(case_note).values(referral_id=referral_id, **vars(note)))


def list_notes(session: Session, referral_id: UUID) -> Sequence[SealedNote]:
    """In the order in which they were written."""
    columns = (case_note.c.id, case_note.c.at, case_note.c.account_id, case_note.c.sealed)
    query = select(*columns).where(case_note.c.referral_id == referral_id).order_by(case_note.c.at, case_note.c.id)
    return [SealedNote(*row) for row in session.execute(query)]


def forget_notes(session: Session, referral_id: UUID) -> None:
    """Delete the notes of a team that leaves the referral to others."""
    session.execute(delete(case_note).where(case_note.c.referral_id == referral_id))
