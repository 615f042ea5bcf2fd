"""List a provider's overdue referrals for its manager: reference, status and due times."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.wall import TeamReferral
from referral_service.store import team
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.errors import NotFound


def list_overdue(session: Session, *, now: datetime, limit: int = 25, after: str | None = None) -> Page[TeamReferral]:
    """One page, longest overdue first; raises the 400 problem for a made-up cursor."""
    rows = team.list_overdue(session, now=now, limit=limit + 1, after=cursor.decode(after))
    shown = rows[:limit]
    following = cursor.encode(shown[-1].due, shown[-1].id) if len(rows) > limit else None
    return Page(shown, following)


def get_team_referral(session: Session, referral_id: UUID, *, now: datetime) -> TeamReferral:
    """Raises NotFound for what is another's, absent, or closed more than 90 days ago."""
    found = team.find_team_referral(session, referral_id, now)
    if found is None:
        raise NotFound
    return found
