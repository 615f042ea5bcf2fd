"""Read model of who may be behind a data officer's account: whoever let it in, by the directory's events.

Why: two data officers decide, and one hand may have set up both accounts. Promises: whole snapshots, applied only if
newer; ids alone; an account of which nothing was told is not known, which is another answer than nobody's hand.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.store.tables_directory import data_officer

_OFFICER = data_officer.c


def put_data_officer(session: Session, data: Mapping[str, Any]) -> None:
    """Apply the snapshot if it is newer than what is kept."""
    ids = {name: UUID(data[name]) for name in ("membership_id", "account_id")}
    rest = {name: data[name] for name in ("version", "let_in_by")}
    statement = insert(data_officer).values(**ids, **rest)
    values = {column.name: statement.excluded[column.name] for column in _OFFICER if not column.primary_key}
    newer = _OFFICER.version < statement.excluded.version
    session.execute(statement.on_conflict_do_update(index_elements=["membership_id"], set_=values, where=newer))


def hands_behind(session: Session, account: UUID, now: datetime) -> frozenset[UUID] | None:
    """The account itself, and whoever may still be who uses it; None where the directory has not told of it."""
    told = session.scalars(select(_OFFICER.let_in_by).where(_OFFICER.account_id == account)).all()
    if not told:
        return None
    hands = {UUID(one["account_id"]) for rows in told for one in rows if _counts(one["ends_at"], now)}
    return frozenset({account, *hands})


def _counts(ends_at: str | None, now: datetime) -> bool:
    return ends_at is None or datetime.fromisoformat(ends_at) > now
