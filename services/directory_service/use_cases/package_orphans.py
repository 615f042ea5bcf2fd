"""Find rows of a package that hang on nothing: an organisation, a place or a district that nobody knows.

A row may lean on the package or on what is in the directory already. Rows never change hands: one whose id belongs to
another organisation is refused too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.domain import records
from directory_service.store.tables_listings import District, Location, Organization, Service
from directory_service.use_cases.directory_package import Package


@dataclass(frozen=True)
class _Known:
    districts: set[int]
    organizations: set[UUID]
    places: Mapping[UUID, UUID]  # place → its organisation
    services: Mapping[UUID, UUID]  # service → its organisation


def reject_orphans(session: Session, package: Package) -> None:
    """Move orphans from the package's good rows to its rejected ones."""
    stored = _stored(session)
    for organization in list(package.organizations.values()):
        if organization.district not in stored.districts:
            reason = f"district: {organization.district} is not known (setu directory districts import)"
            package.take_out("organizations", organization.id, organization.name, reason)
    known = _Known(stored.districts, stored.organizations | set(package.organizations), stored.places, stored.services)
    for place in list(package.places.values()):
        if fault := _place_fault(place, known):
            package.take_out("places", place.id, place.area, fault)
    owners = {**known.places, **{place.id: place.organization_id for place in package.places.values()}}
    known = _Known(known.districts, known.organizations, owners, known.services)
    for service in list(package.services.values()):
        if fault := _service_fault(service, known):
            package.take_out("services", service.id, service.name, fault)


def _stored(session: Session) -> _Known:
    living = select(Organization.id).where(Organization.deleted_at.is_(None))
    return _Known(
        set(session.scalars(select(District.code))),
        set(session.scalars(living)),
        dict(session.execute(select(Location.id, Location.organization_id)).all()),
        dict(session.execute(select(Service.id, Service.organization_id)).all()),
    )


def _place_fault(place: records.Place, known: _Known) -> str | None:
    if place.organization_id not in known.organizations:
        return f"organization_id: there is no organisation {place.organization_id}"
    if known.places.get(place.id, place.organization_id) != place.organization_id:
        return "organization_id: this place belongs to another organisation"
    if place.district not in known.districts:
        return f"district: {place.district} is not known (setu directory districts import)"
    return None


def _service_fault(service: records.Service, known: _Known) -> str | None:
    if service.organization_id not in known.organizations:
        return f"organization_id: there is no organisation {service.organization_id}"
    if known.services.get(service.id, service.organization_id) != service.organization_id:
        return "organization_id: this service belongs to another organisation"
    for place in service.places:
        if known.places.get(place) != service.organization_id:
            return f"places: {place} is not a place of this organisation"
    for district in service.districts:
        if district not in known.districts:
            return f"districts: {district} is not known (setu directory districts import)"
    return None
