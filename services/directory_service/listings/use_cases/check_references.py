"""Check the references of a service's record: its organisation's own places, and known districts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.store.tables import Location
from directory_service.organizations.store.tables import District


class NotYourPlace(LookupError):
    """A place of the record is not one of the organisation's."""


class UnknownDistrict(LookupError):
    """A district of the record is not in the directory's table."""


def check_references(session: Session, record: records.Service, before: records.Service | None = None) -> None:
    """Raises NotYourPlace, UnknownDistrict. What `before` has already may stay: a place may have been taken away."""
    kept = set(before.places) if before is not None else set()
    served = set(before.districts) if before is not None else set()
    own = set(session.scalars(select(Location.id).where(Location.organization_id == record.organization_id)))
    for place in record.places:
        if place not in own | kept:
            raise NotYourPlace(f"{place} is not a place of your organisation")
    known = set(session.scalars(select(District.code).where(District.code.in_(record.districts))))
    for district in record.districts:
        if district not in known | served:
            raise UnknownDistrict(f"{district} is not a known district (LGD code)")
