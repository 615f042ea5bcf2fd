"""Do what a provider's file asks for: all of it in one transaction, and only what its manager has seen."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.editing.store.tables import ListingUpload
from directory_service.editing.use_cases.edit_resource import (
    UNCHANGED,
    WAITING,
    create_resource,
    edit_resource,
    remove_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    lock_provider,
)
from directory_service.editing.use_cases.own_services import SERVICES
from directory_service.editing.use_cases.preview_upload import (
    Preview,
    preview_upload,
)
from directory_service.listings.use_cases.publish_listing import publish_listing

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


class Moved(Exception):
    """The directory or the file's meaning changed since the manager looked."""


def confirm_upload(
    session: Session, upload: ListingUpload, editor: Editor, now: datetime, *, seen: str
) -> Counter[str]:
    """How many services were `added`, `changed`, `removed`, and how many are `waiting` for a coordinator.

    `seen`: the digest of the preview. Raises Moved, BadSheet. The file is forgotten.
    """
    lock_provider(session, editor.organization)
    preview = preview_upload(session, upload)
    if preview.digest != seen:
        raise Moved
    done = _do(session, preview, editor, now)
    publish_listing(session, lock_provider(session, editor.organization), now)
    session.delete(upload)
    return done


def _do(session: Session, preview: Preview, editor: Editor, now: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    for each in preview.added:
        state = create_resource(session, SERVICES, each.record, editor, now, publish=False).state
        done[WAITING if state == WAITING else ADDED] += 1
    for each in (*preview.changed, *preview.confirmed):
        state = edit_resource(session, SERVICES, each.record, editor, now, seen=None, publish=False).state
        if state != UNCHANGED:
            done[WAITING if state == WAITING else CHANGED] += 1
    for own in preview.removed:
        remove_resource(session, SERVICES, own.id, editor, now, seen=own.tag, publish=False)
        done[REMOVED] += 1
    return done
