"""Whose slips let an account in: written as each slip is printed, read where two people have to be two.

Promises: what is written is what was so at that moment, also through others; row-level security shows the rows of
accounts in reach. Rows that have ended count no more, and are deleted by the sweep.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.accounts.domain.grants import Hand, OtherOfficers
from directory_service.accounts.store.tables import Membership
from directory_service.accounts.store.tables_grants import LetIn
from setu.roles import DATA_OFFICER


def note_let_in(session: Session, account: UUID, printer: UUID, ends_at: datetime | None, now: datetime) -> None:
    """The printer and whoever may be the printer may now be who uses the account; the longer span stays."""
    rows = [{"account_id": account, "hand": hand, "ends_at": ends_at} for hand in hand_of(session, printer, now).behind]
    new = insert(LetIn).values(rows)
    for_good = or_(LetIn.ends_at.is_(None), new.excluded.ends_at.is_(None))
    longer = case((for_good, None), (LetIn.ends_at > new.excluded.ends_at, LetIn.ends_at), else_=new.excluded.ends_at)
    session.execute(new.on_conflict_do_update(constraint="let_in_account_hand_key", set_={"ends_at": longer}))


def hand_of(session: Session, account: UUID, now: datetime) -> Hand:
    """The account with whoever may still be who uses it."""
    return Hand(account, {account, *(one.hand for one in rows_of(session, account, now))})


def rows_of(session: Session, account: UUID, now: datetime) -> Sequence[LetIn]:
    """Whoever let the account in, in a fixed order, while that counts."""
    query = select(LetIn).where(LetIn.account_id == account, _counts(now))
    return session.scalars(query.order_by(LetIn.hand).execution_options(populate_existing=True)).all()


def hands_of_data_officers(session: Session, body: UUID, account: UUID | None, now: datetime) -> OtherOfficers:
    """The body's active data officers but for `account`, and whoever let them in."""
    held = select(Membership.account_id).where(
        Membership.organization_id == body,
        Membership.role == DATA_OFFICER,
        Membership.ended_at.is_(None),
    )
    others = {one for one in session.scalars(held) if one != account}
    behind = session.scalars(select(LetIn.hand).where(LetIn.account_id.in_(others), _counts(now)))
    return OtherOfficers(others, set(behind))


def _counts(now: datetime) -> ColumnElement[bool]:
    return or_(LetIn.ends_at.is_(None), LetIn.ends_at > now)
