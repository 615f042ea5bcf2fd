"""A service as its own provider edits it: the record, with what waits for a coordinator laid over it.

`tag` names what was seen: the version that the public sees, and after a hyphen the version of what waits, if anything
does. Whoever changes something says which tag it was made from, so nobody overwrites what they have not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.history import (
    Difference,
    applied,
)
from directory_service.listings.store.tables import ChangeRequest, Service
from directory_service.listings.use_cases.load_stored_service import (
    readable,
    stored_service,
)
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal

Json = dict[str, Any]


class NotThere(LookupError):
    """The organisation has no such service, place or change request."""


class Removed(NotThere):
    """The service was there, and was taken out of the directory."""


class Stale(Exception):
    """Somebody changed it since; `tag` is the one in force."""

    def __init__(self, tag: str) -> None:
        super().__init__(tag)
        self.tag = tag


@dataclass(frozen=True)
class Editor:
    """Who changes a listing: the organisation stands in the history, the account (or key) in the audit log alone."""

    organization: UUID
    account: UUID

    @classmethod
    def of(cls, who: Principal) -> "Editor":
        """The signed-in person or program."""
        return cls(who.organization, who.account)


@dataclass(frozen=True)
class OwnService:
    """`record` holds what waits; `live` is the record that is in force, empty for a service that is not there yet.

    `taken`: such a service can only be taken back, for another provider's has its id meanwhile.
    """

    id: UUID
    live: Json
    record: records.Service
    tag: str
    modified_at: datetime
    public: bool
    waiting: ChangeRequest | None
    refused: ChangeRequest | None
    taken: bool = False


def own_service(session: Session, organization: UUID, service: UUID) -> OwnService:
    """Raises NotThere, Removed. The session's scope is the organisation's, or a coordinator's of its district."""
    row = session.get(Service, service, populate_existing=True)
    request = waiting_for(session, [service]).get(service)
    taken = row is not None and row.organization_id != organization
    if row is not None and row.deleted_at is not None and not taken:
        raise Removed(str(service))
    if (row is None or taken) and (request is None or request.organization_id != organization):
        raise NotThere(str(service))
    own = _own(None if taken else row, request, _refused(session, [service]).get(service))
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
    found = [_own(rows.get(each), requests.get(each), refused.get(each)) for each in ids]
    return sorted(found, key=lambda each: (each.record.name.casefold(), each.id))


def _own(row: Service | None, request: ChangeRequest | None, refused: ChangeRequest | None) -> OwnService:
    live: Json = readable(row.record) if row is not None else {}
    record = stored_service(applied(live, changes_of(request)) if request else live)
    version = row.version if row is not None else 0
    return OwnService(
        record.id,
        live,
        record,
        tag_of(version, request),
        row.modified_at if row is not None else _asked(request),
        public=row is not None and row.public,
        waiting=request,
        refused=None if request else refused,
    )


def tag_of(version: int, request: ChangeRequest | None) -> str:
    """What an editor saw."""
    return f"{version}-{request.version}" if request else str(version)


def changes_of(request: ChangeRequest) -> tuple[Difference, ...]:
    """What a request asks for."""
    return tuple(Difference(each["field"], each["before"], each["after"]) for each in request.changes)


def waiting_for(session: Session, resources: Sequence[UUID], kind: str = "service") -> dict[UUID, ChangeRequest]:
    """The requests that wait for a decision, by what they change; `kind` is its type."""
    these = (ChangeRequest.resource_id.in_(resources), ChangeRequest.resource_type == kind)
    wanted = select(ChangeRequest).where(*these, ChangeRequest.decided_at.is_(None))
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return {request.resource_id: request for request in rows}


def lock_provider(session: Session, organization: UUID) -> Organization:
    """The provider's row, locked: whoever changes its listing does so alone. Raises NotThere."""
    row = session.get(Organization, organization, with_for_update=True, populate_existing=True)
    if row is None or row.deleted_at is not None or row.kind != "provider":
        raise NotThere(str(organization))
    return row


def _asked(request: ChangeRequest | None) -> datetime:
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
