"""Repair of waits that a clock wrote while it was ahead: they would else last as long as the leap was wide.

When not to use it: while the clock itself is not believed; then everything would look as if it had been ahead.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from notification_service.domain.retry_schedule import LEASE
from notification_service.store.tables import DeliveryRow
from notification_service.store.tables_webhooks import EndpointRow, WebhookRow

LONGEST_WAIT = timedelta(days=2)
"""More than anything waits for: a retry, the morning, the end of quiet hours, an endpoint's own Retry-After."""


def bring_back_leapt(session: Session, now: datetime) -> int:
    """Make due what waits longer, or is held longer, than anything is planned to (now: aware); return how many."""
    ahead, held = now + LONGEST_WAIT, now + 2 * LEASE
    found = 0
    for row in (DeliveryRow, WebhookRow):
        leapt = or_(row.next_attempt_at > ahead, row.lease_until > held)
        due = {"state": "waiting", "next_attempt_at": now, "lease": None, "lease_until": None}
        changed = update(row).where(row.state.in_(("waiting", "sending")), leapt).values(due).returning(row.id)
        found += len(session.scalars(changed, execution_options={"synchronize_session": False}).all())
    paused = update(EndpointRow).where(EndpointRow.paused_until > ahead).values(paused_until=None)
    session.execute(paused, execution_options={"synchronize_session": False})
    return found
