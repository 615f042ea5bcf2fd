"""The HSDS document of a service as its provider sees it: what waits for a coordinator is in it already."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.own_services import OwnService
from directory_service.listings.domain import records
from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS
from directory_service.listings.domain.hsds.organizations import organization_embedded
from directory_service.listings.domain.hsds.services import service_whole
from directory_service.listings.store.history import newest
from directory_service.listings.store.tables import Location
from directory_service.listings.use_cases.publish_listing import (
    dated,
    districts,
)
from directory_service.organizations.store.tables import Organization

Json = dict[str, Any]


def provider_document(session: Session, own: OwnService) -> Json:
    """Whole. A confidential address is left out here as everywhere."""
    record = own.record
    owner = ORGANIZATION_FIELDS.load(session.get_one(Organization, record.organization_id).record)
    stored = select(Location.record).where(Location.organization_id == owner.id)
    known = {place.id: place for place in map(LOCATION_FIELDS.load, session.scalars(stored))}
    places = [known[each] for each in record.places if each in known]
    codes = {place.district for place in places} | set(record.districts)
    listing = records.ProviderListing(
        owner, tuple(places), (record,), districts(session, codes), newest(session, [owner.id])
    )
    return dated(service_whole(record, listing, places, organization_embedded(owner)), own.modified_at)
