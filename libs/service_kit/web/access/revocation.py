"""Revocation list of sessions and memberships, local to every service, looked up on every request.

Filled by the event `directory.session.revoked.v1`, so a revoked token stops working within the event's way even when
the directory is down. A row may go once the token would have ended anyway (`forget_ended`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.db.engine import Database, Scope
from service_kit.db.tables import revoked_session, session_activity
from service_kit.messaging.envelope import Event

_LOOK_UP: LiteralString = (
    "SELECT EXISTS (SELECT 1 FROM revoked_session WHERE session_id IN ('{0}', '{1}')),"
    " extract(epoch FROM (SELECT last_used_at FROM session_activity WHERE session_id = '{0}'))"
)


@dataclass(frozen=True, slots=True)
class SessionState:
    """What this service knows of a session: whether it, or its membership, was revoked; its last use here (UTC)."""

    revoked: bool
    last_used_at: datetime | None


def look_up(
    db: Database, session_id: UUID, scope: Scope | None = None, *, membership: UUID | None = None
) -> SessionState:
    """What is known of a session, in a membership.

    One round trip, in which the thread's next transaction in the scope begins, on every request.

    Raises DBAPIError where the database is away. The web process ends what was begun when the request is over.
    """
    revoked, last_used = db.begin_ahead(
        scope or Scope(), _LOOK_UP.format(session_id, membership or session_id)
    )  # UUIDs go in
    used = None if last_used is None else datetime.fromtimestamp(float(last_used), UTC)
    return SessionState(revoked=revoked == "t", last_used_at=used)


def touch(db: Database, session_id: UUID, now: datetime) -> None:
    """Note that a person used the session now; never moves the time back. Stays whatever becomes of the request."""
    db.end_ahead()
    statement = insert(session_activity).values(session_id=session_id, last_used_at=now)
    later = statement.excluded.last_used_at > session_activity.c.last_used_at
    upsert = statement.on_conflict_do_update(
        index_elements=["session_id"], set_={"last_used_at": statement.excluded.last_used_at}, where=later
    )
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(upsert)


def revoke(session: Session, session_id: UUID, expires_at: datetime) -> None:
    """Write the revocation row of a session or a membership, once; for the directory's own acts and the event."""
    session.execute(
        insert(revoked_session).values(session_id=session_id, expires_at=expires_at).on_conflict_do_nothing()
    )


def on_session_revoked(session: Session, event: Event) -> None:
    """Consumer handler of `directory.session.revoked.v1`.

    Data: {"session_id", "expires_at" (RFC 3339), "version"} and, where a membership ended, "membership_id".
    """
    ends = datetime.fromisoformat(str(event.data["expires_at"]))
    for name in ("session_id", "membership_id"):
        if name in event.data:
            revoke(session, UUID(str(event.data[name])), ends)


def forget_ended(session: Session, now: datetime) -> None:
    """Drop rows that no token can need any more (a day's grace for clocks); for a worker's pruning."""
    session.execute(delete(revoked_session).where(revoked_session.c.expires_at < now - timedelta(days=1)))
    session.execute(delete(session_activity).where(session_activity.c.last_used_at < now - timedelta(days=1)))
