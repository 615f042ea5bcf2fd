"""Table of invitations: roles that are offered, and become memberships only when their person accepts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class Invitation(Base):
    """A role that an organisation offers to whoever has a user name; a membership only once that person accepts.

    `account_id` is None where there is no such account on the role's side; whoever invites is never told. One that was
    refused stays open to them until `ends_at`, for the same reason. `hands`: the two who gave a role that takes two.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("answer IN ('accepted', 'refused')", name="answer"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index("invitation_account_idx", "account_id"),
        Index(
            "invitation_open_key",
            "organization_id",
            "user_name",
            "role",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND answer IS DISTINCT FROM 'accepted'"),
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id", name="invitation_organization_fkey"))
    role: Mapped[str]
    districts: Mapped[list[int]]
    user_name: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", name="invitation_account_fkey"))
    sent_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    hands: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
