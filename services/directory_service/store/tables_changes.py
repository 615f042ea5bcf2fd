"""The change feed: one row an organisation or service, which gets a new number each time the public sees it change.

Database triggers note the change in the transaction that makes it (`number` is then NULL); `store.changes` numbers it
after the commit. The row says *that* something changed, never what: readers look at the object's own row, so whatever
was scrubbed there is gone from the feed as well.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.store.base import Base


class Change(Base):
    """`number` is NULL until the worker has given one; it only grows, also for the same object."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint("kind IN ('organization','service')", name="kind"),
        Index("change_waiting_idx", "noted_at", postgresql_where=text("number IS NULL")),
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    noted_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ChangeFeed(Base):
    """One row: the feed's name (another database has another one) and the last number given."""

    __tablename__ = "change_feed"
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    last: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
