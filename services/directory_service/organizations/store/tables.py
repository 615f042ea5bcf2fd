"""What every subject shares: states, districts, and organisations of each kind.

`Published` is what an organisation and a service have in common: the record, the answers that are computed from it in
the transaction that changes it, and the version that the public sees. A deleted row stays as a tombstone.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base

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
    # the record as the last import had it, by which the next one tells what was edited here
    imported: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True), deferred=True)
    version: Mapped[int] = mapped_column(server_default=text("0"))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''"))
    public: Mapped[bool] = mapped_column(server_default=text("false"))
    summary: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    document: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    snapshot: Mapped[Json | None] = mapped_column(JSONB, deferred=True)
    modified_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Organization(Published, Base):
    """A provider, police unit, court, prison or coordinating body.

    `staffed`: the roles that have somebody who can sign in (null: never worked out); `stands_in_for`: the districts
    that fall to a state's body. Both are written by `settle_staffing` alone, never shown to the public, and moved by
    `staffing_version`, so that no version which the public sees tells of them. `code`: the state's own, by which files
    name it; `parent_id`: the unit above, which may lie in another district; `successor_id`: who goes on with its work.
    """

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("kind IN ('provider','police_unit','court','prison','coordinating_body')", name="kind"),
        CheckConstraint("status IN ('pending','active','refused','suspended','closing','closed')", name="status"),
        CheckConstraint("level IN ('state','district','sub_division','station')", name="level"),
        CheckConstraint("level IS NULL OR kind = 'police_unit'", name="level_of_police"),
        UniqueConstraint("id", "kind", "district_code", name="organization_id_kind_district_key"),
        Index("organization_public_idx", "id", postgresql_where=text("public")),
        Index("organization_source_idx", "source"),
        Index("organization_code_idx", "code"),
    )
    kind: Mapped[str]
    status: Mapped[str]
    name: Mapped[str]
    district_code: Mapped[int] = mapped_column(index=True)
    established_at: Mapped[datetime | None]  # until then an active provider is new: domain.approval
    staffed: Mapped[list[str] | None] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    stands_in_for: Mapped[list[int]] = mapped_column(server_default=text("'{}'"))
    staffing_version: Mapped[int] = mapped_column(server_default=text("0"))
    level: Mapped[str | None]
    code: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    opened_on: Mapped[date | None]
    refused_because: Mapped[str | None]  # a code of standing.REFUSED_BECAUSE
    made_by: Mapped[UUID | None]  # the account that entered a provider, which another one approves
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organization.id"))
    suspended_since: Mapped[datetime | None]  # None also where a process of 0.1.0 suspended it
    closing_since: Mapped[datetime | None]
