"""A coordinator lets an organisation of the own district into the directory. A provider is new from then on.

What is let in is what was seen: until then the provider goes on filling in its listing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import (
    NotThere,
    Stale,
)
from directory_service.listings.store.tables import (
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.db import audit
from service_kit.identity import Principal


def waiting_organizations(session: Session, who: Principal) -> list[Organization]:
    """Those of the coordinator's districts that wait, by name."""
    wanted = select(Organization).where(
        Organization.status == "pending",
        Organization.deleted_at.is_(None),
        Organization.district_code.in_(who.districts),
    )
    return list(session.scalars(wanted.order_by(Organization.name, Organization.id)))


@dataclass(frozen=True)
class WaitingListing:
    """What would be public: the records of the organisation, its places and its services; `tag` names their state."""

    records: Sequence[Mapping[str, Any]]
    tag: str


def listing_of(session: Session, organization: Organization) -> WaitingListing:
    """A confidential place's record has no address."""
    return listings_of(session, [organization])[organization.id]


def listings_of(session: Session, organizations: Sequence[Organization]) -> dict[UUID, WaitingListing]:
    """The same of many, by their ids, with as many statements as for one."""
    records: dict[UUID, list[Mapping[str, Any]]] = {each.id: [each.record] for each in organizations}
    for table in (Location, Service):
        theirs = select(table.organization_id, table.record).where(table.organization_id.in_(records))
        theirs = theirs.where(Service.deleted_at.is_(None)) if table is Service else theirs
        for owner, record in session.execute(theirs.order_by(table.id)):
            records[owner].append(record)
    return {owner: WaitingListing(rows, _tag_of(rows)) for owner, rows in records.items()}


def _tag_of(records: Sequence[Mapping[str, Any]]) -> str:
    return sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()[:32]


def approve_organization(session: Session, who: Principal, organization: UUID, now: datetime, *, seen: str) -> None:
    """Its services become public, as they were seen: `seen` is the listing's tag. Raises NotThere, Stale.

    Row-level security keeps to the own districts.
    """
    known = {each.id for each in waiting_organizations(session, who)}
    if organization not in known:
        raise NotThere(str(organization))
    row = session.get_one(Organization, organization, with_for_update=True, populate_existing=True)
    if row.status != "pending":
        raise NotThere(str(organization))
    tag = listing_of(session, row).tag
    if seen != tag:
        raise Stale(tag)
    row.status, row.record = "active", {**row.record, "status": "active"}
    publish_listing(session, row, now)
    audit.record(session, "organization.approve", ("organization", organization), who, now)
