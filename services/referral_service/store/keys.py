"""Rows about key-encryption keys: their history without the keys, and which record keys lie under which.

Promises: a key that was retired wraps nothing any more. The trigger on `WITH_RECORD_KEYS` takes a shared lock on the
key's id before it looks; whoever retires the key takes the same lock alone, and so sees every row that was committed
under it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, func, insert, select, text, union_all, update
from sqlalchemy.orm import Session

from referral_service.store.tables import key_encryption_key, referral_key
from referral_service.store.tables_desk import desk_detail
from referral_service.store.tables_figures import figure_tally
from service_kit.db.tables import audit_entry
from service_kit.keyring import WrappedKey

WITH_RECORD_KEYS = (referral_key, figure_tally, desk_detail)
"""Tables whose rows hold a wrapped key (`kek_id`, `wrapped`); all have one id."""
_ONE_ROTATION = 0x5E70_0200
_LOCK_KEY = text(f"SELECT pg_advisory_xact_lock({0x5E70}, hashtext(:id))")  # the trigger's, shared there
_LOG = text("SELECT to_regclass('public.audit_entry')")
_KEK = key_encryption_key.c


@dataclass(frozen=True)
class KeyHistory:
    """What is known of a key: when it came, stopped wrapping, and was destroyed (UTC)."""

    id: str
    made_at: datetime
    retired_at: datetime | None
    destroyed_at: datetime | None


def history(session: Session) -> Mapping[str, KeyHistory]:
    """Every key that there has been, by id."""
    rows = session.execute(select(key_encryption_key))
    return {row.id: KeyHistory(row.id, row.made_at, row.retired_at, row.destroyed_at) for row in rows}


def logged_keys(session: Session, action: str) -> Mapping[str, datetime]:
    """Keys to which this was done by the audit log, and when last (UTC); none where there is no log yet."""
    if session.scalar(_LOG) is None:
        return {}
    entry = audit_entry.c
    done = (entry.action == action, entry.outcome == "done")
    newest = select(entry.object_id, func.max(entry.at).label("at")).where(*done).group_by(entry.object_id)
    return {row.object_id: row.at for row in session.execute(newest)}


def add_key(session: Session, kek_id: str, made_at: datetime) -> None:
    """A key that lies in the keyring."""
    session.execute(insert(key_encryption_key).values(id=kek_id, made_at=made_at))


def lock_key(session: Session, kek_id: str) -> None:
    """Wait for every transaction that wraps under this key; later ones wait for this transaction."""
    session.execute(_LOCK_KEY, {"id": kek_id})


def retire_key(session: Session, kek_id: str, now: datetime) -> None:
    """Nothing is wrapped under it from this commit on. Call `lock_key` first."""
    session.execute(update(key_encryption_key).where(_KEK.id == kek_id).values(retired_at=now))


def note_destroyed(session: Session, kek_id: str, now: datetime) -> None:
    """It is in the keyring no more."""
    session.execute(update(key_encryption_key).where(_KEK.id == kek_id).values(destroyed_at=now))


def record_keys_under(
    session: Session, table: Table, kek_id: str, *, after: UUID, limit: int, skip_locked: bool = False
) -> Sequence[tuple[UUID, WrappedKey]]:
    """Record keys under this key, by row, behind `after`, at most `limit`; locked, or without those others have."""
    (row_id,) = table.primary_key.columns
    query = select(row_id.label("row_id"), table.c.kek_id, table.c.wrapped).where(
        table.c.kek_id == kek_id, row_id > after
    )
    ordered = query.order_by(row_id).limit(limit).with_for_update(skip_locked=skip_locked)
    return [(row.row_id, WrappedKey(row.kek_id, row.wrapped)) for row in session.execute(ordered)]


def replace_key(session: Session, table: Table, of: UUID, key: WrappedKey) -> None:
    """The same record key of that row, wrapped anew."""
    (row_id,) = table.primary_key.columns
    session.execute(update(table).where(row_id == of).values(kek_id=key.kek_id, wrapped=key.wrapped))


def count_by_key(session: Session) -> Mapping[str, int]:
    """How many record keys, of referrals and of tallies, lie under each key-encryption key that has any."""
    each = (select(table.c.kek_id).where(table.c.kek_id.is_not(None)) for table in WITH_RECORD_KEYS)
    of_all = union_all(*each).subquery()
    query = select(of_all.c.kek_id, func.count().label("records")).group_by(of_all.c.kek_id)
    return {row.kek_id: row.records for row in session.execute(query)}


def keys_needed(session: Session) -> set[str]:
    """Keys that record keys lie under; of a retired one nothing is left but what it did not open."""
    return set(count_by_key(session)) - retired_keys(session)


def retired_keys(session: Session) -> set[str]:
    """Keys that wrap nothing any more, or were given up."""
    return {each.id for each in history(session).values() if each.retired_at is not None}


def living_keys(session: Session) -> set[str]:
    """Keys that were made and are not destroyed: a keyring that is whole has each of them."""
    return {each.id for each in history(session).values() if each.destroyed_at is None}


def wait_for_rotation_lock(session: Session) -> None:
    """Wait until no process makes, takes over or rotates keys; none does until this transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(_ONE_ROTATION)))


def hold_back_rotation(session: Session) -> None:
    """Wait for a rotation that runs; none begins until this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _ONE_ROTATION})


def try_rotation_lock(session: Session) -> bool:
    """Whether this transaction alone may change the keyring until it ends."""
    query = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(session.scalar(query, {"key": _ONE_ROTATION}))
