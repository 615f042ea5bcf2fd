"""Read model of sign-in resets: when an account was last reset, so that its list says nothing of what was before."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.store.tables import ResetRow


def record_reset(session: Session, account: UUID, at: datetime, version: int) -> None:
    """Remember an account's newest reset."""
    wanted = insert(ResetRow).values(account_id=account, at=at, version=version)
    session.execute(
        wanted.on_conflict_do_update(
            index_elements=["account_id"],
            set_={"at": wanted.excluded.at, "version": wanted.excluded.version},
            where=ResetRow.version < wanted.excluded.version,
        )
    )


def resets_of(session: Session, accounts: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when each of these accounts was last reset, if ever."""
    rows = session.scalars(select(ResetRow).where(ResetRow.account_id.in_(accounts)))
    return {row.account_id: row.at for row in rows}
