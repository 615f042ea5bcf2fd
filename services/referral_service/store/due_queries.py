"""Queries of the worker's clocks: rows that are due.

Promises: each query takes at most a batch and skips what another worker holds; ids only, since a row is read again
once its referral is in hand. Not for rows whose retention has ended (`expired_rows.py`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from referral_service.domain.priority import ROUTINE
from referral_service.domain.release_date import SOON
from referral_service.domain.status import OPEN, WORKING
from referral_service.store.directory import providers_closed_before
from referral_service.store.tables import task
from setu.india import day_in_india

_TASK = task.c


def to_remind(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Referrals whose running clock asks for a reminder."""
    return _due(session, _TASK.remind_at <= now, limit)


def to_escalate(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Referrals of which the coordinator must hear."""
    return _due(session, _TASK.escalate_at <= now, limit)


def to_expire(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Unanswered referrals, ghosts too, whose time is over."""
    return _due(session, _TASK.expire_at <= now, limit)


def children_overdue(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Children whom nobody has taken on for 24 hours, and of whom the state's body has not heard; ghosts, too."""
    return _due(session, and_(_TASK.child_due <= now, _TASK.child_told_at.is_(None)), limit)


def becoming_urgent(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Routine referrals, ghosts too, whose release has come near."""
    soon = and_(_TASK.release_on <= day_in_india(now) + SOON, _TASK.priority == ROUTINE, _TASK.closed_at.is_(None))
    return _due(session, soon, limit)


def abandoned(session: Session, closed_by: datetime, limit: int) -> Sequence[UUID]:
    """Referrals that the team of a provider held which was closed at that time, or earlier."""
    gone = and_(_TASK.organization_id.in_(providers_closed_before(closed_by)), _TASK.status.in_(WORKING))
    return _due(session, and_(gone, _TASK.closed_at.is_(None)), limit)


def untouched(session: Session, since: datetime, limit: int) -> Sequence[UUID]:
    """Open referrals that nobody has touched since then, and of which their case worker has not heard.

    The rule is `is_to_be_closed` of `domain/case_worker_due.py`, which is asked again once one is in hand.
    """
    long_ago = and_(_TASK.touched_at <= since, _TASK.untouched_told_at.is_(None))
    return _due(session, and_(long_ago, ~_TASK.ghost, _TASK.status.in_(OPEN)), limit)


def _due(session: Session, is_due: ColumnElement[bool], limit: int) -> Sequence[UUID]:
    return session.scalars(select(_TASK.id).where(is_due).order_by(_TASK.due).limit(limit)).all()
