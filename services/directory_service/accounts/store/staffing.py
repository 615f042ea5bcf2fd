"""Queries of who is home. What may be read of other organisations' memberships goes through one door: `settle`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.orm import Session, aliased, undefer

from directory_service.accounts.store.tables import Membership
from directory_service.organizations.store.tables import District, Organization
from setu.roles import COORDINATING_BODY

_SETTLE = text("SELECT organization_id, staffed_before FROM settle_staffing(CAST(:wanted AS uuid[]))")
_UNSETTLED = text(
    """
    SELECT staffing.organization_id FROM staffing JOIN organization ON organization.id = staffing.organization_id
    WHERE organization.staffed IS DISTINCT FROM staffing.staffed
        OR organization.stands_in_for <> staffing.stands_in_for
    ORDER BY staffing.organization_id LIMIT :most
    """
)
_UNCOORDINATED = text(
    """
    WITH bodies AS (
        SELECT stands_in_for, record->>'whole_state' = 'true' AS whole_state, 'coordinator' = ANY (staffed) AS is_home
        FROM organization WHERE kind = 'coordinating_body' AND status = 'active' AND deleted_at IS NULL
    ), at_work AS (
        SELECT DISTINCT district_code AS code FROM organization
        WHERE kind <> 'coordinating_body' AND status = 'active' AND deleted_at IS NULL AND cardinality(staffed) > 0
    )
    SELECT
        (SELECT count(*) FROM bodies WHERE whole_state AND NOT is_home) AS state_bodies,
        (SELECT count(*) FROM at_work
            WHERE NOT EXISTS (SELECT FROM bodies WHERE is_home AND at_work.code = ANY (stands_in_for))
                AND NOT EXISTS (SELECT FROM home_membership JOIN organization AS body
                        ON body.id = home_membership.organization_id
                    WHERE role = 'coordinator' AND at_work.code = ANY (districts)
                        AND body.status = 'active' AND body.deleted_at IS NULL)) AS districts
    """
)


@dataclass(frozen=True)
class Uncoordinated:
    """How many state bodies have no coordinator at home, and in how many districts people work that nobody has."""

    state_bodies: int
    districts: int


def settle(session: Session, organizations: Collection[UUID]) -> Mapping[UUID, Sequence[str] | None]:
    """Bring the rows in step with the memberships, and lock them; those that changed, with what they said before."""
    rows = session.execute(_SETTLE, {"wanted": sorted(organizations)})
    return {row.organization_id: row.staffed_before for row in rows}


def unsettled(session: Session, most: int) -> Sequence[UUID]:
    """Organisations whose row is out of step. Needs the worker's role."""
    return session.scalars(_UNSETTLED, {"most": most}).all()


def count_uncoordinated(session: Session) -> Uncoordinated:
    """Where nobody coordinates, the state neither. Needs the worker's role."""
    return Uncoordinated(*session.execute(_UNCOORDINATED).one())


def state_bodies_around(session: Session, organizations: Collection[UUID]) -> Sequence[UUID]:
    """The bodies of the states in which the coordinating bodies among the organisations are."""
    return session.scalars(_state_bodies(), {"organizations": list(organizations)}).all()


@cache
def _state_bodies() -> Select[UUID]:
    """Made once: whoever comes, goes or is reset asks, and aliases made anew are dear."""
    at, there, state_body = aliased(District), aliased(District), aliased(Organization)
    return (
        select(state_body.id)
        .join(there, there.code == state_body.district_code)
        .join(at, at.state_code == there.state_code)
        .join(Organization, Organization.district_code == at.code)
        .where(Organization.id.in_(bindparam("organizations", expanding=True)))
        .where(Organization.kind == COORDINATING_BODY, state_body.kind == COORDINATING_BODY)
        .where(state_body.record["whole_state"].as_boolean())
        .distinct()
    )


def changed_organizations(session: Session, ids: Collection[UUID]) -> Sequence[Organization]:
    """The rows as they stand now, with their snapshots."""
    found = select(Organization).where(Organization.id.in_(ids)).order_by(Organization.id)
    return session.scalars(
        found.options(undefer(Organization.snapshot)).execution_options(populate_existing=True)
    ).all()


def workplaces(session: Session, account: UUID) -> Sequence[UUID]:
    """The organisations in which an account has an active membership that this transaction may see."""
    held = select(Membership.organization_id).where(Membership.account_id == account, Membership.ended_at.is_(None))
    return session.scalars(held).all()
