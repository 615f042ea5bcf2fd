"""A coordinator lets an organisation of the own district into the directory. A provider is new from then on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.store.tables_listings import Organization
from directory_service.use_cases.audit_editing import audit_editing
from directory_service.use_cases.own_service import Editor, NotThere
from directory_service.use_cases.publish_listing import publish_listing
from service_kit.web.principal import Principal


def waiting_organizations(session: Session, who: Principal) -> list[Organization]:
    """Those of the coordinator's districts that wait, by name."""
    wanted = select(Organization).where(
        Organization.status == "pending",
        Organization.deleted_at.is_(None),
        Organization.district_code.in_(who.districts),
    )
    return list(session.scalars(wanted.order_by(Organization.name, Organization.id)))


def approve_organization(session: Session, who: Principal, organization: UUID, now: datetime) -> None:
    """Its services become public, as they stand. Raises NotThere. Row-level security keeps to the own districts."""
    known = {each.id for each in waiting_organizations(session, who)}
    if organization not in known:
        raise NotThere(str(organization))
    row = session.get_one(Organization, organization, with_for_update=True, populate_existing=True)
    if row.status != "pending":
        raise NotThere(str(organization))
    row.status, row.record = "active", {**row.record, "status": "active"}
    publish_listing(session, row, now)
    audit_editing(session, Editor.of(who), "organization.approve", ("organization", organization), now)
