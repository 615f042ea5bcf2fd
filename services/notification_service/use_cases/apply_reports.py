"""Apply providers' reports: what became of a message, and addresses that nothing is sent to any more.

Promises: each counts once, in any order; one that comes before its message is recorded as sent waits for it; what is
about no message of ours changes nothing. A bounce concerns the address that the message was sent to, not a newer one;
an urgent message that was not handed over is told to whom it falls.
"""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.notices import Channel
from notification_service.domain.reports import END_OF, SUPPRESSES, ReportWord
from notification_service.store import delivery_ends, reports, suppressions
from notification_service.store.tables import DeliveryRow, ReportRow
from notification_service.use_cases.tell_stand_ins import tell_stand_ins
from service_kit import metrics

AT_ONCE = 200
_log = logging.getLogger(__name__)
_applied = metrics.counter("channel_reports", "Reports of providers that were applied", ["channel", "word"])


def apply_reports(session: Session, now: datetime, channels: Collection[Channel]) -> int:
    """Apply up to a batch of what waits; return how many were looked at. `channels`: what is carried."""
    waiting = reports.lock_waiting(session, limit=AT_ONCE)
    for report in waiting:
        if _apply(session, report, now, channels):
            report.applied_at = now
            _applied.labels(report.channel, report.word).inc()
    return len(waiting)


def _apply(session: Session, report: ReportRow, now: datetime, channels: Collection[Channel]) -> bool:
    """Whether it is done with; False: its message has not been recorded as sent yet."""
    delivery = delivery_ends.lock_together(session, report.delivery_id) if report.delivery_id else None
    if delivery is not None and delivery.state == "sending" and now - report.received_at < reports.PATIENCE:
        return False
    word = ReportWord(report.word)
    is_of_channel = delivery is not None and delivery.channel == report.channel
    if delivery is not None and is_of_channel and word in END_OF and delivery.state == "sent":
        _end(session, delivery, report, now, channels)
    digest = report.digest or (delivery.address_digest if delivery is not None and is_of_channel else None)
    if word in SUPPRESSES and digest is not None:
        suppressions.add(session, Channel(report.channel), digest, SUPPRESSES[word], now)
    return True


def _end(
    session: Session, delivery: DeliveryRow, report: ReportRow, now: datetime, channels: Collection[Channel]
) -> None:
    state, error = END_OF[ReportWord(report.word)]
    delivery_ends.end_reported(session, delivery.id, state, error, now, report.code)
    if state == "failed":
        tell_stand_ins(session, delivery, now, channels)
    about = {"channel": delivery.channel, "delivery": str(delivery.id), "state": state}
    _log.info("provider reported", extra=about)
