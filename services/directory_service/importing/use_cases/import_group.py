"""Unit of an import: an organisation with its places and services, each with where it stood in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from uuid import UUID

from directory_service.importing.use_cases.directory_package import Package
from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import FIELD

Record = TypeVar("Record", records.Organization, records.Location, records.Service)


@dataclass(frozen=True)
class Row(Generic[Record]):
    """A record that read well, and where it stood in the file."""

    record: Record
    where: str


@dataclass
class Group:
    """An organisation of the file (None where the file has only its id) with what hangs on it."""

    id: UUID
    organization: Row[records.Organization] | None = None
    places: list[Row[records.Location]] = field(default_factory=list)
    services: list[Row[records.Service]] = field(default_factory=list)
    copies: dict[UUID, UUID] = field(default_factory=dict)  # id of a copy of a shared place → its key

    def rows(self) -> int:
        """How many records."""
        return (self.organization is not None) + len(self.places) + len(self.services)

    def rename_places(self, new: Mapping[UUID, UUID]) -> None:
        """Give places another id, also where services name them."""
        self.places = [Row(renamed_place(row.record, new), row.where) for row in self.places]
        self.services = [Row(with_renamed_places(row.record, new), row.where) for row in self.services]
        self.copies = {new.get(place, place): key for place, key in self.copies.items()}


def renamed_place(place: records.Location, new: Mapping[UUID, UUID]) -> records.Location:
    """The place under its new id, or as it is."""
    return replace(place, id=new[place.id]) if place.id in new else place


def with_renamed_places(service: records.Service, new: Mapping[UUID, UUID]) -> records.Service:
    """The service with the new ids of its places."""
    if not new.keys() & set(service.places):
        return service
    texts = {str(old): str(place) for old, place in new.items()}
    said = service.hsds.get(FIELD)
    rows = said if isinstance(said, list) else []
    renamed = [{**row, "location_id": texts.get(row.get("location_id"), row.get("location_id"))} for row in rows]
    hsds = {**service.hsds, FIELD: renamed} if rows else service.hsds
    places = dict.fromkeys(new.get(place, place) for place in service.places)
    return replace(service, places=tuple(places), hsds=hsds)


def groups_of(package: Package) -> Iterator[Group]:
    """The rows of a package by organisation, in the order of the file."""
    groups: dict[UUID, Group] = {}
    for organization in package.organizations.values():
        where = f"organizations {organization.id}"
        groups[organization.id] = Group(organization.id, Row(organization, where))
    for place in package.places.values():
        owner = place.organization_id
        groups.setdefault(owner, Group(owner)).places.append(Row(place, f"places {place.id}"))
    for service in package.services.values():
        owner = service.organization_id
        groups.setdefault(owner, Group(owner)).services.append(Row(service, f"services {service.id}"))
    for group in groups.values():
        group.copies = {row.record.id: key for row in group.places if (key := package.copies.get(row.record.id))}
    yield from groups.values()
