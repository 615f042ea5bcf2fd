"""Template of an edit: what services, locations and the organisation have in common when their own provider edits them.

`tag` names what was seen: the version that the public sees, and after a hyphen the version of what waits, if anything
does. Whoever changes something says which tag it was made from, so nobody overwrites what they have not seen. Each kind
is a subclass with its table, reader, writer and rules; `edit_resource` is the one way through them. Not for an import,
which writes without asking anybody.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import waits
from directory_service.listings.domain.history import (
    Author,
    Difference,
    applied,
    differences,
)
from directory_service.listings.domain.record_table import RecordTable
from directory_service.listings.store.history import add, record_changes
from directory_service.listings.store.tables import (
    ChangeRequest,
    Location,
    Service,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal

Json = dict[str, Any]
Record = TypeVar("Record")
EditableRow = Organization | Service | Location


class NotThere(LookupError):
    """The organisation has no such service, location or change request."""


class Removed(NotThere):
    """The service was there, and was taken out of the directory."""


class IdTaken(Exception):
    """The id of something new is taken, by whomever, or was and is deleted."""


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
class OwnResource(Generic[Record]):
    """A record as its own provider edits it. `record` holds what waits.

    `live` is the record in force, empty for something that is not there yet; `shown` the part of it that a coordinator
    may see.
    """

    id: UUID
    live: Json
    shown: Json
    record: Record
    tag: str
    waiting: ChangeRequest | None


@dataclass(frozen=True)
class ProposedChange(Generic[Record]):
    """What the provider `owner` wants: `record` instead of `own` (None: a new one); `fields` differ between the two.

    `session` is in the transaction that does it, and holds the owner's lock.
    """

    session: Session
    owner: Organization
    own: OwnResource[Record] | None
    record: Record
    fields: Sequence[Difference]

    @property
    def live(self) -> Json:
        """The record in force until now."""
        return self.own.live if self.own is not None else {}

    @property
    def joins(self) -> bool:
        """Whether a change of the same resource waits already."""
        return self.own is not None and self.own.waiting is not None

    @property
    def names(self) -> frozenset[str]:
        """The record's own fields that differ."""
        return frozenset(each.top for each in self.fields)


class Editable(ABC, Generic[Record]):
    """One kind of resource: how it is loaded, read, written, checked and put in force.

    `resource_type` stands in requests and history; `audited_as`, `created_as` begin the actions in the audit log.
    """

    resource_type: str
    audited_as: str
    created_as: str
    table: type[EditableRow]
    fields: RecordTable[Record]

    def lock(self, session: Session, organization: UUID) -> Organization:
        """`lock_provider`, after whatever else a change of this kind locks. Raises NotThere."""
        return lock_provider(session, organization)

    @abstractmethod
    def load(self, session: Session, organization: UUID, resource: UUID) -> OwnResource[Record]:
        """Raises NotThere, Removed. The session's scope is the organisation's."""

    @abstractmethod
    def judged(self, row: Any) -> tuple[Json, object]:
        """What a coordinator sees of a row of `table`: the record in force and its version."""

    def read(self, record: Json) -> Record:
        """The typed record of stored JSON, which is not judged again: it was when it came in."""
        return self.fields.load(record)

    def write(self, record: Record) -> Json:
        """The JSON that is stored, defaults left out; of a confidential place with the exact address."""
        return self.fields.write(record)

    def owned(self, owner: Organization, record: Any) -> Record:
        """The record with the fields that a provider does not change: it stays this organisation's."""
        owned: Record = replace(record, organization_id=owner.id)
        return owned

    def settled(self, _session: Session, _before: Record, record: Record) -> Record:
        """The record with what follows from the fields that were edited; of a new one both are the same."""
        return record

    @abstractmethod
    def check(self, change: ProposedChange[Record]) -> None:
        """Raises the kind's own errors, where what the record refers to is not there."""

    @abstractmethod
    def store(self, session: Session, owner: Organization, record: Record, now: datetime) -> None:
        """Write the row."""

    def in_force(self, change: ProposedChange[Record]) -> Json | None:
        """The record as it stands at once, which may lack what waits; None where all of the change waits."""
        owner = change.owner
        new = waits(owner.status, change.names, established=owner.established_at is not None, joins=change.joins)
        if new or (change.own is not None and not change.live):
            return None
        return applied(change.live, change.fields)

    def apply(
        self,
        session: Session,
        owner: Organization,
        record: Record,
        changes: Sequence[Difference],
        now: datetime,
        *,
        publish: bool = True,
    ) -> None:
        """Write the row, its history, and what the public and the other services are told; `owner` is locked.

        `publish` False: the caller changes several, and calls `publish_listing` once when all are written.
        """
        resource = (self.resource_type, UUID(self.write(record)["id"]))
        by = Author(owner.id, owner.name)
        add(session, record_changes(owner.id, resource, self.told(record, changes), by, now))
        self.store(session, owner, record, now)
        if publish:
            publish_listing(session, owner, now)

    def create(
        self, session: Session, owner: Organization, record: Record, now: datetime, *, publish: bool = True
    ) -> None:
        """The same for a record that is new. Raises the kind's own error where its id is taken."""
        self.apply(session, owner, record, differences({}, self.write(record)), now, publish=publish)

    def told(self, _record: Record, changes: Sequence[Difference]) -> Sequence[Difference]:
        """What the history may say."""
        return changes

    def forgets_requests(self, _record: Record) -> bool:
        """Whether what was asked for before must not be read any more."""
        return False

    def audit_detail(self, change: ProposedChange[Record]) -> dict[str, str]:
        """Names of fields and flags, never a value."""
        return {"fields": " ".join(sorted(change.names))}


def tag_of(version: object, request: ChangeRequest | None) -> str:
    """What an editor saw."""
    return f"{version}-{request.version}" if request else str(version)


def changes_of(request: ChangeRequest) -> tuple[Difference, ...]:
    """What a request asks for."""
    return tuple(Difference(each["field"], each["before"], each["after"]) for each in request.changes)


def with_waiting(live: Json, request: ChangeRequest | None) -> Json:
    """The record in force with what waits laid over it."""
    return applied(live, changes_of(request)) if request else live


def waiting_for(session: Session, resources: Sequence[UUID], resource_type: str) -> dict[UUID, ChangeRequest]:
    """The requests that wait for a decision, by what they change."""
    these = (ChangeRequest.resource_id.in_(resources), ChangeRequest.resource_type == resource_type)
    wanted = select(ChangeRequest).where(*these, ChangeRequest.decided_at.is_(None))
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return {request.resource_id: request for request in rows}


def lock_provider(session: Session, organization: UUID) -> Organization:
    """The provider's row, locked: whoever changes its listing does so alone. Raises NotThere."""
    row = session.get(Organization, organization, with_for_update=True, populate_existing=True)
    if row is None or row.deleted_at is not None or row.kind != "provider":
        raise NotThere(str(organization))
    return row
