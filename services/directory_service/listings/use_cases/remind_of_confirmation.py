"""Remind providers of listings that nobody has confirmed for 90 days: one event a provider, and once a lapse.

The worker's clock calls this. A lapse is known by the day on which it began: the last confirmation or, where there
never was one, the last change. So a listing that is confirmed and forgotten again is reminded of again. Providers
that nobody manages here are left out: there is nobody to tell.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from directory_service.listings.domain.confirmation import reminded_before
from directory_service.listings.use_cases.publish_listing_notice import (
    CONFIRMATION_DUE,
    publish_listing_notice,
)
from directory_service.organizations.store.tables import Organization
from setu.india import INDIA, day_in_india

AT_ONCE = 500  # services; the rest comes with the next tick
_LAPSED = text(
    """
    WITH lapsed AS (
        SELECT service.id, service.organization_id, confirmed.since FROM service
        JOIN organization ON organization.id = service.organization_id
        CROSS JOIN LATERAL (SELECT COALESCE((service.record->>'assured_date')::date,
            (service.modified_at AT TIME ZONE :zone)::date) AS since) AS confirmed
        LEFT JOIN confirmation_reminder AS told ON told.service_id = service.id
        WHERE service.public AND service.status = 'active' AND confirmed.since < :before
          AND told.since IS DISTINCT FROM confirmed.since
          AND EXISTS (SELECT FROM membership WHERE membership.organization_id = service.organization_id
                      AND membership.role = 'provider_manager' AND membership.ended_at IS NULL)
        ORDER BY confirmed.since, service.id LIMIT :most
    ), noted AS (
        INSERT INTO confirmation_reminder (service_id, since)
        SELECT id, since FROM lapsed
        ON CONFLICT (service_id) DO UPDATE SET since = EXCLUDED.since
        WHERE confirmation_reminder.since <> EXCLUDED.since
        RETURNING service_id
    )
    SELECT DISTINCT organization_id FROM lapsed JOIN noted ON noted.service_id = lapsed.id ORDER BY organization_id
    """
)


def remind_of_confirmation(session: Session, now: datetime) -> int:
    """How many providers are told. Needs the worker's role; `now` is aware."""
    before = reminded_before(day_in_india(now))
    found = session.scalars(_LAPSED, {"before": before, "zone": INDIA.key, "most": AT_ONCE})
    owners: list[UUID] = list(found)
    for owner in owners:
        row = session.get_one(Organization, owner)
        publish_listing_notice(session, CONFIRMATION_DUE, row, row.id, int(now.timestamp()), now)
    return len(owners)
