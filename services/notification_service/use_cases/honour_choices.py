"""Honour what people chose: when messages are planned, and again when one is about to leave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.choices import is_urgent
from notification_service.domain.honour_choices import honour, put_off_until
from notification_service.domain.notices import PlannedNotice
from notification_service.store import absences, choices, deliveries
from notification_service.store.tables import DeliveryRow


def honour_choices(session: Session, planned: Sequence[PlannedNotice]) -> list[PlannedNotice]:
    """Return a batch's notices with what leaves for each as its readers chose."""
    readers = {notice.account for notice in planned if notice.sends}
    if not readers:
        return list(planned)
    return honour(planned, choices.choices_of(session, readers), absences.absences_of(session, readers))


def put_off(session: Session, delivery: DeliveryRow, now: datetime) -> bool:
    """Let a message that was claimed wait for the end of its reader's quiet hours; False when it may leave now.

    At the moment of leaving, so that a repeated try, an outage's end and hours chosen since then keep to it as well.
    """
    chosen, _version = choices.find(session, delivery.account_id)
    later = put_off_until(
        chosen.quiet,
        now,
        urgent=is_urgent(delivery.kind, delivery.urgent),
        worth_until=delivery.worth_until,
        due_at=delivery.due_at,
    )
    if later is not None:
        deliveries.give_back(session, delivery.id, until=later)
    return later is not None
