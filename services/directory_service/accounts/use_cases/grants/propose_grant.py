"""Propose a role that two people give: who it is for, and where. Another person confirms it.

Promises: nothing is made yet, neither an account nor a membership; each proposal is in the audit log, refused ones too.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain import grants
from directory_service.accounts.domain.conflicting_roles import RoleRefused, check_grant
from directory_service.accounts.domain.lifetimes import GRANT_LASTS
from directory_service.accounts.store import accounts
from directory_service.accounts.store.let_in import hand_of, hands_of_data_officers
from directory_service.accounts.store.tables import Account
from directory_service.accounts.store.tables_grants import GrantRequest
from directory_service.accounts.use_cases.add_member import NewMember
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Principal
from setu.roles import GIVEN_BY_TWO


@dataclass(frozen=True)
class NewGrant:
    """A role for somebody new, or for whoever has the user name (`invites`). `member` is `spelled`."""

    organization: UUID
    member: NewMember
    invites: bool


def propose_grant(session: Session, dependencies: Dependencies, who: Principal, new: NewGrant, now: datetime) -> UUID:
    """The proposal's id. Raises `RoleRefused`; LookupError for an unknown organisation."""
    place, member = session.get(Organization, new.organization), new.member
    if place is None:
        raise LookupError("no such organisation")
    check_grant(member.role, place.kind, (), None)
    if member.role not in GIVEN_BY_TWO:
        raise RoleRefused("takes-one", "This role is given by whoever manages the organisation.")
    grants.check_body(member.role, whole_state=bool(place.record.get("whole_state")))
    if new.invites:
        check_not_own_supervisor(session, who, member.user_name)
    whose = hand_of_invited(session, member.user_name, now) if new.invites else None
    others = hands_of_data_officers(session, place.id, whose, now)
    grants.check_first(member.role, hand_of(session, who.account, now), whose, others)
    row = GrantRequest(
        id=dependencies.ids.uuid(),
        organization_id=place.id,
        role=member.role,
        invites=new.invites,
        user_name=member.user_name,
        name=member.name,
        phone=member.phone,
        mail=member.mail,
        language=member.language,
        asked_by=who.account,
        asked_at=now,
        expires_at=now + GRANT_LASTS,
    )
    session.add(row)
    session.flush()
    audit.record(session, "grant.ask", ("grant", row.id), who, now, detail={"role": member.role})
    return row.id


def check_not_own_supervisor(session: Session, who: Principal, user_name: str) -> None:
    """Raises `RoleRefused` where this person may supervise or manage whoever has the user name, also out of sight."""
    supervises = accounts.supervised_by(session, who.account)
    found = next((one.account for one in accounts.look_up(session, "user_name", user_name)), None)
    if supervises and found is not None:
        account = session.get(Account, found)
        grants.check_not_own_supervisor(supervises, None if account is None else accounts.owner_of(session, account))


def hand_of_invited(session: Session, user_name: str, now: datetime) -> grants.Hand | None:
    """Whose user name it is, if it is anybody's, with whoever let that account in."""
    found = next((one.account for one in accounts.look_up(session, "user_name", user_name)), None)
    return None if found is None else hand_of(session, found, now)


def audit_refused_grant(
    session: Session, who: Principal, about: tuple[str, UUID], refused: RoleRefused, now: datetime
) -> None:
    """Write a step that was refused into the log; the caller says in which transaction."""
    audit.record(session, "grant", about, who, now, outcome="denied", detail={"why": refused.reason})
