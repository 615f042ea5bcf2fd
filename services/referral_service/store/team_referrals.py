"""View `team_referral`: a provider's referrals as its manager may see them, without need or person.

Promises: the view names the own organisation and the roles by itself; nothing can be written through it.
When not to use it: for a case worker's own work, which is read as tasks (`tasks.py`, `worklist.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, column, func, or_, select, table, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.retention import PROVIDER_SEES
from referral_service.domain.status import OPEN, UNDECIDED, Status
from referral_service.domain.team_referral import TeamReferral

_NAMES = [field.name for field in fields(TeamReferral)]
_VIEW = table("team_referral", *(column(name) for name in _NAMES))
_TEAM = _VIEW.c


@dataclass(frozen=True)
class Workload:
    """What one case worker, or nobody (`owner` None), holds of what waits for the team; `due`: of the next."""

    owner: UUID | None
    holds: int
    overdue: int
    due: datetime


def find_team_referral(session: Session, referral_id: UUID, now: datetime) -> TeamReferral | None:
    """One of the own team's, open or closed within 90 days."""
    row = session.execute(select(*_TEAM).where(_TEAM.id == referral_id, _still_shown(now))).first()
    return None if row is None else _to_referral(row)


def list_overdue(
    session: Session, *, now: datetime, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[TeamReferral]:
    """Longest overdue first."""
    return _list_due_first(session, _is_overdue(now), after, limit)


def list_workloads(session: Session, now: datetime) -> Sequence[Workload]:
    """Of everybody who holds something, and of nobody, in no order."""
    columns = (_TEAM.assigned_to, func.count(), func.count().filter(_TEAM.due <= now), func.min(_TEAM.due))
    query = select(*columns).where(_waits()).group_by(_TEAM.assigned_to)
    return [Workload(*row) for row in session.execute(query)]


def list_held(
    session: Session, owner: UUID | None, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[TeamReferral]:
    """What an account holds of what waits for the team, or what nobody holds; due first."""
    return _list_due_first(session, and_(_waits(), _TEAM.assigned_to.is_not_distinct_from(owner)), after, limit)


def held_by(session: Session, owner: UUID) -> Sequence[UUID]:
    """The ids of all that an account holds, in the order in which they are locked."""
    return session.scalars(select(_TEAM.id).where(_waits(), _TEAM.assigned_to == owner).order_by(_TEAM.id)).all()


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
    """Waits for the team and is past its due time."""
    return and_(_waits(), _TEAM.due <= now)


def _waits() -> ColumnElement[bool]:
    """Open; what was closed behind the wall still waits for an answer."""
    return or_(and_(~_TEAM.ghost, _TEAM.status.in_(OPEN)), and_(_TEAM.ghost, _TEAM.status.in_(UNDECIDED)))


def _to_referral(row: Row[tuple[object, ...]]) -> TeamReferral:
    values = row._asdict()
    values["status"] = Status(values["status"])
    values["ended_as"] = None if values["ended_as"] is None else Status(values["ended_as"])
    return TeamReferral(**values)
