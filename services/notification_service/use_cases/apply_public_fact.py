"""Apply a snapshot of a service or an organisation to what the outside is told: remember it, plan its webhooks.

Of the snapshot ids stay, its version and two digests: no name, no need, no phone.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.public_facts import fact_of, is_news
from notification_service.domain.webhook_types import SERVICE_CHANGED
from notification_service.store import public_facts
from notification_service.use_cases.plan_webhooks import plan_public_webhooks
from service_kit.envelope import Event


def apply_public_fact(session: Session, event: Event, now: datetime) -> None:
    """Apply `directory.service.changed.v1` or `directory.organization.changed.v1`. Raises KeyError, ValueError."""
    is_service = event.type == SERVICE_CHANGED
    subject = UUID(str(event.data["service_id" if is_service else "organization_id"]))
    before, after = public_facts.load(session, subject), fact_of(event.data)
    public_facts.save(session, subject, after)
    if is_news(before, after):
        plan_public_webhooks(
            session,
            event.type,
            subject,
            version=after.version,
            time=event.time,
            now=now,
            owner=UUID(str(event.data["organization_id"])) if is_service else None,
            gone=bool(event.data["deleted"]),
        )
