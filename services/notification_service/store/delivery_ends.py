"""Ends of messages that come otherwise than by a try: nothing is sent to the address, or the provider reported.

Not for tries and leases: those are `attempts.py` and `claims.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from notification_service.domain.trial import TRIAL
from notification_service.store.tables import DeliveryRow

SUPPRESSED = "suppressed"


def end_held(session: Session, delivery: UUID, lease: UUID, now: datetime, state: str) -> bool:
    """End a message that was claimed and may not be sent; it counts as no try. False when it was stopped, or lost.

    `state`, `SUPPRESSED` or `TRIAL`, is also the word that says why.
    """
    ended = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery, DeliveryRow.lease == lease, DeliveryRow.state == "sending")
        .values(
            state=state,
            error=state,
            attempts=DeliveryRow.attempts - 1,
            lease=None,
            lease_until=None,
            finished_at=now,
            version=DeliveryRow.version + 1,
        )
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


def has_other_way(session: Session, delivery: DeliveryRow) -> bool:
    """Whether the same person is sent the same on another channel, or was."""
    others = select(DeliveryRow.id).where(
        DeliveryRow.event_id == delivery.event_id,
        DeliveryRow.account_id == delivery.account_id,
        DeliveryRow.id != delivery.id,
        DeliveryRow.state.in_(("waiting", "sending", "sent", "delivered", TRIAL)),
    )
    return session.scalars(others.limit(1)).first() is not None


def lock_together(session: Session, delivery: UUID) -> DeliveryRow | None:
    """Return a message, locked with the other channels' of the same event and person until the transaction ends.

    In the order of their ids, and before any of them is written, so that two who end them wait in one line.
    """
    its = select(DeliveryRow.event_id, DeliveryRow.account_id).where(DeliveryRow.id == delivery)
    together = select(DeliveryRow).where(tuple_(DeliveryRow.event_id, DeliveryRow.account_id).in_(its))
    locked = together.order_by(DeliveryRow.id).with_for_update().execution_options(populate_existing=True)
    return next((row for row in session.scalars(locked).all() if row.id == delivery), None)


def end_reported(
    session: Session, delivery: UUID, state: str, error: str | None, now: datetime, code: int | None
) -> None:
    """Write what a provider reported of a message that it had taken; `code` is its own."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery)
        .values(state=state, error=error, report_code=code, finished_at=now, version=DeliveryRow.version + 1)
        .execution_options(synchronize_session=False)
    )
