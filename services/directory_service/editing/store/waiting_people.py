"""Query of who works for organisations that wait to be let in: by name, with whose hands are behind each account."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    found = session.execute(works.order_by(Account.name, Account.id)).all()
    makers = {each.made_by for each in organizations if each.made_by is not None}
    hands = hands_of(session, makers | {account.id for _of, _role, account in found}, now)
    people: dict[UUID, WaitingPeople] = {}
    for each in organizations:
        own = [(role, account) for of, role, account in found if of == each.id]
        managers = [
            NamedManager(account.id, account.name, account.password_changed_at is not None)
            for role, account in own
            if role == PROVIDER_MANAGER
        ]
        maker = hands[each.made_by] if each.made_by is not None else None
        people[each.id] = WaitingPeople(maker, [hands[account.id] for _role, account in own], managers)
    return people
