"""Outbox table: events to publish, written in the transaction that changes the row they describe.

Either both are there or neither. The worker's relay publishes them soon after the commit (a NOTIFY that
the table's trigger sends on commit wakes it). Nothing else in Setu sends an event. An outbox row keeps the
event as it goes out; published ones are pruned after a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from service_kit.db.tables import outbox
from service_kit.envelope import Event, is_event_type
from service_kit.logs import correlation_id

KEEP_PUBLISHED = timedelta(days=7)
_ADD = text("INSERT INTO outbox (id, type, subject, body) VALUES (:id, :type, :subject, :body)")  # made once: it is hot


def add(session: Session, event: Event) -> None:
    """Record the event in the running transaction, with the correlation id of the current work.

    Within a subject events go out in the order of this call, provided that the changed row is locked by
    then: what is pending in the session is flushed first, so the row's UPDATE comes before its event.
    Raises ValueError for what is not the name of a type.
    """
    if not is_event_type(event.type):
        raise ValueError(f"{event.type} is no event type: lower-case words with dots between, and a version")
    session.flush()
    session.execute(_ADD, values_of(event))


def values_of(event: Event) -> dict[str, object]:
    """The columns of its row, for a statement that writes it together with other rows (one round trip less)."""
    if not event.correlation_id:
        event = replace(event, correlation_id=correlation_id.get())
    return {"id": event.id, "type": event.type, "subject": event.subject, "body": event.to_bytes().decode()}


@dataclass(frozen=True)
class Backlog:
    """What waits in the outbox; `refused` were not taken by the broker, `because` of these outcomes of publishing."""

    waiting: int
    oldest: datetime | None
    refused: int
    because: Sequence[str]


def backlog(session: Session) -> Backlog:
    """How much is unpublished."""
    refused = outbox.c.retry_at.is_not(None)
    because = func.array_agg(outbox.c.refused_because.distinct()).filter(refused)
    columns = (func.count(), func.min(outbox.c.created_at), func.count(outbox.c.retry_at), because)
    waiting, oldest, number, reasons = session.execute(select(*columns).where(outbox.c.published_at.is_(None))).one()
    return Backlog(waiting, oldest, number, tuple(reasons or ()))


def retry_now(session: Session) -> int:
    """Let refused events be tried again at once. Returns how many."""
    refused = outbox.c.published_at.is_(None) & outbox.c.retry_at.is_not(None)
    return len(session.execute(update(outbox).where(refused).values(retry_at=None).returning(outbox.c.id)).all())


def publish_again(session: Session, since: datetime) -> int:
    """Let what was published since then (aware) go out once more, in order; whoever had it takes no second effect.

    For a broker that was lost with all of its disks, and what it held for its consumers. Returns how many.
    """
    gone_out = outbox.c.published_at >= since
    return len(session.execute(update(outbox).where(gone_out).values(published_at=None).returning(outbox.c.id)).all())


def prune(session: Session, now: datetime) -> None:
    """Forget what was published more than a week ago."""
    session.execute(delete(outbox).where(outbox.c.published_at < now - KEEP_PUBLISHED))
