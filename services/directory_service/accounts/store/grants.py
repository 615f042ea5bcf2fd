"""Questions about roles that two people give. Row-level security answers beside them; nothing is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables_grants import GrantRequest
from directory_service.organizations.domain.standing import ACTIVE
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal
from setu.roles import PRISON


@dataclass(frozen=True)
class WaitingGrant:
    """A proposal that still waits for somebody; `mine`: this reader proposed it."""

    grant: GrantRequest
    organization_name: str
    mine: bool


def waiting_grants(session: Session, who: Principal, now: datetime) -> Sequence[WaitingGrant]:
    """What waits for a second person, and what waits for this reader's slip, the oldest first."""
    undecided, confirmed = GrantRequest.decided_at.is_(None), GrantRequest.decision == "approved"
    to_finish = and_(confirmed, GrantRequest.done_at.is_(None), GrantRequest.asked_by == who.account)
    rows = session.execute(
        select(GrantRequest, Organization.name)
        .join(Organization, Organization.id == GrantRequest.organization_id)
        .where(or_(undecided, to_finish), GrantRequest.expires_at > now)
        .order_by(GrantRequest.asked_at, GrantRequest.id)
    )
    return [WaitingGrant(grant, name, grant.asked_by == who.account) for grant, name in rows]


def find_grant(session: Session, wanted: UUID, now: datetime) -> GrantRequest | None:
    """The proposal, held until the transaction ends; None where it is over, or not in reach."""
    row = session.get(GrantRequest, wanted, with_for_update=True)
    return None if row is None or row.expires_at <= now or row.done_at is not None else row


def has_confirmed(session: Session, hand: UUID, account: UUID) -> bool:
    """Whether this hand was the second person for that account: it prints it no slip."""
    return (
        session.scalar(select(exists().where(GrantRequest.account_id == account, GrantRequest.decided_by == hand)))
        or False
    )


def proposer_of(session: Session, account: UUID) -> UUID | None:
    """Who proposed this account for its role of two people the last time that it was given; None once forgotten."""
    carried_out = select(GrantRequest.asked_by).where(
        GrantRequest.account_id == account, GrantRequest.done_at.is_not(None)
    )
    return session.scalar(carried_out.order_by(GrantRequest.done_at.desc()).limit(1))


def places_of_two_people(session: Session, who: Principal) -> Sequence[Organization]:
    """Where this person may propose such a role: the own body, if it is a state's, and prisons in reach, by name."""
    own = and_(Organization.id == who.organization, Organization.record["whole_state"].as_boolean())
    prisons = and_(Organization.kind == PRISON, Organization.district_code.in_(who.districts))
    wanted = select(Organization).where(
        or_(own, prisons), Organization.status == ACTIVE, Organization.deleted_at.is_(None)
    )
    return session.scalars(wanted.order_by(Organization.kind, Organization.name, Organization.id)).all()
