"""Query of who works for organisations that wait to be let in: by name, with whose hands are behind each account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.grants import Hand
from directory_service.accounts.store.let_in import hands_of
from directory_service.accounts.store.tables import Account, Membership
from directory_service.organizations.store.tables import Organization
from setu.roles import PROVIDER_MANAGER


@dataclass(frozen=True)
class NamedManager:
    """Somebody who manages a provider, to be asked for by name."""

    account: UUID
    name: str
    has_signed_in: bool


@dataclass(frozen=True)
class WaitingPeople:
    """Who is behind an organisation that waits: `maker` where somebody entered it on screen or from a file."""

    maker: Hand | None
    members: Collection[Hand]
    managers: Sequence[NamedManager]


def people_of_waiting(
    session: Session, organizations: Sequence[Organization], now: datetime
) -> dict[UUID, WaitingPeople]:
    """By organisation, with two statements however many there are. The caller reaches their districts."""
    ids = [each.id for each in organizations]
    query = select(Membership.organization_id, Membership.role, Account).join(
        Account, Account.id == Membership.account_id
    )
    works = query.where(Membership.organization_id.in_(ids), Membership.ended_at.is_(None))
    members: dict[UUID, list[UUID]] = {each: [] for each in ids}
    managers: dict[UUID, list[NamedManager]] = {each: [] for each in ids}
    for organization, role, account in session.execute(works.order_by(Account.name, Account.id)):
        members[organization].append(account.id)
        if role == PROVIDER_MANAGER:
            has_signed_in = account.password_changed_at is not None
            managers[organization].append(NamedManager(account.id, account.name, has_signed_in))
    makers = {each.id: each.made_by for each in organizations if each.made_by is not None}
    hands = hands_of(session, {*makers.values(), *chain.from_iterable(members.values())}, now)
    return {
        each: WaitingPeople(
            hands[makers[each]] if each in makers else None, [hands[one] for one in members[each]], managers[each]
        )
        for each in ids
    }
