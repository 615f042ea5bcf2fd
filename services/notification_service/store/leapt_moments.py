"""Moments that sending waits for, and the longest that each can lie ahead: what a leap left beyond is brought back.

Endings such as `worth_until` are no such moments (`service_kit/db/leapt_moments.py`).
"""

from datetime import timedelta

from notification_service.domain import retry_schedule, webhook_retry_schedule
from notification_service.store.tables import DeliveryRow
from notification_service.store.tables_webhooks import EndpointRow, WebhookRow
from notification_service.store.webhooks import UNFINISHED
from service_kit.db.leapt_moments import Moment

_LONGEST_WAIT = timedelta(days=2)
"""More than anything waits for: a retry, the morning, the end of quiet hours, an endpoint's own Retry-After."""
_UNSENT, _UNTAKEN = DeliveryRow.state.in_(UNFINISHED), WebhookRow.state.in_(UNFINISHED)
MOMENTS = (
    Moment(DeliveryRow.next_attempt_at, _LONGEST_WAIT, _UNSENT),
    Moment(DeliveryRow.lease_until, retry_schedule.LEASE, _UNSENT),
    Moment(WebhookRow.next_attempt_at, _LONGEST_WAIT, _UNTAKEN),
    Moment(WebhookRow.lease_until, webhook_retry_schedule.LEASE, _UNTAKEN),
    Moment(EndpointRow.paused_until, _LONGEST_WAIT),
)
