"""Gauges of the webhooks' backlog, on the metrics port; `setu doctor` reads those that are an operator's to mend."""

from datetime import datetime

from notification_service.store import webhook_backlog
from service_kit import metrics
from service_kit.db.engine import Database

DISABLED_BECAUSE = ("by_hand", "gone", "failing")
_undelivered = metrics.gauge("webhook_oldest_undelivered_seconds", "Age of the oldest webhook that was not taken yet")
_overdue = metrics.gauge(
    "webhook_overdue_seconds", "How long a webhook to an endpoint that works has been due and was not tried"
)
_off = metrics.gauge("webhook_endpoints_off", "Endpoints that are off", ["reason"])


def measure_webhooks(db: Database, now: datetime) -> None:
    """Set the gauges to what is so now; 0 where there is nothing."""
    with db.transaction() as session:
        found = webhook_backlog.measure(session, now)
    _undelivered.set((now - found.written).total_seconds() if found.written else 0.0)
    _overdue.set((now - found.due).total_seconds() if found.due else 0.0)
    for reason in DISABLED_BECAUSE:
        _off.labels(reason).set(found.disabled.get(reason, 0))
