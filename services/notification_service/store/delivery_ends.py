"""Ends of messages that come otherwise than by a try: the address is suppressed, or the provider reported.

Not for tries and leases: those are `deliveries.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from notification_service.store.tables import DeliveryRow


def end_suppressed(session: Session, delivery: UUID, now: datetime) -> None:
    """End a message that was claimed and may not be sent; it counts as no try."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery)
        .values(
            state="suppressed",
            error="suppressed",
            attempts=DeliveryRow.attempts - 1,
            lease=None,
            lease_until=None,
            finished_at=now,
            version=DeliveryRow.version + 1,
        )
    )


def has_other_way(session: Session, delivery: DeliveryRow) -> bool:
    """Whether the same person is sent the same on another channel, or was."""
    others = select(DeliveryRow.id).where(
        DeliveryRow.event_id == delivery.event_id,
        DeliveryRow.account_id == delivery.account_id,
        DeliveryRow.id != delivery.id,
        DeliveryRow.state.in_(("waiting", "sending", "sent", "delivered")),
    )
    return session.scalars(others.limit(1)).first() is not None


def lock_one(session: Session, delivery: UUID) -> DeliveryRow | None:
    """Return a message, locked until the transaction ends."""
    return session.scalars(select(DeliveryRow).where(DeliveryRow.id == delivery).with_for_update()).first()


def end_reported(session: Session, delivery: UUID, state: str, error: str | None, now: datetime) -> None:
    """Write what a provider reported of a message that it had taken."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery)
        .values(state=state, error=error, finished_at=now, version=DeliveryRow.version + 1)
        .execution_options(synchronize_session=False)
    )
