"""The last change that a provider asked for of one of its resources, decided or not."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import ChangeRequest


def last_change(session: Session, organization: UUID, resource: tuple[str, UUID]) -> ChangeRequest | None:
    """`resource` is its type and id. The session's scope is the organisation's."""
    theirs = (
        ChangeRequest.organization_id == organization,
        ChangeRequest.resource_type == resource[0],
        ChangeRequest.resource_id == resource[1],
    )
    newest = select(ChangeRequest).where(*theirs).order_by(ChangeRequest.asked_at.desc(), ChangeRequest.id.desc())
    return session.scalars(newest.limit(1)).first()
