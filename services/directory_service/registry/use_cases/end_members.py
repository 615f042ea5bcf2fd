"""End every membership of a unit that is closed, and offer each to the successor.

Promises: nothing is given. Whoever had a role is invited to the same one there, and accepts or refuses after signing
in; a role that two people give is only proposed there, so that another person has to agree first. Of a provider nobody
is offered: who comes into the successor is its own manager's to say.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.store.tables import Account, Membership
from directory_service.accounts.use_cases.add_member import NewMember
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.end_membership import end_one_membership
from directory_service.accounts.use_cases.grant_membership import has_role
from directory_service.accounts.use_cases.grants.propose_grant import NewGrant, audit_refused_grant, propose_grant
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from directory_service.registry.domain.units import offers_members
from service_kit.identity import Principal
from setu.roles import GIVEN_BY_TWO


def end_members(
    session: Session, dependencies: Dependencies, who: Principal, unit: UUID, successor: UUID | None, now: datetime
) -> int:
    """How many memberships ended."""
    members = active_members(session, unit)
    for membership, account in members:
        end_one_membership(session, dependencies, who, membership, account, now)
        if successor is not None and offers_members(membership.organization_kind):
            _offer(session, dependencies, who, membership, account, successor, now)
    publish_staffing(session, [unit], now)
    return len(members)


def active_members(session: Session, unit: UUID) -> Sequence[tuple[Membership, Account]]:
    """The active memberships of the unit, locked, with their accounts."""
    held = (
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organization_id == unit, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    )
    return [(membership, account) for membership, account in session.execute(held)]


def _offer(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    membership: Membership,
    account: Account,
    successor: UUID,
    now: datetime,
) -> None:
    """The same role there, by whoever closes the unit; where that person may not propose it, the log says why."""
    if has_role(session, account.id, successor, membership.role):
        return
    if membership.role not in GIVEN_BY_TWO:
        wanted = NewInvitation(account.user_name, membership.role)
        invite_member(session, dependencies, successor, wanted, by=who.account, now=now)
        return
    member = NewMember("", account.user_name, membership.role)
    try:
        propose_grant(session, dependencies, who, NewGrant(successor, member, invites=True), now)
    except RoleRefused as refused:
        audit_refused_grant(session, who, ("organization", successor), refused, now)
