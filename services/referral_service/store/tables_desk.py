"""Tables of the data officer's desk: one record a request, its steps, what is sealed of it, and codes that wait.

Nothing that can be read here leads to a referral: what a demand or an emergency names lies sealed in `desk_detail`
under a record key of its own, and `desk_code`, which the web cannot read, is empty again within seconds.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from referral_service.store.metadata import metadata

_instant = DateTime(timezone=True)

desk_request = Table(
    "desk_request",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("audience", ARRAY(Integer), nullable=False),  # the state's districts, whose data officers may read it
    Column("opened_at", _instant, nullable=False),
    Column("opened_by", Uuid, nullable=False),
    Column("due_at", _instant),
    Column("first_by", Uuid),
    Column("first_at", _instant),
    Column("first_answer", Text),
    Column("first_reason", Text),
    Column("second_by", Uuid),
    Column("second_at", _instant),
    Column("second_answer", Text),
    Column("second_reason", Text),
    Column("given", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("closed_at", _instant),
    Column("version", Integer, nullable=False),
    CheckConstraint("second_by IS NULL OR first_by IS NOT NULL", name="desk_request_first_decides_first"),
    CheckConstraint("first_by <> second_by", name="desk_request_two_people"),
    Index("desk_request_open", "due_at", postgresql_where=text("closed_at IS NULL")),
    Index("desk_request_newest", "opened_at", "id"),
)

desk_detail = Table(
    "desk_detail",
    metadata,
    Column("request_id", Uuid, ForeignKey("desk_request.id", ondelete="CASCADE"), primary_key=True),
    Column("kek_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("desk_detail_kek", "kek_id", "request_id"),
)

desk_step = Table(
    "desk_step",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("request_id", Uuid, ForeignKey("desk_request.id", ondelete="CASCADE"), nullable=False),
    Column("at", _instant, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("step", Text, nullable=False),
    Index("desk_step_request", "request_id", "at", "id"),
)

desk_code = Table(
    "desk_code",
    metadata,
    Column("request_id", Uuid, ForeignKey("desk_request.id", ondelete="CASCADE"), primary_key=True),
    Column("code_mac", LargeBinary, nullable=False),  # until the queue has it no more
)
