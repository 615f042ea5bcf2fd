"""Offering a role to whoever has a user name; the person accepts or refuses after signing in.

Promises: until the person accepts, whoever invites hears the same and sees the same row, whether or not there is such
an account, on which side it stands, and what the person says. The audit log has what it was. A second invitation beside
an open one changes nothing. Into a provider its own manager invites, and nobody of elsewhere; while it is pending
nobody does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import check_grant
from directory_service.accounts.domain.lifetimes import INVITATION_LASTS
from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables_invitations import Invitation
from directory_service.accounts.use_cases.check_provider_membership import check_provider_membership
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import (
    AlreadyMember,
    has_role,
)
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Scope


@dataclass(frozen=True)
class NewInvitation:
    """Who is invited as what; the user name in its one spelling.

    `hands`: the accounts of the two people who gave a role that takes two; empty for any other.
    """

    user_name: str
    role: str
    districts: Sequence[int] = ()
    hands: Sequence[UUID] = ()


def invite_member(
    session: Session,
    dependencies: Dependencies,
    organization: UUID,
    wanted: NewInvitation,
    *,
    by: UUID | None,
    now: datetime,
) -> None:
    """Store the invitation.

    Raises `RoleRefused`, `AlreadyMember` for one of the organisation's own; LookupError for an unknown organisation.
    """
    place = session.get(Organization, organization)
    if place is None:
        raise LookupError("no such organisation")
    role = check_grant(wanted.role, place.kind, (), None)
    check_provider_membership(session, place, role.name, by=by, invited=True)
    found = accounts.look_up(session, "user_name", wanted.user_name)
    account = next((one.account for one in found if one.side == role.side), None)
    if account is not None and has_role(session, account, organization, role.name):
        raise AlreadyMember
    _close_overdue(session, organization, now)
    invitation = dependencies.ids.uuid()
    session.execute(
        insert(Invitation)
        .values(
            id=invitation,
            organization_id=organization,
            role=role.name,
            districts=list(wanted.districts),
            user_name=wanted.user_name,
            account_id=account,
            hands=list(wanted.hands),
            sent_at=now,
            ends_at=now + INVITATION_LASTS,
        )
        .on_conflict_do_nothing()
    )
    actor, outcome = Scope(account=by, organization=organization), "done" if account else "denied"
    detail = {"role": role.name, "why": "" if account else "both-sides" if found else "unknown"}
    audit.record(session, "invitation.send", ("invitation", invitation), actor, now, outcome=outcome, detail=detail)


def _close_overdue(session: Session, organization: UUID, now: datetime) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.organization_id == organization,
            Invitation.withdrawn_at.is_(None),
            Invitation.ends_at <= now,
        )
        .values(withdrawn_at=now)
    )
