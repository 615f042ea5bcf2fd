"""Which location is an organisation's copy of a place that others have too (`LocationCopy`), asked and noted."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.domain.shared_places import computed_copy_id
from directory_service.listings.store.tables import Location, LocationCopy, RemovedListing

Pair = tuple[UUID, UUID]
"""A place by its id in files, and an organisation that gives services there."""

_AT_ONCE = 10_000


def known_copies(session: Session, pairs: Sequence[Pair]) -> dict[Pair, UUID]:
    """The copies that are known, also those that were removed, and those of the release before by their ids."""
    computed = {UUID(computed_copy_id(*pair)): pair for pair in pairs}
    named = select(LocationCopy.id, LocationCopy.location_id).where(LocationCopy.id.in_(computed))
    known = {computed[key]: location for key, location in session.execute(named)}
    rest = [key for key, pair in computed.items() if pair not in known]
    return known | {computed[each]: each for each in _there(session, rest)}


def renewed_ids(session: Session, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Those of the ids that were a copy's and are none any more → the copy's id today."""
    found: dict[UUID, UUID] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = LocationCopy.id.in_(ids[start : start + _AT_ONCE]), LocationCopy.id != LocationCopy.location_id
        found |= dict(session.execute(select(LocationCopy.id, LocationCopy.location_id).where(*some)).tuples())
    return found


def note_copies(session: Session, copies: Iterable[tuple[UUID, UUID, UUID]]) -> None:
    """Remember (place, organisation, location); what is known already stays."""
    rows = [
        {
            "id": UUID(computed_copy_id(place, organization)),
            "place": place,
            "organization_id": organization,
            "location_id": location,
        }
        for place, organization, location in copies
    ]
    if rows:
        session.execute(insert(LocationCopy).on_conflict_do_nothing(), rows)


def note_shared(session: Session) -> None:
    """Remember the copies of which a program of the release before has noted nothing."""
    shared = Location.record["shared_id"].astext
    noted = select(LocationCopy.id).where(LocationCopy.location_id == Location.id).exists()
    found = session.execute(select(shared, Location.organization_id, Location.id).where(shared.is_not(None), ~noted))
    note_copies(session, ((UUID(place), organization, location) for place, organization, location in found.all()))


def _there(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    if not ids:
        return set()
    removed = func.coalesce(RemovedListing.resource_id, RemovedListing.id)
    taken_out = select(removed).where(RemovedListing.resource_type == "location", removed.in_(ids))
    return {*session.scalars(select(Location.id).where(Location.id.in_(ids))), *session.scalars(taken_out)}
