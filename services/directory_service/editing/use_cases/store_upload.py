"""Keep a provider's file for a day, so that its manager can look at what it would change before anything does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory_service.editing.store.tables import ListingUpload
from directory_service.editing.use_cases.preview_upload import preview_upload
from directory_service.organizations.domain.retention import UPLOADS_KEPT

MOST = 5  # files of an organisation at a time; the oldest goes


def store_upload(session: Session, upload: ListingUpload) -> None:
    """Raises BadSheet where the file as a whole cannot be used; then nothing is kept."""
    forget_uploads(session, upload.sent_at)
    preview_upload(session, upload)
    theirs = select(ListingUpload.id).where(ListingUpload.organization_id == upload.organization_id)
    older = theirs.order_by(ListingUpload.sent_at.desc(), ListingUpload.id.desc()).offset(MOST - 1)
    session.execute(delete(ListingUpload).where(ListingUpload.id.in_(older)))
    session.add(upload)


def upload_of(session: Session, upload: UUID, now: datetime) -> ListingUpload | None:
    """The file, if it is the own organisation's and not a day old."""
    found = session.get(ListingUpload, upload)
    return found if found is not None and found.sent_at > now - UPLOADS_KEPT else None


def forget_uploads(session: Session, now: datetime) -> None:
    """Delete what is older than a day, as far as the session's scope reaches."""
    session.execute(delete(ListingUpload).where(ListingUpload.sent_at <= now - UPLOADS_KEPT))
