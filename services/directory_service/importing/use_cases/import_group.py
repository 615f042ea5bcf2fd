"""Unit of an import: an organisation with its places and services, each with where it stood in the file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from uuid import UUID

from directory_service.importing.use_cases.directory_package import Package
from directory_service.listings.domain import records

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

    def rows(self) -> int:
        """How many records."""
        return (self.organization is not None) + len(self.places) + len(self.services)


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
    yield from groups.values()
