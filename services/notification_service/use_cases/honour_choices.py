"""Honour what people chose: when messages are planned, and again when one is about to leave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.choices import Choices, is_urgent
from notification_service.domain.honour_choices import honour
from notification_service.domain.notices import PlannedNotice
from notification_service.domain.quiet_hours import put_off_until
from notification_service.store import absences, choices, claims
from notification_service.store.tables import DeliveryRow


def honour_choices(session: Session, planned: Sequence[PlannedNotice]) -> list[PlannedNotice]:
    """Return a batch's notices with what leaves for each as its readers chose."""
    readers = {notice.account for notice in planned if notice.sends}
    if not readers:
        return list(planned)
    return honour(planned, choices.choices_of(session, readers), absences.absences_of(session, readers))


def put_off(session: Session, due: Sequence[DeliveryRow], now: datetime) -> list[DeliveryRow]:
    """Let each that falls into its reader's quiet hours wait for their end; return those that may leave now.

    At the moment of leaving, so that a repeated try, an outage's end and hours chosen since then keep to it as well.
    """
    chosen = choices.choices_of(session, {delivery.account_id for delivery in due}) if due else {}
    leaving = []
    for delivery in due:
        later = put_off_until(
            chosen.get(delivery.account_id, Choices()).quiet,
            now,
            urgent=is_urgent(delivery.kind, delivery.urgent),
            worth_until=delivery.worth_until,
            due_at=delivery.due_at,
        )
        if later is None:
            leaving.append(delivery)
        else:
            claims.postpone(session, delivery.id, until=later)
    return leaving
