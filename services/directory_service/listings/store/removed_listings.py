"""Which services and places their own provider took out: an import leaves them out where they are still its."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import RemovedListing

_RESOURCE = func.coalesce(RemovedListing.resource_id, RemovedListing.id)


def note_removal(session: Session, kind: str, resource: UUID, organization: UUID, now: datetime) -> None:
    """`kind` is service or location. Another organisation's row, or one of the other kind, may have the same id."""
    about = {"organization_id": organization, "resource_type": kind, "resource_id": resource, "removed_at": now}
    keys = (resource, uuid5(resource, f"{organization} {kind}"))  # the second where the first is taken
    session.execute(insert(RemovedListing).values([{"id": key, **about} for key in keys]).on_conflict_do_nothing())


def removed_among(session: Session, kind: str, owners: Mapping[UUID, UUID]) -> set[UUID]:
    """Those ids that were taken out by the organisation whose they are. `owners`: id → organisation.

    An id alone says little: whoever guesses one could else keep another's listing out by making and removing it first.
    """
    return {resource for resource, _ in removed_pairs(session, kind, owners.items())}


def removed_pairs(session: Session, kind: str, owned: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """The same of pairs of an id and an organisation, where several may have had it."""
    if not owned:
        return set()
    resources, organizations = {resource for resource, _ in owned}, {organization for _, organization in owned}
    theirs = (RemovedListing.organization_id.in_(organizations), _RESOURCE.in_(resources))
    rows = session.execute(
        select(_RESOURCE, RemovedListing.organization_id).where(RemovedListing.resource_type == kind, *theirs)
    )
    return {(resource, organization) for resource, organization in rows} & set(owned)


def forget_removals(session: Session, kind: str, owners: Mapping[UUID, UUID]) -> None:
    """Somebody wants those back that their own organisation took out. `owners`: id → organisation."""
    theirs = [(owners[resource], resource) for resource in removed_among(session, kind, owners)]
    session.execute(
        delete(RemovedListing).where(
            RemovedListing.resource_type == kind, tuple_(RemovedListing.organization_id, _RESOURCE).in_(theirs)
        )
    )
