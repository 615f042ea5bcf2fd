"""Separate the copies of a shared place from it once its own organisation has edited it.

Why: several organisations' documents have one place under one id, which is only true while all of them say the same. No
edit of one organisation changes what another's documents say; so whoever edits a copy has a place of its own from then
on (`editing.use_cases.own_locations`), and of a place that its own organisation edits the others keep what they had,
under ids of their own. That is the worker's, for nobody may write another's listing. An import changes all alike, but
one organisation after the other: what its own row has from an import alone is no edit, and separates nothing. From a
confidential one every copy is separated: under its id an open copy would tell the address.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Location
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_APART = text("""
SELECT copy.id, copy.organization_id FROM location AS copy
    JOIN location AS own ON own.id = CAST(copy.record->>'shared_id' AS uuid)
WHERE copy.record->>'shared_id' IS NOT NULL
    AND (own.confidential
        OR own.modified_at > copy.modified_at AND (own.imported IS NULL OR own.record <> own.imported))
    AND copy.record - CAST('{id,organization_id,shared_id}' AS text[])
        <> own.record - CAST('{id,organization_id,shared_id}' AS text[])
""")


def separate_shared_places(db: Database, now: datetime) -> int:
    """How many copies were separated, each in a transaction of its own. `now` is aware; `db` sees all rows."""
    with db.transaction() as session:
        apart = session.execute(_APART).all()
    for copy, organization in apart:
        with db.transaction() as session:
            _separate(session, copy, organization, now)
    return len(apart)


def _separate(session: Session, copy: UUID, organization: UUID, now: datetime) -> None:
    owner = session.get_one(Organization, organization, with_for_update=True)
    row = session.get(Location, copy)
    if row is None or "shared_id" not in row.record:
        return
    row.record = {name: value for name, value in row.record.items() if name != "shared_id"}
    row.modified_at = now
    if owner.deleted_at is None:
        publish_listing(session, owner, now)
