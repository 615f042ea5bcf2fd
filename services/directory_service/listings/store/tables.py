"""The public directory: organisations, places, services, and the answers that are kept ready-made.

`record` is the truth (see `domain.records`); `summary`, `document` (JSON bytes, HSDS 3.2.3) and `snapshot` (event data)
are computed from it in the transaction that changes it, so that reading is a look-up. `version` counts changes of what
the public can see, and only those: it is the ETag and the event's version, so a change of a confidential address moves
neither. The exact address of a confidential place stands in `location_confidential` alone, behind row-level security.
A deleted row stays as a tombstone without content.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base

#: Readable by everyone by design; writing is still limited by policies.
PUBLIC_TABLES = frozenset(
    {"state", "district", "organization", "location", "service", "service_at_location", "taxonomy", "taxonomy_term"}
)

Json = dict[str, Any]


class State(Base):
    """A state or union territory by its code in the Local Government Directory."""

    __tablename__ = "state"
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    iso: Mapped[str] = mapped_column(server_default=text("''"))  # ISO 3166-2


class District(Base):
    """A district by its code in the Local Government Directory. `names` by language."""

    __tablename__ = "district"
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state_code: Mapped[int] = mapped_column(ForeignKey("state.code"), index=True)
    name: Mapped[str]
    names: Mapped[Json] = mapped_column(JSONB, server_default=text("'{}'"))


class Published:
    """What organisations and services have in common: a record, its answers, and the version that the public sees."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(server_default=text("''"))  # the package that brought it; '' for edits
    record: Mapped[Json] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default=text("0"))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''"))
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    summary: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    snapshot: Mapped[Json | None] = mapped_column(JSONB, deferred=True)
    modified_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Organization(Published, Base):
    """A provider, police unit, court, prison or coordinating body."""

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("kind IN ('provider','police_unit','court','prison','coordinating_body')", name="kind"),
        CheckConstraint("status IN ('pending','active','suspended')", name="status"),
        UniqueConstraint("id", "kind", "district_code", name="organization_id_kind_district_key"),
        Index("organization_public_idx", "id", postgresql_where=text("public")),
        Index("organization_source_idx", "source"),
    )
    kind: Mapped[str]
    status: Mapped[str]
    name: Mapped[str]
    district_code: Mapped[int] = mapped_column(index=True)
    established_at: Mapped[datetime | None]  # until then an active provider is new: domain.standing


class Location(Base):
    """A place of an organisation. `record` never holds the exact address of a confidential one."""

    __tablename__ = "location"
    __table_args__ = (Index("location_source_idx", "source"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    source: Mapped[str] = mapped_column(server_default=text("''"))
    record: Mapped[Json] = mapped_column(JSONB)
    confidential: Mapped[bool]
    modified_at: Mapped[datetime]


class LocationConfidential(Base):
    """The exact fields of a confidential place; its own organisation and the worker see them, nobody else."""

    __tablename__ = "location_confidential"
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    exact: Mapped[Json] = mapped_column(JSONB)


class Service(Published, Base):
    """A service. The columns beside the record are what searching filters by."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("accepting IN ('open','waiting_list','closed')", name="accepting"),
        Index("service_public_idx", "id", postgresql_where=text("public")),
        Index("service_districts_idx", "districts", postgresql_using="gin"),
        Index("service_needs_idx", "needs", postgresql_using="gin"),
        Index("service_term_ids_idx", "term_ids", postgresql_using="gin"),
        Index("service_source_idx", "source"),
    )
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str]
    status: Mapped[str]
    accepting: Mapped[str]
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    districts: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    search_text: Mapped[str] = mapped_column(deferred=True)  # names in all languages, lower case
    # the taxonomy terms that its document uses
    term_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"), deferred=True)


class ServiceAtLocation(Base):
    """A service at a place, with its two ready-made answers. Its id is computed from the two."""

    __tablename__ = "service_at_location"
    __table_args__ = (Index("service_at_location_public_idx", "id", postgresql_where=text("public")),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[UUID] = mapped_column(ForeignKey("location.id"), index=True)
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
    taxonomy_id: Mapped[UUID] = mapped_column(ForeignKey("taxonomy.id"), index=True)
    code: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    document: Mapped[bytes] = mapped_column(LargeBinary)
