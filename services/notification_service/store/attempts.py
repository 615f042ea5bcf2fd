"""Attempts at sending a message: how each ended, and what follows for the message whose lease is still held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, case, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from notification_service.store.bulk_insert import insert_all
from notification_service.store.tables import AttemptRow, DeliveryRow, table_of


@dataclass(frozen=True, slots=True)
class Result:
    """How one try ended. `next_at` is set when it is to be tried again; `milliseconds` is how long it took.

    `digest` is that of the address.
    """

    outcome: str
    at: datetime
    milliseconds: int
    error: str | None = None
    code: int | None = None
    next_at: datetime | None = None
    digest: str | None = None

    @property
    def state(self) -> str:
        """The delivery's state after this try."""
        if self.outcome == "sent":
            return "sent"
        return "failed" if self.next_at is None else "waiting"


def record_sent(session: Session, sent: Sequence[tuple[DeliveryRow, Result]], *, lease: UUID) -> None:
    """Write tries that a provider took, and the end of each message whose lease is still held.

    The caller has locked the messages (`claims.lock_in_order`).
    """
    if not sent:
        return
    tries = [_attempt(one.id, one.attempts, how) for one, how in sent]
    insert_all(session, AttemptRow, tries, "ON CONFLICT DO NOTHING")
    ended = (
        update(table_of(DeliveryRow))
        .where(DeliveryRow.id == bindparam("message"), DeliveryRow.lease == lease)
        .values(
            state="sent",
            lease=None,
            lease_until=None,
            error=None,
            address_digest=bindparam("digest"),
            finished_at=bindparam("at"),
            version=DeliveryRow.version + 1,
        )
    )
    session.connection().execute(ended, [{"message": one.id, "digest": how.digest, "at": how.at} for one, how in sent])


def record(session: Session, delivery: UUID, *, lease: UUID, number: int, result: Result) -> bool:
    """Write a try and what follows from it; False when the lease was lost, and then only the try is written."""
    attempt = insert(table_of(AttemptRow)).values(_attempt(delivery, number, result))
    first = attempt.on_conflict_do_nothing().cte("attempt")
    stopped_meanwhile = (DeliveryRow.state == "stopped") & (result.outcome != "sent")
    finished_at = None if result.state == "waiting" else result.at
    written = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery, DeliveryRow.lease == lease)
        .values(
            state=case((stopped_meanwhile, "stopped"), else_=result.state),
            lease=None,
            lease_until=None,
            error=result.error,
            address_digest=result.digest,
            next_attempt_at=result.next_at or DeliveryRow.next_attempt_at,
            finished_at=case((stopped_meanwhile, DeliveryRow.finished_at), else_=finished_at),
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow.id)
        .add_cte(first),
        execution_options={"synchronize_session": False},
    )
    return written.first() is not None


def _attempt(delivery: UUID, number: int, result: Result) -> dict[str, object]:
    return {
        "delivery_id": delivery,
        "number": number,
        "at": result.at,
        "outcome": result.outcome,
        "error": result.error,
        "code": result.code,
        "milliseconds": result.milliseconds,
    }
