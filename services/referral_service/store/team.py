"""View `team_referral`: a provider's referrals as its manager may see them, without need or person.

Promises: the view names the own organisation and the role by itself; nothing can be written through it.
When not to use it: for a case worker, who reads tasks (`tasks.py`).
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, column, func, or_, select, table, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.retention import PROVIDER_SEES
from referral_service.domain.vocabulary import OPEN, UNDECIDED, Status
from referral_service.domain.wall import TeamReferral

_NAMES = [field.name for field in fields(TeamReferral)]
_VIEW = table("team_referral", *(column(name) for name in _NAMES))
_TEAM = _VIEW.c


def find_team_referral(session: Session, referral_id: UUID, now: datetime) -> TeamReferral | None:
    """One of the own team's, open or closed within 90 days."""
    row = session.execute(select(*_TEAM).where(_TEAM.id == referral_id, _still_shown(now))).first()
    return None if row is None else _to_referral(row)


def list_overdue(
    session: Session, *, now: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[TeamReferral]:
    """Longest overdue first."""
    return _list_due_first(session, _is_overdue(now), after, limit)


def list_team_referrals(
    session: Session, *, now: datetime, after: tuple[datetime, UUID] | None, limit: int, states: Sequence[Status] = ()
) -> Sequence[TeamReferral]:
    """Those of the own team, due first; `states` are FHIR statuses as told."""
    told = func.coalesce(_TEAM.ended_as, _TEAM.status)
    conditions = and_(_still_shown(now), told.in_(states)) if states else _still_shown(now)
    return _list_due_first(session, conditions, after, limit)


def _list_due_first(
    session: Session, conditions: ColumnElement[bool], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[TeamReferral]:
    query = select(*_TEAM).where(conditions).order_by(_TEAM.due, _TEAM.id).limit(limit)
    if after is not None:
        query = query.where(tuple_(_TEAM.due, _TEAM.id) > after)
    return [_to_referral(row) for row in session.execute(query)]


def count_overdue(session: Session, now: datetime) -> int:
    """How many are overdue."""
    return session.scalar(select(func.count()).select_from(_VIEW).where(_is_overdue(now))) or 0


def _still_shown(now: datetime) -> ColumnElement[bool]:
    return or_(_TEAM.closed_at.is_(None), _TEAM.closed_at > now - PROVIDER_SEES)


def _is_overdue(now: datetime) -> ColumnElement[bool]:
    """Waits for the team and is past its due time; one that was closed behind the wall still waits for an answer."""
    waits = or_(and_(~_TEAM.ghost, _TEAM.status.in_(OPEN)), and_(_TEAM.ghost, _TEAM.status.in_(UNDECIDED)))
    return and_(waits, _TEAM.due <= now)


def _to_referral(row: Row[tuple[object, ...]]) -> TeamReferral:
    values = row._asdict()
    values["status"] = Status(values["status"])
    values["ended_as"] = None if values["ended_as"] is None else Status(values["ended_as"])
    return TeamReferral(**values)
