"""Times that sending waits for, and the longest that each can lie ahead: what a leap left beyond is cut down.

Endings such as `worth_until` are no such times (`service_kit/db/clamped_times.py`).
"""

from datetime import timedelta

from notification_service.domain import retry_schedule, webhook_retry_schedule
from notification_service.store.tables import DeliveryRow
from notification_service.store.tables_webhooks import EndpointRow, WebhookRow
from notification_service.store.webhooks import UNFINISHED
from service_kit.db.clamped_times import ClampedTime

_LONGEST_WAIT = timedelta(days=2)
"""More than anything waits for: a retry, the morning, the end of quiet hours, an endpoint's own Retry-After."""
_UNSENT, _UNTAKEN = DeliveryRow.state.in_(UNFINISHED), WebhookRow.state.in_(UNFINISHED)
CLAMPED_TIMES = (
    ClampedTime(DeliveryRow.next_attempt_at, _LONGEST_WAIT, _UNSENT),
    ClampedTime(DeliveryRow.lease_until, retry_schedule.LEASE, _UNSENT),
    ClampedTime(WebhookRow.next_attempt_at, _LONGEST_WAIT, _UNTAKEN),
    ClampedTime(WebhookRow.lease_until, webhook_retry_schedule.LEASE, _UNTAKEN),
    ClampedTime(EndpointRow.paused_until, _LONGEST_WAIT),
)
