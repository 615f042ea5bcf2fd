"""The public directory: places, services, taxonomies, their history, and the answers that are kept ready-made.

`record` is the truth (see `domain.records`); `summary`, `document` (JSON bytes, HSDS 3.2.3) and `snapshot` (event data)
are computed from it in the transaction that changes it, so that reading is a look-up. `version` counts changes of what
the public can see, and only those: it is the ETag and the event's version, so a change of a confidential address moves
neither. The exact address of a confidential place stands in `location_confidential` alone, behind row-level security.
A deleted row stays as a tombstone without content. The history says which organisation changed what; no table here has
a person. When a place turns confidential its rows, and those of the services given there, are deleted: an old value
may tell where it is.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from directory_service.organizations.store.tables import Published

#: Readable by everyone by design; writing is still limited by policies.
PUBLIC_TABLES = frozenset(
    {"state", "district", "organization", "location", "service", "service_at_location", "taxonomy", "taxonomy_term"}
)

Json = dict[str, Any]


class Location(Base):
    """A place of an organisation. `record` never holds the exact address of a confidential one."""

    __tablename__ = "location"
    __table_args__ = (
        Index("location_source_idx", "source"),
        Index(
            "location_shared_idx",
            text("(record ->> 'shared_id')"),
            postgresql_where=text("(record ->> 'shared_id') IS NOT NULL"),
        ),
        Index("location_confidential_idx", "id", postgresql_where=text("confidential")),
        Index("location_hidden_of_late_idx", "modified_at", postgresql_where=text("confidential")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    source: Mapped[str] = mapped_column(server_default=text("''"))
    record: Mapped[Json] = mapped_column(JSONB)
    imported: Mapped[Json | None] = mapped_column(
        JSONB(none_as_null=True), deferred=True
    )  # {} once it was confidential
    confidential: Mapped[bool]
    modified_at: Mapped[datetime]


class LocationConfidential(Base):
    """The exact fields of a confidential place; its own organisation and the worker see them, nobody else."""

    __tablename__ = "location_confidential"
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID]
    exact: Mapped[Json] = mapped_column(JSONB)


class LocationCopy(Base):
    """An organisation's copy of a place that its publisher has for several; `id` is its key (`domain.location_copies`).

    A row outlives its place, so that an import knows again what its provider took out.
    """

    __tablename__ = "location_copy"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    copy_id: Mapped[UUID] = mapped_column(unique=True)


class Service(Published, Base):
    """A service. The columns beside the record are what lists from the database and reminders filter by."""

    __tablename__ = "service"
    __table_args__ = (
        Index("service_public_idx", "id", postgresql_where=text("public")),
        Index("service_term_ids_idx", "term_ids", postgresql_using="gin"),
        Index("service_source_idx", "source"),
    )
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    status: Mapped[str]
    search_text: Mapped[str] = mapped_column(deferred=True)  # names in all languages, lower case
    # the taxonomy terms that its document uses
    term_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"), deferred=True)


class ServiceAtLocation(Base):
    """A service at a place, with its two ready-made answers. Its id is computed from the two."""

    __tablename__ = "service_at_location"
    __table_args__ = (Index("service_at_location_public_idx", "id", postgresql_where=text("public")),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), index=True)
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    summary: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    modified_at: Mapped[datetime]


class Taxonomy(Base):
    """A list of terms."""

    __tablename__ = "taxonomy"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)


class TaxonomyTerm(Base):
    """A term of a taxonomy."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (UniqueConstraint("taxonomy_id", "code"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    taxonomy_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy.id"))
    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    document: Mapped[bytes] = mapped_column(LargeBinary)


class ListingHistory(Base):
    """One field of one change that is public, or will be with its organisation; `before`, `after` may be JSON null."""

    __tablename__ = "listing_history"
    __table_args__ = (
        CheckConstraint("resource_type IN ('service','location','organization')", name="resource_type"),
        CheckConstraint("action IN ('create','update')", name="action"),
        Index("listing_history_resource_idx", "resource_id", "id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)  # UUIDv7: newest last
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    resource_type: Mapped[str]
    resource_id: Mapped[UUID]
    action: Mapped[str]
    field: Mapped[str]
    before: Mapped[Any] = mapped_column(JSONB)
    after: Mapped[Any] = mapped_column(JSONB)
    at: Mapped[datetime]
    changed_by: Mapped[UUID | None]  # an organisation; none for an import
    changed_by_name: Mapped[str]  # its name then, or the source of the import


class ChangeRequest(Base):
    """A change by a new provider: `changes` is a list of {field, before, after}. One waits a resource, at most.

    Two new providers may ask to put in a service with the same id; the one that is approved first gets it.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint("resource_type IN ('service','location','organization')", name="resource_type"),
        CheckConstraint("decision IN ('approved','refused','taken_back')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index(
            "change_request_waiting_key",
            *("organization_id", "resource_id"),
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index("change_request_organization_idx", "organization_id", "asked_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    resource_type: Mapped[str]
    resource_id: Mapped[UUID]
    creates: Mapped[bool]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int]  # grows with each edit while it waits
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    reason: Mapped[str | None]  # of domain.approval.REFUSALS


class RemovedListing(Base):
    """A service or place that its own provider took out: an import does not bring it back. Nothing of it is kept.

    `id` is that of the service or place unless a row has it already, as the release before reads it.
    """

    __tablename__ = "removed_listing"
    __table_args__ = (
        CheckConstraint("resource_type IN ('service','location')", name="resource_type"),
        Index(
            "removed_listing_once", "organization_id", "resource_type", text("coalesce(resource_id, id)"), unique=True
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    resource_type: Mapped[str]
    resource_id: Mapped[UUID | None]  # None: the release before wrote the row and means `id`
    removed_at: Mapped[datetime]


class ConfirmationReminder(Base):
    """That a provider was reminded of a listing which nobody had confirmed since `since`: once a lapse."""

    __tablename__ = "confirmation_reminder"
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[date]
