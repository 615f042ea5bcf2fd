"""Questions about resets that take two people: what waits within reach, and what became of one's own.

Row-level security answers beside them; nothing is decided here. When not to use it: to reset (`use_cases`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from directory_service.accounts.store.tables import Account, Membership, Reset
from directory_service.organizations.domain.retention import DECIDED_RESETS_SHOWN
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal

_ASKER, _DECIDER = aliased(Account), aliased(Account)


@dataclass(frozen=True)
class Post:
    """What the account works as, and where: a role's code and the organisation's name."""

    role: str
    organization: str


@dataclass(frozen=True)
class ResetLine:
    """A reset with the names around it; None for a person who is out of the reader's reach."""

    reset: Reset
    account: Account
    asker: str | None
    decider: str | None
    posts: Sequence[Post]
    mine: bool


def waiting_resets(session: Session, who: Principal, now: datetime) -> Sequence[ResetLine]:
    """What waits for a second person as far as the caller may see, the oldest first; never the caller's own account.

    In the order of asking also within one moment: ids sort by their making.
    """
    waits = (Reset.decided_at.is_(None), Reset.expires_at > now, Reset.account_id != who.account)
    return _lines(session, who, *waits)


def decided_resets(session: Session, who: Principal, now: datetime) -> Sequence[ResetLine]:
    """What the caller asked for and another person decided lately, the oldest first."""
    decided = (Reset.asked_by == who.account, Reset.decided_by != who.account)
    return _lines(session, who, *decided, Reset.decided_at > now - DECIDED_RESETS_SHOWN)


def is_one_of_two(session: Session, account: UUID) -> bool:
    """Whether an account is one of two people, wherever that is, also out of this transaction's reach."""
    return bool(session.scalar(select(func.is_one_of_two(account))))


def _lines(session: Session, who: Principal, *conditions: ColumnElement[bool]) -> Sequence[ResetLine]:
    query = (
        select(Reset, Account, _ASKER.name, _DECIDER.name)
        .join(Account, Account.id == Reset.account_id)
        .outerjoin(_ASKER, _ASKER.id == Reset.asked_by)
        .outerjoin(_DECIDER, _DECIDER.id == Reset.decided_by)
        .where(*conditions)
        .order_by(Reset.asked_at, Reset.id)
    )
    rows = session.execute(query).all()
    posts = _posts(session, [account.id for _reset, account, _asker, _decider in rows])
    return [
        ResetLine(reset, account, asker, decider, posts[account.id], reset.asked_by == who.account)
        for reset, account, asker, decider in rows
    ]


def _posts(session: Session, accounts: Collection[UUID]) -> Mapping[UUID, Sequence[Post]]:
    """The active ones that this transaction may see, by account."""
    found: dict[UUID, list[Post]] = {account: [] for account in accounts}
    query = (
        select(Membership.account_id, Membership.role, Organization.name)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.account_id.in_(accounts), Membership.ended_at.is_(None))
        .order_by(Organization.name, Membership.role)
    )
    for account, role, organization in session.execute(query):
        found[account].append(Post(role, organization))
    return found
