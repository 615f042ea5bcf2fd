"""Give copies of shared places whose ids were computed from public ones a random id each.

Why: such an id says of a copy that is hidden, now or later, where it is. So does the id of a service at such a copy,
and so would the tombstone of that id. Promises: nothing public has either afterwards, in any order, and no tombstone
says which went; once all are renewed, readers of the change feed begin again, since they hold what has no tombstone.
Not for copies of today's imports: their ids are random from the start.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session, undefer

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.shared_places import own_import, own_record
from directory_service.listings.store.location_copies import note_shared
from directory_service.listings.store.tables import (
    Location,
    LocationConfidential,
    LocationCopy,
    RemovedListing,
    Service,
    ServiceAtLocation,
)
from directory_service.listings.store.tables_changes import Change, ChangeFeed
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_AT_ONCE = 200
_IS_COMPUTED = text("substr(CAST(location_id AS text), 15, 1) = '5'")
_RENAMED = (
    text("""
UPDATE service SET record = CAST(replace(CAST(record AS text), :old, :new) AS jsonb),
    imported = CAST(replace(CAST(imported AS text), :old, :new) AS jsonb)
WHERE organization_id = :organization AND strpos(concat(record, imported), :old) > 0
"""),
    text("""
UPDATE listing_history SET before = CAST(replace(CAST(before AS text), :old, :new) AS jsonb),
    after = CAST(replace(CAST(after AS text), :old, :new) AS jsonb),
    resource_id = CAST(replace(CAST(resource_id AS text), :old, :new) AS uuid)
WHERE organization_id = :organization AND strpos(concat(before, after, resource_id), :old) > 0
"""),
    text("""
UPDATE change_request SET changes = CAST(replace(CAST(changes AS text), :old, :new) AS jsonb),
    resource_id = CAST(replace(CAST(resource_id AS text), :old, :new) AS uuid)
WHERE organization_id = :organization AND strpos(concat(changes, resource_id), :old) > 0
"""),
)


def renew_copy_ids(db: Database, now: datetime) -> int:
    """How many ids were renewed, some in a transaction. `now` is aware; `db` sees all rows."""
    with db.transaction() as session:
        note_shared(session)
    renewed, goes_on = 0, True
    while goes_on:
        with db.transaction() as session:
            wanted = select(LocationCopy).where(_IS_COMPUTED).limit(_AT_ONCE + 1).with_for_update()
            found = session.scalars(wanted.order_by(LocationCopy.organization_id, LocationCopy.location_id)).all()
            copies, goes_on = found[:_AT_ONCE], len(found) > _AT_ONCE
            for organization, theirs in groupby(copies, key=lambda copy: copy.organization_id):
                _renew(session, organization, list(theirs), now)
            if copies and not goes_on:
                session.execute(update(ChangeFeed).values(id=uuid4()))
            renewed += len(copies)
    return renewed


def _renew(session: Session, organization: UUID, copies: Sequence[LocationCopy], now: datetime) -> None:
    owner = session.get(Organization, organization, with_for_update=True)
    former = [copy.location_id for copy in copies]
    for copy in copies:
        old, copy.location_id = copy.location_id, uuid4()
        _rename(session, organization, old, copy.location_id)
        if (row := session.get(Location, old, options=[undefer(Location.imported)])) is not None:
            _replace(session, row, str(copy.place), copy.location_id)
    session.flush()
    if owner is not None and owner.deleted_at is None:
        publish_listing(session, owner, now)
    _forget_tombstones(session, organization, former)


def _rename(session: Session, organization: UUID, old: UUID, new: UUID) -> None:
    """In everything of the organisation that names the location."""
    for statement in _RENAMED:
        session.execute(statement, {"organization": organization, "old": str(old), "new": str(new)})
    resource = func.coalesce(RemovedListing.resource_id, RemovedListing.id)
    theirs = (RemovedListing.organization_id == organization, RemovedListing.resource_type == "location")
    session.execute(update(RemovedListing).where(*theirs, resource == old).values(resource_id=new))


def _replace(session: Session, row: Location, place: str, new: UUID) -> None:
    """The row under its new id; one that was separated or hidden loses the ids that its original's rows have, too."""
    record = _told(row.record, row.id, new)
    imported = _told(row.imported, row.id, new)
    if "shared_id" not in record:
        record, imported = own_record(record, place), own_import(imported) if imported else imported
    columns = {"source": row.source, "confidential": row.confidential, "modified_at": row.modified_at}
    session.add(Location(id=new, organization_id=row.organization_id, record=record, imported=imported, **columns))
    session.flush()
    if (hidden := session.get(LocationConfidential, row.id)) is not None:
        exact = own_record({**hidden.exact, "id": str(new)}, place)
        exact.pop("id")
        session.add(LocationConfidential(location_id=new, organization_id=row.organization_id, exact=exact))
        session.delete(hidden)
    given_there = update(ServiceAtLocation).where(ServiceAtLocation.location_id == row.id).values(location_id=new)
    session.execute(given_there.execution_options(synchronize_session=False))
    session.delete(row)
    session.flush()


def _told(value: Any, old: UUID, new: UUID) -> Any:
    """The JSON with the new id wherever the old one stood."""
    if isinstance(value, dict):
        return {name: _told(inner, old, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner, old, new) for inner in value]
    return str(new) if value == str(old) else value


def _forget_tombstones(session: Session, organization: UUID, former: Sequence[UUID]) -> None:
    """Take out of the feed the ids that services had at these places by the old ids, whenever that was."""
    session.flush()
    services = session.scalars(select(Service.id).where(Service.organization_id == organization)).all()
    for place in former:
        ids = [UUID(nested_id(service, "service_at_location", place)) for service in services]
        gone = (Change.kind == "service_at_location", Change.object_id.in_(ids), Change.public.is_not(True))
        session.execute(delete(Change).where(*gone).execution_options(synchronize_session=False))
