"""Ids of copies of shared places: random, and remembered, so that an import finds the copy that it made before.

Read and written by the worker's role alone: beside a place's address a row would tell where a confidential copy is.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.store.removed_listings import removed_among
from directory_service.listings.store.tables import Location, LocationCopy
from service_kit.ids import SystemIds


def new_copy_id() -> UUID:
    """A random id (UUIDv4): version 7 tells when it was made, and so beside which other place."""
    return UUID(bytes=SystemIds().random(16), version=4)


def remembered_copies(session: Session, keys: Iterable[UUID]) -> dict[UUID, UUID]:
    """Key → id of the copy, of those keys that have one."""
    wanted = select(LocationCopy.id, LocationCopy.copy_id).where(LocationCopy.id.in_(set(keys)))
    return {row.id: row.copy_id for row in session.execute(wanted)}


def find_copies(session: Session, owners: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Key → id of the copy that the organisation has, or that its provider took out. `owners`: key → organisation.

    A copy of the release before, which nothing remembers yet, has its key for an id (`use_cases.renew_copy_ids`).
    """
    if not owners:
        return {}
    remembered = remembered_copies(session, owners)
    possible = {each: owner for key, owner in owners.items() for each in (key, remembered.get(key, key))}
    stored = select(Location.id, Location.organization_id).where(Location.id.in_(possible))
    there = {place for place, owner in session.execute(stored) if possible[place] == owner}
    there |= removed_among(session, "location", possible)
    found = {key: next((each for each in (remembered.get(key, key), key) if each in there), None) for key in owners}
    return remembered | {key: copy for key, copy in found.items() if copy is not None}


def remember_copies(session: Session, organization_of: Mapping[UUID, UUID], copies: Mapping[UUID, UUID]) -> None:
    """Keep which copy has which key. `organization_of` and `copies` are by key."""
    if not copies:
        return
    rows = [{"id": key, "organization_id": organization_of[key], "copy_id": copy} for key, copy in copies.items()]
    row = insert(LocationCopy)
    newer = {"copy_id": row.excluded.copy_id}
    changed = LocationCopy.copy_id != row.excluded.copy_id
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=newer, where=changed), rows)
