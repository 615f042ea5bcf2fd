"""What the directory holds of the organisations of a batch that is imported, read in a handful of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from directory_service.importing.use_cases.id_conflicts import metadata_of, owners_of_at_places
from directory_service.importing.use_cases.import_group import Group
from directory_service.listings.store.history import own_entries
from directory_service.listings.store.removed_listings import forget_removals, removed_among
from directory_service.listings.store.tables import Location, Service
from directory_service.organizations.store.tables import Organization


@dataclass
class StoredRows:
    """What the directory holds already of the organisations at hand, and rows of others that have the same ids."""

    organizations: dict[UUID, Organization]
    places: dict[UUID, Location]
    services: dict[UUID, Service]
    removed_places: set[UUID]  # that their provider took out
    removed_services: set[UUID]
    taken: dict[str, str]  # id of a service_at_location → its service
    history: set[str]  # entries of our own history that the groups bring back


def lock_organizations(session: Session, groups: Sequence[Group]) -> Sequence[Organization]:
    """The organisations of the groups that are there, locked in the one order."""
    known = select(Organization).where(Organization.id.in_([group.id for group in groups])).order_by(Organization.id)
    return session.scalars(known.options(undefer(Organization.imported)).with_for_update()).all()


def read_stored_rows(
    session: Session, groups: Sequence[Group], locked: Sequence[Organization], *, bring_back: bool
) -> StoredRows:
    """The rows of the organisations that are `locked`, and whatever else has the ids of the groups' rows.

    The groups' shared places are called by now as their copies are. `bring_back`: what its provider took out counts as
    never removed.
    """
    owners = [group.id for group in groups]
    places = {row.record.id: group.id for group in groups for row in group.places}
    services = {row.record.id: group.id for group in groups for row in group.services}
    if bring_back:
        forget_removals(session, "location", places)
        forget_removals(session, "service", services)
    return StoredRows(
        {row.id: row for row in locked},
        {row.id: row for row in _rows_of(session, Location, owners, [*places])},
        {row.id: row for row in _rows_of(session, Service, owners, [*services])},
        removed_among(session, "location", places),
        removed_among(session, "service", services),
        owners_of_at_places(session, groups),
        own_entries(session, [UUID(each["id"]) for group in groups for each in metadata_of(group)]),
    )


def _rows_of(session: Session, table: Any, owners: list[UUID], ids: list[UUID]) -> Iterable[Any]:
    wanted = select(table).where(or_(table.organization_id.in_(owners), table.id.in_(ids)))
    return session.scalars(wanted.options(undefer(table.imported)))
