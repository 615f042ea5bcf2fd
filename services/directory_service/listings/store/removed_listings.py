"""Which services and places their own provider took out: an import leaves them out where they are still its."""

from collections.abc import Mapping, Sequence
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


def removed_among(session: Session, owners: Mapping[UUID, UUID]) -> set[UUID]:
    """Those ids that were taken out by the organisation whose they are. `owners`: id → organisation.

    An id alone says little: whoever guesses one could else keep another's listing out by making and removing it first.
    """
    if not owners:
        return set()
    rows = session.execute(
        select(RemovedListing.id, RemovedListing.organization_id).where(RemovedListing.id.in_(owners))
    )
    return {resource for resource, organization in rows if owners[resource] == organization}


def forget_removals(session: Session, ids: Sequence[UUID]) -> None:
    """Somebody wants them back."""
    if ids:
        session.execute(delete(RemovedListing).where(RemovedListing.id.in_(ids)))
