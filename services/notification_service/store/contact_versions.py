"""Tombstones of former contacts: whose contact is older here than what the directory told before a restore.

Why: a backup brings a former number back, which may be in another hand by now, as that of an abusive relative.
Promises: whoever is outdated is sent nothing until a snapshot as new as the one that was lost has arrived; a version
says nothing of the contact itself. A trigger on `member` writes the versions (migration 0025), the survivor log keeps
them. When not to use it: for whether there is a contact at all (`members.py`).
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from notification_service.store.tables import ContactVersionRow, MemberRow


def outdated_among(session: Session, accounts: Collection[UUID]) -> set[UUID]:
    """Return those of the accounts whose contact changed after what this database knows of it."""
    return set(session.scalars(_outdated().where(MemberRow.account_id.in_(accounts)))) if accounts else set()


def count_outdated(session: Session) -> int:
    """Return how many people are sent nothing, since their contact changed after what this database knows of it."""
    return session.scalar(select(func.count()).select_from(_outdated().subquery())) or 0


def _outdated() -> Select[UUID]:
    newer = (ContactVersionRow.membership_id == MemberRow.id) & (ContactVersionRow.version > MemberRow.version)
    return select(MemberRow.account_id).join(ContactVersionRow, newer).where(MemberRow.active).distinct()
