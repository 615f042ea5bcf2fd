"""Stop messages and webhooks of referrals that ended, or of people who took consent to be contacted back.

Promises: what waits is not sent, what has left or failed is not sent once more by anybody; a referrer's message and
what is still told after an end (`AFTER_STOP`) go on, and at the end of consent whatever does not ask for contact.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.notices import NotificationEvent
from notification_service.domain.stopping import ASKS_FOR_CONTACT, CONTACT_KINDS, ENDS_CONTACT, STOPS
from notification_service.domain.webhook_types import STOPPABLE_TYPES
from notification_service.store import deliveries, webhooks


def stop_messages(session: Session, told: Sequence[NotificationEvent], now: datetime) -> None:
    """Stop what these events end, in the transaction that plans what they tell."""
    ended = {event.referral_id for event in told if event.type in STOPS and event.referral_id}
    deliveries.stop(session, ended, now)
    webhooks.stop(session, ended, now, STOPPABLE_TYPES)
    not_to_contact = {event.referral_id for event in told if event.type == ENDS_CONTACT and event.referral_id}
    deliveries.stop(session, not_to_contact, now, kinds=CONTACT_KINDS)
    webhooks.stop(session, not_to_contact, now, ASKS_FOR_CONTACT)
