"""Tell who stands in for somebody whose urgent message came on no channel: suppressed, given up, or bounced.

Whom is what the routing table says of nobody being home; the notice stays in the list of the one it was for. A message
that is not urgent waits there to be read, one that is stopped or too late to be of use is told to nobody else, and a
referrer's falls to nobody. What can be stopped can be stopped of the stand-ins', too.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from notification_service.domain.choices import is_urgent
from notification_service.domain.notices import Channel, NotificationEvent
from notification_service.domain.routing import plan_for_stand_ins
from notification_service.store import deliveries, delivery_ends, members, notices
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.honour_choices import honour_choices


def tell_stand_ins(session: Session, delivery: DeliveryRow, now: datetime, channels: Collection[Channel]) -> None:
    """Plan notices for the stand-ins of a delivery's recipient, if it is urgent and has no other way.

    All of the recipient's messages of the event are locked (`delivery_ends.lock_together`).
    """
    is_pressing = is_urgent(delivery.kind, delivery.urgent) and delivery.worth_until > now
    if not is_pressing or delivery_ends.has_other_way(session, delivery):
        return
    event = NotificationEvent(
        event_id=delivery.event_id,
        type="",
        time=delivery.created_at,
        version=0,
        referral_id=delivery.referral_id,
        reference=delivery.reference,
        district=delivery.district,
        urgent=True,
        due_at=delivery.due_at,
        receivers=frozenset({delivery.organization_id} if delivery.organization_id else ()),
        expires_at=delivery.expires_at,
        correlation_id=delivery.correlation_id,
        matter=delivery.matter,
    )
    districts = {delivery.district} if delivery.district is not None else set()
    people = members.find_recipients(
        session, organizations=event.receivers, districts=districts, regions=(), accounts=()
    )
    planned = honour_choices(
        session,
        [
            replace(notice, stoppable=delivery.stoppable)
            for notice in plan_for_stand_ins(event, delivery.kind, delivery.recipient_role, people, now, channels)
        ],
    )
    notices.add(session, planned)
    deliveries.add(session, planned)
