"""Make a webhook endpoint. Its secret is shown once, by whoever called; stored is nothing to derive it from alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.domain.webhook_types import MOST_ENDPOINTS
from notification_service.store import webhook_endpoints
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.use_cases.check_endpoint_wish import EndpointWish, WishRefused
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.identity import Principal


def make_webhook_endpoint(
    session: Session, dependencies: ServiceContext, who: Principal, wish: EndpointWish, endpoint: UUID
) -> EndpointRow:
    """Store what was wished and checked, under this id. Raises WishRefused where there are too many already."""
    if webhook_endpoints.count(session, who) >= MOST_ENDPOINTS:
        raise WishRefused({"url": "too_many"})
    now = dependencies.clock.now()
    row = EndpointRow(
        id=endpoint,
        organization_id=who.organization,
        organization_kind=who.organization_kind,
        url=wish.url,
        description=wish.description,
        types=sorted(set(wish.types)),
        state="enabled",
        generation=1,
        version=1,
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "webhook.make", ("webhook_endpoint", str(endpoint)), who, now)
    return row
