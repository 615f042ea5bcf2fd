"""Membership of an account in an organisation, made: a new account's first one, or an invitation that was accepted.

Promises: the account's row is locked first, so of two grants at once the second is judged by what the first made: no
account gets roles that never stand together. The grant is audited and told by `directory.member.changed.v1`; a closed
account works again; no body but a whole state's gets a data officer, and nobody becomes a provider's member but as
`check_new_member` says, whoever asks; whoever let in an account that two people rely on counts for good. Who may give
the role is decided before, by the caller.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import check_grant
from directory_service.accounts.domain.grants import check_body, counts_for_good
from directory_service.accounts.store.accounts import held_by, lock_account
from directory_service.accounts.store.let_in import keep_hands, note_let_in
from directory_service.accounts.store.tables import (
    Account,
    Membership,
)
from directory_service.accounts.use_cases.check_provider_membership import check_provider_membership
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_member
from directory_service.accounts.use_cases.publish_staffing import publish_staffing
from directory_service.accounts.use_cases.set_contacts import set_contacts
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Scope


class AlreadyMember(Exception):
    """The account has this role in this organisation already."""


def grant_membership(
    session: Session,
    dependencies: Dependencies,
    account: Account,
    place: Organization,
    role: str,
    districts: Sequence[int],
    *,
    by: UUID | None,
    now: datetime,
    hands: Sequence[UUID] = (),
    invited: bool = False,
) -> Membership:
    """Store and tell the membership; `hands`: the two who gave the role. Raises `AlreadyMember`, `RoleRefused`.

    `invited`: `by` is the person, who accepts; who may invite was asked as the invitation was written.
    """
    lock_account(session, account.id)
    check_grant(role, place.kind, [one.role for one in held_by(session, account.id)], account.side)
    if has_role(session, account.id, place.id, role):
        raise AlreadyMember
    check_body(role, whole_state=bool(place.record.get("whole_state")))
    check_provider_membership(session, place, role, by=None if invited else by, invited=invited)
    membership = _store(session, dependencies, account, place, role, districts, now)
    session.execute(update(Account).where(Account.id == account.id).values(postings=Account.postings + 1))
    if account.closed_at is not None:
        set_contacts(session, account, phone=account.phone, mail=account.mail)
        account.closed_at = None
        session.flush()
    if counts_for_good(role):
        keep_hands(session, [account.id])
    for hand in hands:
        note_let_in(session, account.id, hand, None, now)
    publish_member(session, dependencies, membership, account, now)
    publish_staffing(session, [place.id], now)
    actor = Scope(account=by, organization=place.id)
    detail = {"role": role, "account": str(account.id)}
    audit.record(session, "member.add", ("membership", membership.id), actor, now, detail=detail)
    return membership


def has_role(session: Session, account: UUID, organization: UUID, role: str) -> bool:
    """Whether an account is there in this role, as far as this transaction may see."""
    same = select(Membership.id).where(
        Membership.account_id == account,
        Membership.organization_id == organization,
        Membership.role == role,
        Membership.ended_at.is_(None),
    )
    return session.scalar(same) is not None


def _store(
    session: Session,
    dependencies: Dependencies,
    account: Account,
    place: Organization,
    role: str,
    districts: Sequence[int],
    now: datetime,
) -> Membership:
    membership = Membership(
        id=dependencies.ids.uuid(),
        account_id=account.id,
        organization_id=place.id,
        organization_kind=place.kind,
        organization_district=place.district_code,
        role=role,
        side=account.side,
        districts=list(districts),
        version=0,
        started_at=now,
    )
    session.add(membership)
    session.flush()
    return membership
