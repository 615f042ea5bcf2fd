"""Table definitions of the kit, the same in every service's database.

`outbox` and `inbox` carry events, `audit_entry` and `audit_checkpoint` the append-only log, `audit_check` what readers
of the log asked to have verified, `throttle` the rate limits, `revoked_session`, `session_heartbeat` and
`session_activity` what a session check needs, `idempotency_key` the replays, `survivor_change` which rows the survivor
log has not told yet, `clock_note` when the worker was at work, `installation` whether all of it is a trial. None holds
anything about a person who was referred. All instants are timestamptz.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
AUDIT_LOOK = "right(action, 5) IN ('.read', '.list')"
REFUSED_OUTCOMES = ("403", "404", "denied", "refused", "failed")
AUDIT_REFUSAL = f"outcome IN {REFUSED_OUTCOMES!r}"
"""Conditions on `audit_entry` that have an index of their own, which a query finds by the same words."""
_instant = DateTime(timezone=True)

outbox = Table(
    "outbox",
    metadata,
    # the order within a subject; never a cursor: numbers are taken before commit, so they become visible out of order
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),  # the CloudEvent as it goes out
    Column("created_at", _instant, nullable=False, server_default=text("clock_timestamp()")),
    Column("published_at", _instant),
    Column("refusals", Integer, nullable=False, server_default=text("0")),  # returned as unroutable, or nacked
    Column("retry_at", _instant),
    Column("refused_because", Text),
    Index("outbox_unpublished", "position", postgresql_where=text("published_at IS NULL")),
    Index("outbox_refused", "subject", postgresql_where=text("published_at IS NULL AND retry_at IS NOT NULL")),
    Index("outbox_published", "published_at", postgresql_where=text("published_at IS NOT NULL")),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("type", Text, nullable=False, server_default=text("''")),
    Column("subject", Text, nullable=False, server_default=text("''")),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", _instant),
    Column("error", Text),  # the error's type and place; never its message, which may quote data
    Column("body", LargeBinary),  # kept while it waits or is parked
    Column("received_at", _instant, nullable=False, server_default=text("clock_timestamp()")),
    Column("handled_at", _instant),
    CheckConstraint("state IN ('done', 'waiting', 'parked')", name="inbox_state"),
    CheckConstraint("state = 'done' OR body IS NOT NULL", name="inbox_body"),
    Index("inbox_waiting", "subject", "position", postgresql_where=text("state = 'waiting'")),
    Index("inbox_parked", "position", postgresql_where=text("state = 'parked'")),
    Index("inbox_done", "handled_at", postgresql_where=text("state = 'done'")),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("at", _instant, nullable=False),
    Column("action", Text, nullable=False),
    Column("actor", Uuid),
    Column("organization", Uuid),
    Column("object_type", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("correlation_id", Text, nullable=False, server_default=text("''")),
    Column("detail", JSONB, nullable=False, server_default=text("'{}'")),
    # filled once, by the worker
    Column("sequence", BigInteger, unique=True),
    Column("hash", LargeBinary),
    CheckConstraint("(sequence IS NULL) = (hash IS NULL)", name="audit_entry_chained_whole"),
    Index("audit_entry_unchained", "position", postgresql_where=text("sequence IS NULL")),
    # for reading, the newest first: all, or by one id, or one of two kinds
    Index("audit_entry_at", "at", "position"),
    Index("audit_entry_actor", "actor", "at", "position"),
    Index("audit_entry_organization", "organization", "at", "position"),
    Index("audit_entry_object", "object_id", "at", "position"),
    Index("audit_entry_look", "at", "position", postgresql_where=text(AUDIT_LOOK)),
    Index("audit_entry_refusal", "at", "position", postgresql_where=text(AUDIT_REFUSAL)),
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("sequence", BigInteger, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("signed_at", _instant, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

audit_check = Table(
    "audit_check",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("asked_at", _instant, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    # filled by the worker, step by step
    Column("until", BigInteger),
    Column("checked", BigInteger, nullable=False, server_default=text("0")),
    Column("head", LargeBinary),
    Column("signed", BigInteger, nullable=False, server_default=text("0")),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("finished_at", _instant),
    # one at a time
    Index("audit_check_unfinished", text("(true)"), unique=True, postgresql_where=text("finished_at IS NULL")),
)

throttle = Table(
    "throttle",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("key_digest", LargeBinary, primary_key=True),
    Column("window_end", _instant, nullable=False),
    Column("count", Integer, nullable=False),
    Index("throttle_window_end", "window_end"),
)

revoked_session = Table(
    "revoked_session",
    metadata,
    Column("session_id", Uuid, primary_key=True),  # claim `sid`, or `mid` of a membership that ended
    Column("expires_at", _instant, nullable=False),
    Index("revoked_session_expires_at", "expires_at"),
)

session_heartbeat = Table(
    "session_heartbeat",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    Column("as_of", _instant, nullable=False),  # every revocation that was committed before is in `revoked_session`
    CheckConstraint("single", name="session_heartbeat_one_row"),
)

clock_note = Table(
    "clock_note",
    metadata,
    Column("noted_at", _instant, primary_key=True),
)

installation = Table(
    "installation",
    metadata,
    Column("is_trial", Boolean, primary_key=True),
)

session_activity = Table(
    "session_activity",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("last_used_at", _instant, nullable=False),
    Index("session_activity_last_used_at", "last_used_at"),
)

survivor_change = Table(
    "survivor_change",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("table_name", Text, nullable=False),
    Column("row_id", Text, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("account", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("resource_id", Uuid),
    Column("created_at", _instant, nullable=False),
    Index("idempotency_key_created_at", "created_at"),
)
