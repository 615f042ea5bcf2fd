"""Tables of grants: roles that wait for their second person, and whose slips let an account in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class GrantRequest(Base):
    """A role that one person proposes for somebody and another confirms; then the first prints the slip.

    `invites`: the person has an account, named by its user name alone. Gone 90 days after `expires_at`.
    """

    __tablename__ = "grant_request"
    __table_args__ = (
        CheckConstraint("role IN ('custody_health', 'data_officer')", name="role"),
        CheckConstraint("decision IN ('approved', 'refused')", name="decision"),
        CheckConstraint("decided_by <> asked_by OR decision = 'refused'", name="two_people"),
        CheckConstraint("done_at IS NULL OR decision = 'approved'", name="done_once_approved"),
        Index("grant_request_organization_idx", "organization_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", name="grant_request_organization_fkey"))
    role: Mapped[str]
    invites: Mapped[bool]
    user_name: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    mail: Mapped[str]
    language: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    done_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]


class LetIn(Base):
    """`hand` may be who uses the account: it printed a slip for it or gave it its role, or did so for one who did.

    `ends_at` None: for good.
    """

    __tablename__ = "let_in"
    __table_args__ = (UniqueConstraint("account_id", "hand", name="let_in_account_hand_key"),)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", name="let_in_account_fkey"))
    hand: Mapped[UUID]
    ends_at: Mapped[datetime | None]
