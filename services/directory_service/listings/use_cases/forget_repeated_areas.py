"""Scrub of histories and change requests of confidential places: parts of town that repeat what such a place hides.

Why: what was told before a place was renamed, or before areas were looked at, may be its name or street. Promises: a
request that would show the place stays as it waits, since a coordinator decides about what will be public then; nothing
but areas is taken out, for exact fields never came in.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.confidential_locations import change_tells_where
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.tables import ChangeRequest, ListingHistory, Location
from directory_service.listings.use_cases.coarsen_place import names_of_district

_TOLD = (
    select(ListingHistory.id, ListingHistory.resource_id, ListingHistory.before, ListingHistory.after)
    .join(Location, Location.id == ListingHistory.resource_id)
    .where(ListingHistory.resource_type == "location", ListingHistory.field == "area", Location.confidential)
)
_ASKED = (
    select(ChangeRequest)
    .join(Location, Location.id == ChangeRequest.resource_id)
    .where(ChangeRequest.resource_type == "location", Location.confidential)
)


def told_areas(session: Session, changed_since: datetime | None = None) -> Iterator[tuple[UUID, Difference]]:
    """Place and change of its area, of all that history and requests tell of confidential places. All rows are seen.

    `changed_since` (aware): only of places whose row changed since then.
    """
    of_late = () if changed_since is None else (Location.modified_at >= changed_since,)
    for row in session.execute(_TOLD.where(*of_late)):
        yield row.resource_id, Difference("area", row.before, row.after)
    for request in session.scalars(_ASKED.where(*of_late)):
        yield from ((request.resource_id, change) for change in _areas(request))


def forget_repeated_areas(session: Session, place: records.Location) -> None:
    """Of one confidential place, which comes with its exact fields. The caller holds its organisation's lock."""
    named = names_of_district(session, place.district)
    told = session.execute(_TOLD.where(ListingHistory.resource_id == place.id)).all()
    areas = {row.id: Difference("area", row.before, row.after) for row in told}
    repeated = [key for key, change in areas.items() if change_tells_where(change, [place], named)]
    if repeated:
        session.execute(delete(ListingHistory).where(ListingHistory.id.in_(repeated)))
    for request in session.scalars(_ASKED.where(ChangeRequest.resource_id == place.id)):
        if any(change_tells_where(change, [place], named) for change in _areas(request)):
            _scrub(session, request)


def _areas(request: ChangeRequest) -> Iterable[Difference]:
    shows = any(each["field"] == "confidential" for each in request.changes)
    if shows and request.decided_at is None:
        return ()
    return [Difference(**each) for each in request.changes if each["field"] == "area"]


def _scrub(session: Session, request: ChangeRequest) -> None:
    left: list[dict[str, Any]] = [each for each in request.changes if each["field"] != "area"]
    if left or request.decided_at is not None:
        request.changes, request.version = left, request.version + 1
    else:
        session.delete(request)
