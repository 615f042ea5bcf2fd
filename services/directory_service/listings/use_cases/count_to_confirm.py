"""Count of a provider's listings that wait for "this is still right": not confirmed, or not changed, for 90 days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from directory_service.listings.domain.confirmation import reminded_before
from setu.india import INDIA, day_in_india

_DUE = text(
    """
    SELECT count(*) FROM service
    WHERE organization_id = :organization AND public AND status = 'active'
      AND COALESCE((record->>'assured_date')::date, (modified_at AT TIME ZONE :zone)::date) < :before
    """
)


def count_to_confirm(session: Session, organization: UUID, now: datetime) -> int:
    """As the reminder counts them, told or not; `now` is aware."""
    before = reminded_before(day_in_india(now))
    return session.scalar(_DUE, {"organization": organization, "zone": INDIA.key, "before": before}) or 0
