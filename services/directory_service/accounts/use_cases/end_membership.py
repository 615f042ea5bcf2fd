"""Ending a person's role in an organisation: the sessions in it end, at once and everywhere; others go on.

Promises: the last case worker who can sign in goes only once the manager has said that what is open was handed over;
the directory does not know what a team holds, and nobody would reach these people. Who can sign in is what
`publish_staffing` settles, after the end and under the lock of the organisation: of two who leave at once one is asked.
With a manager's membership the organisation's open invitations are withdrawn; API keys and webhooks go on.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain.staffing import loses_case_workers
from directory_service.accounts.store.accounts import Member, lock_account
from directory_service.accounts.store.tables import (
    Account,
    Membership,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_member
from directory_service.accounts.use_cases.publish_staffing import publish_staffing, settle_and_lock
from directory_service.accounts.use_cases.sessions import end_sessions_in
from directory_service.accounts.use_cases.withdraw_invitation import withdraw_invitations_of
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Principal
from setu.roles import CASE_WORKER


class NotHandedOver(Exception):
    """The last case worker would go, and nobody has said that what is open was handed over."""


def end_membership(
    session: Session, dependencies: Dependencies, who: Principal, wanted: UUID, now: datetime, *, handed_over: bool
) -> bool:
    """End an active membership of the caller's own organisation; False where there is none such.

    Nobody ends the own one: an organisation would be left without anybody who can. Raises NotHandedOver, after which
    the caller's transaction is rolled back. The account is locked first, as by its owner's changes, then the
    organisation, as by whoever closes or moves it, then the membership.
    """
    of = session.scalar(select(Membership.account_id).where(Membership.id == wanted))
    if of is not None:
        lock_account(session, of)
        settle_and_lock(session, [who.organization], now)
    membership = session.get(Membership, wanted, with_for_update=True)
    if membership is None or membership.organization_id != who.organization or membership.ended_at is not None:
        return False
    if membership.account_id == who.account:
        return False
    account = session.get_one(Account, membership.account_id)
    end_one_membership(session, dependencies, who, membership, account, now)
    before = publish_staffing(session, [membership.organization_id], now).get(membership.organization_id)
    place = session.get_one(Organization, membership.organization_id, populate_existing=True)
    if not handed_over and loses_case_workers(before, place.staffed):
        raise NotHandedOver
    return True


def seems_last_case_worker(members: Collection[Member], member: Member) -> bool:
    """Whether a page should ask for what `end_membership` may demand: of these members no other can sign in as one."""
    home = [each for each in members if each.membership.role == CASE_WORKER and each.can_enter_with_factor]
    return [each.membership.id for each in home] == [member.membership.id]


def end_one_membership(
    session: Session,
    dependencies: Dependencies,
    who: Principal,
    membership: Membership,
    account: Account,
    now: datetime,
) -> None:
    """End this active membership, locked by the caller, who has decided that it may, and settles who is home."""
    membership.ended_at = now
    session.execute(update(Account).where(Account.id == account.id).values(postings=Account.postings - 1))
    session.refresh(account)
    if account.postings == 0:
        account.closed_at = now
    end_sessions_in(session, dependencies, membership, now)
    withdraw_invitations_of(session, who, account.id, now)
    publish_member(session, dependencies, membership, account, now)
    detail = {"role": membership.role, "account": str(account.id)}
    audit.record(session, "member.end", ("membership", membership.id), who, now, detail=detail)
