"""Revocation list of sessions and memberships, kept in every service and looked up on every request.

Filled by the event of a session that was ended, so a revoked token stops working within the event's way even when
the service that signs people in is down. Whether the list is up to date says `session_heartbeat.py`. A row may go once
the token would have ended anyway (`forget_ended`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service_kit.db.engine import Database
from service_kit.db.tables import revoked_session, session_activity, session_heartbeat
from service_kit.envelope import Event

_USED = select(session_activity.c.last_used_at).where(session_activity.c.session_id == bindparam("session"))
_LOOK_UP = select(
    exists().where(revoked_session.c.session_id.in_([bindparam("session"), bindparam("membership")])),
    _USED.scalar_subquery(),
    select(session_heartbeat.c.as_of).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class SessionState:
    """What this service knows of a session: whether it, or its membership, was revoked; its last use here (UTC).

    `told_until`: whatever was revoked before this instant is known here; None before the first heartbeat.
    """

    revoked: bool
    last_used_at: datetime | None
    told_until: datetime | None


def look_up(db: Database, session_id: UUID, *, membership: UUID | None = None) -> SessionState:
    """What is known of a session, in a membership; one SELECT in autocommit. Raises DBAPIError."""
    parameters = {"session": session_id, "membership": membership or session_id}
    [(revoked, used, told_until)] = db.fetch_committed(_LOOK_UP, parameters)
    return SessionState(revoked=revoked, last_used_at=used, told_until=told_until)


def touch(db: Database, session_id: UUID, now: datetime) -> None:
    """Note that a person used the session now; never moves the time back. Stays whatever becomes of the request."""
    statement = insert(session_activity).values(session_id=session_id, last_used_at=now)
    later = statement.excluded.last_used_at > session_activity.c.last_used_at
    db.execute_committed(
        statement.on_conflict_do_update(
            index_elements=["session_id"], set_={"last_used_at": statement.excluded.last_used_at}, where=later
        )
    )


def revoke(session: Session, session_id: UUID, expires_at: datetime) -> None:
    """Write the revocation row of a session or a membership, once; for own acts and for the event."""
    session.execute(
        insert(revoked_session).values(session_id=session_id, expires_at=expires_at).on_conflict_do_nothing()
    )


def on_session_revoked(session: Session, event: Event) -> None:
    """Consumer handler of the event of a session that was ended.

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
