"""Renew the ids of copies that were computed from two public ids: whoever knew both had the address of a hidden copy.

Places that are hidden, or were taken out, get another id also where nothing says any more of what they are copies.

Why apart from the migration: what the public sees is worked out anew, by rules that no migration has. Promises: a copy
changes its id in one transaction with all that names it, and nothing leads from the old id to the new one; an old id
goes as if its place had been taken out. Of a confidential copy it stays closed to imports, so that a package of before,
or a release of before, makes no open place of it.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from directory_service.listings.domain.location_copies import copy_key, spare_key
from directory_service.listings.store.location_copies import new_copy_id, remember_copies, remembered_copies
from directory_service.listings.store.removed_listings import forget_removals, note_removal, removed_among
from directory_service.listings.store.tables import Location, LocationCopy
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.separate_shared_places import separate_shared_places
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_FORGOTTEN = (
    select(Location.id, Location.organization_id, Location.record["shared_id"].astext)
    .outerjoin(LocationCopy, LocationCopy.copy_id == Location.id)
    .where(Location.record["shared_id"].astext.is_not(None), LocationCopy.id.is_(None))
)
_AT_ONCE: Final = 1_000
_MOVES: Final = (
    """
    INSERT INTO location SELECT (jsonb_populate_record(location, jsonb_build_object('id', CAST(:new AS text)))).*
    FROM location WHERE id = :old
    """,
    "UPDATE location_confidential SET location_id = :new WHERE location_id = :old",
    "UPDATE service_at_location SET location_id = :new WHERE location_id = :old",
    "DELETE FROM location WHERE id = :old",
    """
    UPDATE location SET record = replace(CAST(record AS text), :old_text, :new_text)::jsonb,
        imported = replace(CAST(imported AS text), :old_text, :new_text)::jsonb WHERE id = :new
    """,
    """
    UPDATE location_confidential SET exact = replace(CAST(exact AS text), :old_text, :new_text)::jsonb
    WHERE location_id = :new
    """,
    """
    UPDATE service SET record = replace(CAST(record AS text), :old_text, :new_text)::jsonb,
        imported = replace(CAST(imported AS text), :old_text, :new_text)::jsonb
    WHERE organization_id = :owner AND strpos(concat(record, imported), :old_text) > 0
    """,
    """
    UPDATE change_request SET resource_id = CASE resource_id WHEN :old THEN :new ELSE resource_id END,
        changes = replace(CAST(changes AS text), :old_text, :new_text)::jsonb
    WHERE organization_id = :owner AND (resource_id = :old OR strpos(concat(changes), :old_text) > 0)
    """,
    """
    UPDATE listing_history SET resource_id = CASE resource_id WHEN :old THEN :new ELSE resource_id END,
        before = replace(CAST(before AS text), :old_text, :new_text)::jsonb,
        after = replace(CAST(after AS text), :old_text, :new_text)::jsonb
    WHERE organization_id = :owner AND (resource_id = :old OR strpos(concat(before, after), :old_text) > 0)
    """,
)
"""A place goes to its new id, with what hangs on it; then what names it does, word by word: an id is nothing else.

Of one that was taken out something may still be told: that a service is no longer given there.
"""


def renew_copy_ids(db: Database, now: datetime) -> int:
    """How many copies have another id, each organisation's in a transaction of its own. `db` sees all rows."""
    with db.transaction() as session:
        _remember_forgotten(session)
        computed = select(LocationCopy.organization_id).where(LocationCopy.copy_id == LocationCopy.id)
        owners = session.scalars(computed.distinct().order_by(LocationCopy.organization_id)).all()
    if owners:
        separate_shared_places(db, now)  # copies of a hidden place, which are found by the id that it has until now
    return sum(_renew_of(db, owner, now) for owner in owners)


def _remember_forgotten(session: Session) -> None:
    """Copies that an import of the release before has made since.

    A second one of the same pair keeps its id, and is remembered beside the first, so that it is looked at once.
    """
    rows = session.execute(_FORGOTTEN).all()
    for start in range(0, len(rows), _AT_ONCE):
        chunk = rows[start : start + _AT_ONCE]
        keys = {copy: (copy_key(place, owner), owner) for copy, owner, place in chunk}
        taken = set(remembered_copies(session, {key for key, _ in keys.values()}))
        owners, copies = dict[UUID, UUID](), dict[UUID, UUID]()
        for copy in sorted(keys, key=lambda each: keys[each][0] != each):  # computed ids first: they must be renewed
            key, owner = keys[copy]
            mine = key if copy == key or key not in taken else spare_key(key, copy)
            taken.add(key)
            owners[mine], copies[mine] = owner, copy
        remember_copies(session, owners, copies)


def _renew_of(db: Database, owner: UUID, now: datetime) -> int:
    with db.transaction() as session:
        row = session.get(Organization, owner, with_for_update=True)
        theirs = (LocationCopy.organization_id == owner, LocationCopy.copy_id == LocationCopy.id)
        copies = session.scalars(select(LocationCopy).where(*theirs).order_by(LocationCopy.id)).all()
        for copy in copies:
            old, copy.copy_id = copy.copy_id, new_copy_id()
            _renew(session, owner, old, copy.copy_id, now)
        session.flush()
        session.expire_all()
        if row is not None and row.deleted_at is None:
            publish_listing(session, row, now)
        return len(copies)


def _renew(session: Session, owner: UUID, old: UUID, new: UUID, now: datetime) -> None:
    if removed_among(session, "location", {old: owner}):
        forget_removals(session, "location", {old: owner})
        note_removal(session, "location", new, owner, now)
    hidden = session.scalar(select(Location.confidential).where(Location.id == old))
    ids = {"old": old, "new": new, "owner": owner, "old_text": str(old), "new_text": str(new)}
    for statement in _MOVES:
        session.execute(text(statement), ids)
    if hidden:
        note_removal(session, "location", old, owner, now)
