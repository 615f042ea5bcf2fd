"""Whose hands let an account in: written as a slip is printed or two give a role, read where two have to be two.

Promises: what is written is what was so at that moment, also through others. Hands are read whoever asks, as ids alone,
by the database's function `hands_behind`: of an account out of reach none would else be seen, and two hands taken for
two people. Rows that have ended count no more, and are deleted by the sweep.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, case, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from directory_service.accounts.domain.grants import Hand, OtherOfficers
from directory_service.accounts.store.tables import Membership, Slip
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
    return Hand(account, {account, *session.scalars(select(func.hands_behind(account, now)))})


def hands_of(session: Session, accounts: Collection[UUID], now: datetime) -> dict[UUID, Hand]:
    """The same of many, by account, with one statement."""
    one = func.unnest(cast(list(accounts), ARRAY(Uuid))).column_valued("one")
    behind: dict[UUID, set[UUID]] = {account: {account} for account in accounts}
    for account, hand in session.execute(select(one, func.hands_behind(one, now))):
        behind[account].add(hand)
    return {account: Hand(account, hands) for account, hands in behind.items()}


def keep_hands(session: Session, accounts: Collection[UUID]) -> None:
    """Whoever let these accounts in counts for good from now on, also by slips that counted no more, as far as kept.

    But not by the second half of one: half a code let nobody in, and who printed the first does not stand there.
    """
    printed = select(Slip.account_id, Slip.printed_by).where(
        Slip.account_id.in_(accounts), Slip.printed_by.is_not(None), Slip.first_half.is_(None)
    )
    former = insert(LetIn).from_select(["account_id", "hand"], printed.distinct())
    session.execute(former.on_conflict_do_nothing(constraint="let_in_account_hand_key"))
    session.execute(update(LetIn).where(LetIn.account_id.in_(accounts)).values(ends_at=None))


def rows_of(session: Session, account: UUID, now: datetime) -> Sequence[LetIn]:
    """Whoever let the account in, in a fixed order, while that counts."""
    query = select(LetIn).where(LetIn.account_id == account, _counts(now))
    return session.scalars(query.order_by(LetIn.hand).execution_options(populate_existing=True)).all()


def hands_of_data_officers(session: Session, body: UUID, whose: Hand | None, now: datetime) -> OtherOfficers:
    """The body's active data officers but for `whose` account, and whoever is behind them."""
    held = select(Membership.account_id).where(
        Membership.organization_id == body,
        Membership.role == DATA_OFFICER,
        Membership.ended_at.is_(None),
    )
    others = {one for one in session.scalars(held) if whose is None or one != whose.account}
    behind = session.scalars(select(LetIn.hand).where(LetIn.account_id.in_(others), _counts(now)))
    return OtherOfficers(others, set(behind))


def _counts(now: datetime) -> ColumnElement[bool]:
    return or_(LetIn.ends_at.is_(None), LetIn.ends_at > now)
