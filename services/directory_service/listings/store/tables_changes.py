"""The change feed: one row a public object, which gets a new number each time the public sees it change.

Database triggers note the change in the transaction that makes it (`number` is then NULL); `change_feed.py` numbers it
after the commit. The row says *that* something changed, never what: readers look at the object's own row, so whatever
was scrubbed there is gone from the feed as well.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base

#: The objects that have an address of their own, by the names of their tables, which are HSDS's.
KINDS = ("organization", "service", "service_at_location", "taxonomy", "taxonomy_term")


class Change(Base):
    """`number` is NULL until the worker has given one; it only grows, also for the same object.

    `shown_at`: not before this time did every reader see the change; NULL while some may not. Lists that are asked for
    what is new since a time compare with it: no other time is known to be later than the moment of being seen.
    `public`: whether the public sees the object; False: no longer (deleted or withdrawn); NULL: it never did, so no
    public reader hears of it.
    """

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        Index("change_waiting_idx", "noted_at", postgresql_where=text("number IS NULL")),
        Index("change_kind_idx", "kind", "number"),
        Index("change_unseen_idx", "number", postgresql_where=text("shown_at IS NULL")),
        Index("change_gone_idx", "number", postgresql_where=text("NOT public")),
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    noted_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    shown_at: Mapped[datetime | None]
    public: Mapped[bool | None]


class ChangeFeed(Base):
    """One row: the feed's name (another database has another one), the last number given, and when that was."""

    __tablename__ = "change_feed"
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    last: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    numbered_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
