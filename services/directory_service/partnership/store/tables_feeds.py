"""Table of calendar feeds: secret addresses, as digests, each of one membership."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base


class CalendarFeed(Base):
    """An address under which a calendar reads the meetings of a membership's districts, until it is revoked."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index("calendar_feed_digest_key", "digest", unique=True),
        Index("calendar_feed_open_key", "membership_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    account_id: Mapped[UUID]
    organization_id: Mapped[UUID]
    role: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
