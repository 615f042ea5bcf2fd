"""Write, read and forget the history of listings. Entries come newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from directory_service.listings.domain.history import (
    UNTOLD,
    Author,
    Difference,
    HistoryEntry,
)
from directory_service.listings.domain.hsds.metadata import SHOWN
from directory_service.listings.store.tables import (
    ChangeRequest,
    ListingHistory,
    Location,
    Service,
)
from directory_service.organizations.store.tables import Organization
from service_kit.ids import SystemIds


def record_created(organization: UUID, service: UUID, name: str, by: Author, now: datetime) -> dict[str, Any]:
    """The row that says that a service was put into the directory."""
    return _row(organization, ("service", service), "create", Difference("name", None, name), by, now)


def record_changes(
    organization: UUID, resource: tuple[str, UUID], changes: Iterable[Difference], by: Author, now: datetime
) -> list[dict[str, Any]]:
    """The rows of a change; `resource` is its type (`service`, `location`) and id."""
    return [_row(organization, resource, "update", each, by, now) for each in changes if each.field not in UNTOLD]


def add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows of `record_created` and `record_changes` into the history."""
    if rows:
        session.execute(insert(ListingHistory), list(rows))


def newest(session: Session, organizations: Sequence[UUID]) -> dict[UUID, tuple[HistoryEntry, ...]]:
    """What the documents of these organisations' services show, by service."""
    place = func.row_number().over(partition_by=ListingHistory.resource_id, order_by=ListingHistory.id.desc())
    theirs = (ListingHistory.organization_id.in_(organizations), ListingHistory.resource_type == "service")
    numbered = select(ListingHistory, place.label("place")).where(*theirs).subquery()
    found: dict[UUID, list[HistoryEntry]] = {}
    wanted = select(numbered).where(numbered.c.place <= SHOWN).order_by(numbered.c.id.desc())
    for row in session.execute(wanted):
        found.setdefault(row.resource_id, []).append(_entry(row))
    return {service: tuple(entries) for service, entries in found.items()}


def history_of(session: Session, resources: Sequence[UUID], most: int) -> list[HistoryEntry]:
    """The newest entries of some services and places together."""
    wanted = select(ListingHistory).where(ListingHistory.resource_id.in_(resources))
    return [_entry(row) for row in session.scalars(wanted.order_by(ListingHistory.id.desc()).limit(most))]


def changes_of_location(session: Session, location: UUID) -> list[Difference]:
    """All that is told of a place: a confidential one's history has no exact fields."""
    wanted = select(ListingHistory.field, ListingHistory.before, ListingHistory.after)
    return [Difference(*row) for row in session.execute(wanted.where(ListingHistory.resource_id == location))]


def own_entries(session: Session, ids: Sequence[UUID]) -> set[str]:
    """Those of the ids that are entries of this history: an export of ours brings them back."""
    found = session.scalars(select(ListingHistory.id).where(ListingHistory.id.in_(ids))) if ids else ()
    return {str(each) for each in found}


def forget(session: Session, row: Organization | Service | Location) -> None:
    """Delete the history of a service or place, or of all that a provider has, and what waits of it."""
    for table in (ListingHistory, ChangeRequest):
        column = table.organization_id if isinstance(row, Organization) else table.resource_id
        session.execute(delete(table).where(column == row.id))


def forget_requests(session: Session, resource: UUID) -> None:
    """Delete what waits of a place or was decided of it: it may tell an address that is confidential."""
    session.execute(delete(ChangeRequest).where(ChangeRequest.resource_id == resource))


def hand_over(session: Session, resource: UUID, organization: UUID) -> None:
    """The history goes with a service or place to another organisation; what its provider had proposed does not.

    Of a place, too: whoever hides it later can only delete what is its own.
    """
    session.execute(delete(ChangeRequest).where(ChangeRequest.resource_id == resource))
    theirs = update(ListingHistory).where(ListingHistory.resource_id == resource)
    session.execute(theirs.values(organization_id=organization))


def _row(
    organization: UUID, resource: tuple[str, UUID], action: str, change: Difference, by: Author, now: datetime
) -> dict[str, Any]:
    return {
        "id": SystemIds().uuid(),
        "organization_id": organization,
        "resource_type": resource[0],
        "resource_id": resource[1],
        "action": action,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "at": now,
        "changed_by": by.id,
        "changed_by_name": by.name,
    }


def _entry(row: Any) -> HistoryEntry:
    return HistoryEntry(row.id, row.action, Difference(row.field, row.before, row.after), row.at, row.changed_by_name)
