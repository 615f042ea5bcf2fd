"""A provider puts a new service into the directory, under an id that nobody has used.

A new provider's waits for a coordinator: then the id is not taken yet, and taking it may fail at the approval.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.editing.domain.standing import is_new
from directory_service.editing.use_cases.apply_change import apply_creation
from directory_service.editing.use_cases.ask_for_change import ask_for_change
from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.edit_service import (
    LIVE,
    WAITING,
    Edited,
)
from directory_service.editing.use_cases.provider_service import (
    Editor,
    lock_provider,
    own_service,
    waiting_for,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.history import differences
from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.check_references import check_references
from directory_service.listings.use_cases.listing_records import write_service
from directory_service.organizations.store.tables import Organization


class ServiceExists(Exception):
    """The id is taken, by whomever, or was and is deleted."""


def create_service(
    session: Session, record: records.Service, editor: Editor, now: datetime, *, publish: bool = True
) -> Edited:
    """`publish` as in `edit_service`. The session's scope is the organisation's.

    Raises ServiceExists, NotThere, NotYourPlace, UnknownDistrict.
    """
    owner = lock_provider(session, editor.organization)
    check_references(session, record)
    if is_new(owner.status, established=owner.established_at is not None):
        state = WAITING
        if session.get(Service, record.id) is not None or waiting_for(session, [record.id]):
            raise ServiceExists(str(record.id))
        changes = differences({}, write_service(record))
        ask_for_change(session, owner.id, ("service", record.id), changes, now, creates=True)
    else:
        state = LIVE
        put_service(session, owner, record, now, publish=publish)
    audit_editing(session, editor, f"listing.create.{state}", ("service", record.id), now)
    return Edited(state, own_service(session, owner.id, record.id).tag)


def put_service(
    session: Session, owner: Organization, record: records.Service, now: datetime, *, publish: bool = True
) -> None:
    """Take the id and publish. Raises ServiceExists: of two at once one gets it, whatever the isolation level."""
    _claim(session, record, owner.id, now)
    apply_creation(session, owner, record, now, publish=publish)


def _claim(session: Session, record: records.Service, owner: UUID, now: datetime) -> None:
    blank = {"record": {}, "name": "", "status": "active", "accepting": "open", "needs": [], "districts": []}
    row = insert(Service).values(id=record.id, organization_id=owner, modified_at=now, search_text="", **blank)
    taken = session.execute(row.on_conflict_do_nothing(index_elements=["id"]).returning(Service.id)).first()
    if taken is None:
        raise ServiceExists(str(record.id))
