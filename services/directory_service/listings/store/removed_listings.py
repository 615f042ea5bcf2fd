"""Which services and places were taken out by their own provider, by id: an import leaves them out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import RemovedListing


def note_removal(session: Session, kind: str, resource: UUID, organization: UUID, now: datetime) -> None:
    """`kind` is service or location."""
    row = {"id": resource, "organization_id": organization, "resource_type": kind, "removed_at": now}
    session.execute(insert(RemovedListing).values(row).on_conflict_do_nothing())


def removed_among(session: Session, ids: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that were taken out."""
    return set(session.scalars(select(RemovedListing.id).where(RemovedListing.id.in_(ids)))) if ids else set()


def forget_removals(session: Session, ids: Sequence[UUID]) -> None:
    """Somebody wants them back."""
    if ids:
        session.execute(delete(RemovedListing).where(RemovedListing.id.in_(ids)))
