"""What editing leaves behind: the history of listings, changes that wait for a coordinator, reminders sent.

The history says which organisation changed what; no table here has a person. When a place turns confidential its rows,
and those of the services given there, are deleted: an old value may tell where it is.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


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
    reason: Mapped[str | None]  # of domain.standing.REFUSALS


class ConfirmationReminder(Base):
    """That a provider was reminded of a listing which nobody had confirmed since `since`: once a lapse."""

    __tablename__ = "confirmation_reminder"
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[date]
    reminded_at: Mapped[datetime]
