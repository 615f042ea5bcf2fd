"""Editable services: a provider's own, as its manager and its programs see and change them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import (
    Editable,
    IdTaken,
    Json,
    NotThere,
    OwnResource,
    ProposedChange,
    Removed,
    tag_of,
    waiting_for,
    with_waiting,
)
from directory_service.listings.domain import records
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.domain.history import Author
from directory_service.listings.store.history import add, record_created
from directory_service.listings.store.removed_listings import note_removal
from directory_service.listings.store.tables import ChangeRequest, Service
from directory_service.listings.use_cases.check_references import check_references
from directory_service.listings.use_cases.load_stored_service import (
    load_stored_service,
    readable_record,
)
from directory_service.listings.use_cases.remove_listing import remove_service
from directory_service.listings.use_cases.save_listing import write_service_row
from directory_service.organizations.store.tables import Organization


@dataclass(frozen=True)
class OwnService(OwnResource[records.Service]):
    """`refused`: the last decision, where it was a refusal and nothing waits.

    `taken`: a service that waits to be put in can only be taken back, for another provider's has its id meanwhile.
    """

    modified_at: datetime
    public: bool
    refused: ChangeRequest | None
    taken: bool = False


class EditableServices(Editable[records.Service]):
    """A new provider's new service waits too: then its id is not taken yet, and taking it may fail at the approval."""

    resource_type = "service"
    audited_as, created_as = "listing", "listing.create"
    table = Service
    fields = SERVICE_FIELDS

    def load(self, session: Session, organization: UUID, resource: UUID) -> OwnService:
        """See `own_service`."""
        return own_service(session, organization, resource)

    def judged(self, row: Service) -> tuple[Json, object]:
        """The version that the public sees."""
        return readable_record(row.record), row.version

    def read(self, record: Json) -> records.Service:
        """Also hours of a kind that is taken no more."""
        return load_stored_service(record)

    def check(self, change: ProposedChange[records.Service]) -> None:
        """Raises NotYourPlace, UnknownDistrict, IdTaken."""
        session = change.session
        check_references(session, change.record, change.own.record if change.own else None)
        if change.own is not None or self.in_force(change) is not None:
            return
        service = change.record.id
        if session.get(Service, service) is not None or waiting_for(session, [service], self.resource_type):
            raise IdTaken(str(service))

    def store(self, session: Session, owner: Organization, record: records.Service, now: datetime) -> None:
        """Its organisation is in the record."""
        write_service_row(session, self.owned(owner, record), now)

    def create(
        self, session: Session, owner: Organization, record: records.Service, now: datetime, *, publish: bool = True
    ) -> None:
        """Raises IdTaken: of two at once one gets the id, whatever the isolation level."""
        _claim(session, record, owner.id, now)
        add(session, [record_created(owner.id, record.id, record.name, Author(owner.id, owner.name), now)])
        self.apply(session, owner, record, (), now, publish=publish)

    def audit_detail(self, change: ProposedChange[records.Service]) -> dict[str, str]:
        """Which fields of a service that was there."""
        return super().audit_detail(change) if change.own is not None else {}

    def remove(self, session: Session, resource: UUID, now: datetime, *, publish: bool) -> None:
        """A tombstone stays, and no import brings it back."""
        note_removal(session, self.resource_type, resource, session.get_one(Service, resource).organization_id, now)
        remove_service(session, resource, now, publish=publish)


SERVICES = EditableServices()


def own_service(session: Session, organization: UUID, service: UUID) -> OwnService:
    """Raises NotThere, Removed. The session's scope is the organisation's, or a coordinator's of its district."""
    row = session.get(Service, service, populate_existing=True)
    request = waiting_for(session, [service], "service").get(service)
    taken = row is not None and row.organization_id != organization
    if row is not None and row.deleted_at is not None and not taken:
        raise Removed(str(service))
    if (row is None or taken) and (request is None or request.organization_id != organization):
        raise NotThere(str(service))
    own = _to_own_service(None if taken else row, request, _refused(session, [service]).get(service))
    return replace(own, taken=taken)


def own_services(session: Session, organization: UUID) -> list[OwnService]:
    """All of them by name, those that wait to be put into the directory included."""
    theirs = select(Service).where(Service.organization_id == organization, Service.deleted_at.is_(None))
    rows = {row.id: row for row in session.scalars(theirs)}
    new = select(ChangeRequest).where(
        ChangeRequest.organization_id == organization,
        ChangeRequest.decided_at.is_(None),
        ChangeRequest.resource_type == "service",
    )
    requests = {request.resource_id: request for request in session.scalars(new)}
    ids = rows.keys() | requests.keys()
    refused = _refused(session, list(ids))
    found = [_to_own_service(rows.get(each), requests.get(each), refused.get(each)) for each in ids]
    return sorted(found, key=lambda each: (each.record.name.casefold(), each.id))


def _to_own_service(row: Service | None, request: ChangeRequest | None, refused: ChangeRequest | None) -> OwnService:
    live: Json = readable_record(row.record) if row is not None else {}
    record = load_stored_service(with_waiting(live, request))
    return OwnService(
        id=record.id,
        live=live,
        shown=live,
        record=record,
        tag=tag_of(row.version if row is not None else 0, request),
        waiting=request,
        modified_at=row.modified_at if row is not None else _asked_at(request),
        public=row is not None and row.public,
        refused=None if request else refused,
    )


def _asked_at(request: ChangeRequest | None) -> datetime:
    if request is None:
        raise LookupError("neither a row nor a request")
    return request.asked_at


def _refused(session: Session, resources: Sequence[UUID]) -> dict[UUID, ChangeRequest]:
    """The last decision about each, where it was a refusal."""
    of_these = select(ChangeRequest).where(
        ChangeRequest.resource_id.in_(resources),
        ChangeRequest.resource_type == "service",
        ChangeRequest.decided_at.is_not(None),
    )
    newest = of_these.ext(distinct_on(ChangeRequest.resource_id))
    rows = session.scalars(newest.order_by(ChangeRequest.resource_id, ChangeRequest.decided_at.desc()))
    return {request.resource_id: request for request in rows if request.decision == "refused"}


def _claim(session: Session, record: records.Service, owner: UUID, now: datetime) -> None:
    blank: dict[str, Any] = {"record": {}, "name": "", "status": "active", "search_text": ""}
    row = insert(Service).values(id=record.id, organization_id=owner, modified_at=now, **blank)
    taken = session.execute(row.on_conflict_do_nothing(index_elements=["id"]).returning(Service.id)).first()
    if taken is None:
        raise IdTaken(str(record.id))
