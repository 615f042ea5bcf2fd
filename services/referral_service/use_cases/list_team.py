"""List a provider's referrals for its manager: reference, status, due times and owner.

Promises: read through the view `team_referral`, so neither a need nor a person can come along.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.status import Status
from referral_service.domain.team_referral import TeamReferral
from referral_service.store import team_referrals
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.errors import NotFound


def list_overdue(session: Session, *, now: datetime, limit: int = 25, after: str | None = None) -> Page[TeamReferral]:
    """One page, longest overdue first; raises the 400 problem for a made-up cursor."""
    return _page(team_referrals.list_overdue(session, now=now, limit=limit + 1, after=cursor.decode(after)), limit)


def list_team(
    session: Session, *, now: datetime, states: Sequence[str] = (), limit: int = 25, after: str | None = None
) -> Page[TeamReferral]:
    """One page of all that the team has, due first. `states` are FHIR statuses as told."""
    named = [Status(state) for state in states]
    rows = team_referrals.list_team_referrals(
        session, now=now, states=named, limit=limit + 1, after=cursor.decode(after)
    )
    return _page(rows, limit)


def list_held(session: Session, owner: UUID | None, *, limit: int = 25, after: str | None = None) -> Page[TeamReferral]:
    """One page of what a case worker holds, or nobody (None), due first; raises the 400 problem as above."""
    return _page(team_referrals.list_held(session, owner, limit=limit + 1, after=cursor.decode(after)), limit)


def get_team_referral(session: Session, referral_id: UUID, *, now: datetime) -> TeamReferral:
    """Raises NotFound for what is another's, absent, or closed more than 90 days ago."""
    found = team_referrals.find_team_referral(session, referral_id, now)
    if found is None:
        raise NotFound
    return found


def _page(rows: Sequence[TeamReferral], limit: int) -> Page[TeamReferral]:
    shown = rows[:limit]
    following = cursor.encode(shown[-1].due, shown[-1].id) if len(rows) > limit else None
    return Page(shown, following)
