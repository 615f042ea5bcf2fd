"""Sealed details of a request at the desk, under a record key of its own, which rotates like a referral's."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from referral_service.store.tables_desk import desk_detail
from service_kit.keyring import WrappedKey

_DETAIL = desk_detail.c


@dataclass(frozen=True)
class SealedDetail:
    """The wrapped key, and what is sealed under it."""

    key: WrappedKey
    sealed: bytes


def add_detail(session: Session, request_id: UUID, new: SealedDetail) -> None:
    """Of a new request."""
    row = {"request_id": request_id, "kek_id": new.key.kek_id, "wrapped": new.key.wrapped, "sealed": new.sealed}
    session.execute(insert(desk_detail), row)


def find_detail(session: Session, request_id: UUID) -> SealedDetail | None:
    """None where there never was one, or its time has passed."""
    query = select(_DETAIL.kek_id, _DETAIL.wrapped, _DETAIL.sealed).where(_DETAIL.request_id == request_id)
    row = session.execute(query).first()
    return None if row is None else SealedDetail(WrappedKey(row.kek_id, row.wrapped), row.sealed)


def delete_detail(session: Session, request_id: UUID) -> None:
    """With its key, so that no backup opens it once the key-encryption key has gone; the worker's."""
    session.execute(delete(desk_detail).where(_DETAIL.request_id == request_id))


def change_detail(session: Session, request_id: UUID, sealed: bytes) -> None:
    """The same key, other words."""
    session.execute(update(desk_detail).where(_DETAIL.request_id == request_id).values(sealed=sealed))
