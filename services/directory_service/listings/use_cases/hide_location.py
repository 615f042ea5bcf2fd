"""Scrub of what a place that turns confidential has said before: histories, requests, and the services given there.

Promises: in the transaction that hides the place. Which parts of a service's record and of a change tell where it is
stands in `listings/domain/confidential_locations.py`. Not for the change feed, which says that something changed and
never what, and not for an export made before, which nobody gets any more (`hsds/store/package_folder.py`). After a
restore `hide_after_restore.py` comes here by the same edit.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import changes_without_hidden, without_hidden
from directory_service.listings.store.tables import ChangeRequest, ListingHistory, Location, Service


def hide_location(session: Session, row: Location, place: records.Location) -> None:
    """Scrub what was said of the place, whose row was open until now. The caller holds its organisation's lock."""
    _forget_history(session, place.id, place.organization_id)
    row.imported = {}  # nothing of it, and yet no file decides what it says when it is shown again
    session.flush()
    hide_in_services(session, place.organization_id, {str(place.id)})


def _forget_history(session: Session, place: UUID, organization: UUID) -> None:
    """Delete what old values and proposals might tell of the place."""
    given_there = select(Service.id).where(
        Service.organization_id == organization, Service.record.contains({"places": [str(place)]})
    )
    for table in (ListingHistory, ChangeRequest):
        session.execute(delete(table).where(table.resource_id == place))
    session.execute(delete(ListingHistory).where(ListingHistory.resource_id.in_(given_there)))
    decided = (ChangeRequest.resource_id.in_(given_there), ChangeRequest.decided_at.is_not(None))
    session.execute(delete(ChangeRequest).where(*decided))


def hide_in_services(session: Session, organization: UUID, hidden: Collection[str]) -> None:
    """Take out of its services, and of what is or was asked for them, what they say of the places in `hidden`."""
    for service in session.scalars(select(Service).where(Service.organization_id == organization)):
        service.record = without_hidden(service.record, hidden)
        service.imported = without_hidden(service.imported, hidden) if service.imported else None
    theirs = (ChangeRequest.organization_id == organization, ChangeRequest.resource_type == "service")
    for request in session.scalars(select(ChangeRequest).where(*theirs)):
        _scrub(session, request, hidden)


def _scrub(session: Session, request: ChangeRequest, hidden: Collection[str]) -> None:
    """A request that waits for nothing any more goes."""
    left = changes_without_hidden(request.changes, hidden)
    if left == request.changes:
        return
    if left or request.decided_at is not None:
        request.changes, request.version = left, request.version + 1
    else:
        session.delete(request)
