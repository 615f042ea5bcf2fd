"""Files of units, members or strength that wait for a look; each is its sender's alone, and gone after a day."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from directory_service.organizations.domain.retention import UPLOADS_KEPT
from directory_service.registry.store.tables import RegistryUpload

MOST = 5  # files of an account at a time; the oldest goes


def keep_upload(session: Session, upload: RegistryUpload) -> None:
    """Keep the file, and forget the oldest where there are too many."""
    forget_registry_uploads(session, upload.sent_at)
    theirs = select(RegistryUpload.id).where(RegistryUpload.account_id == upload.account_id)
    older = theirs.order_by(RegistryUpload.sent_at.desc(), RegistryUpload.id.desc()).offset(MOST - 1)
    session.execute(delete(RegistryUpload).where(RegistryUpload.id.in_(older)))
    session.add(upload)


def upload_of(session: Session, upload: UUID, kind: str, account: UUID, now: datetime) -> RegistryUpload | None:
    """The own file of this kind, if it is not a day old; locked, so that it is done once."""
    found = select(RegistryUpload).where(RegistryUpload.id == upload, RegistryUpload.kind == kind)
    own = found.where(RegistryUpload.account_id == account, RegistryUpload.sent_at > now - UPLOADS_KEPT)
    return session.scalar(own.options(undefer(RegistryUpload.content)).with_for_update())


def forget_registry_uploads(session: Session, now: datetime) -> None:
    """Delete what is older than a day, as far as the session's scope reaches."""
    session.execute(delete(RegistryUpload).where(RegistryUpload.sent_at <= now - UPLOADS_KEPT))
