"""Tables of the registry: moves that wait for a second coordinator, and files that wait for a look."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class OrganizationMove(Base):
    """That a coordinator offers an organisation to another district; one waits an organisation, at most."""

    __tablename__ = "organization_move"
    __table_args__ = (
        CheckConstraint("decision IN ('agreed','refused','taken_back')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index(
            "organization_move_waiting_key",
            "organization_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    from_district: Mapped[int] = mapped_column(ForeignKey("district.code"))
    to_district: Mapped[int] = mapped_column(ForeignKey("district.code"))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]


class RegistryUpload(Base):
    """Somebody's file as it came, gone after a day; what it would change is worked out anew at each look."""

    __tablename__ = "registry_upload"
    __table_args__ = (
        CheckConstraint("kind IN ('units','members','strength')", name="kind"),
        Index("registry_upload_account_idx", "account_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sent_at: Mapped[datetime]
