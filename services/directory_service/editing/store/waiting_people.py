"""Query of who works for pending organisations: by name, with whose hands are behind each account.

Of a manager also the user name, since when, and when this person signed in there last (UTC), as far as sessions are
kept.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.grants import Hand
from directory_service.accounts.store.let_in import hands_of
from directory_service.accounts.store.tables import Account, Membership, SessionRow
from directory_service.organizations.store.tables import Organization
from setu.roles import PROVIDER_MANAGER


@dataclass(frozen=True)
class NamedManager:
    """Somebody who manages a provider, to be asked for by name."""

    account: UUID
    name: str
    user_name: str
    password_changed_at: datetime | None
    since: datetime
    last_signed_in: datetime | None

    @property
    def has_signed_in(self) -> bool:
        """Whether the slip was used."""
        return self.password_changed_at is not None


@dataclass(frozen=True)
class NamedMember:
    """Somebody else who was added meanwhile, with the role's code."""

    account: UUID
    name: str
    role: str


@dataclass(frozen=True)
class WaitingPeople:
    """Who is behind a pending organisation: `maker` where somebody entered it on screen or from a file."""

    maker: Hand | None
    members: Collection[Hand]
    managers: Sequence[NamedManager]
    team: Sequence[NamedMember]


def people_of_waiting(
    session: Session, organizations: Sequence[Organization], now: datetime
) -> dict[UUID, WaitingPeople]:
    """By organisation, with two statements however many there are. The caller reaches their districts."""
    ids = [each.id for each in organizations]
    members: dict[UUID, list[UUID]] = {each: [] for each in ids}
    managers: dict[UUID, list[NamedManager]] = {each: [] for each in ids}
    team: dict[UUID, list[NamedMember]] = {each: [] for each in ids}
    for membership, account, last in session.execute(_working_for(ids)):
        members[membership.organization_id].append(account.id)
        if membership.role == PROVIDER_MANAGER:
            manager = NamedManager(
                account.id, account.name, account.user_name, account.password_changed_at, membership.started_at, last
            )
            managers[membership.organization_id].append(manager)
        else:
            team[membership.organization_id].append(NamedMember(account.id, account.name, membership.role))
    makers = {each.id: each.made_by for each in organizations if each.made_by is not None}
    hands = hands_of(session, {*makers.values(), *chain.from_iterable(members.values())}, now)
    return {
        each: WaitingPeople(
            hands[makers[each]] if each in makers else None,
            [hands[one] for one in members[each]],
            managers[each],
            team[each],
        )
        for each in ids
    }


def _working_for(ids: Collection[UUID]) -> Select[Membership, Account, datetime]:
    last = select(func.max(SessionRow.created_at)).where(SessionRow.membership_id == Membership.id).scalar_subquery()
    query = select(Membership, Account, last).join(Account, Account.id == Membership.account_id)
    theirs = query.where(Membership.organization_id.in_(ids), Membership.ended_at.is_(None))
    return theirs.order_by(Account.name, Account.id)
