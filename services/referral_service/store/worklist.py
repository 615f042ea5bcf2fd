"""Queries of the worklist: a part of a team's referrals in an order, and the count of every part.

Promises: the same relation and the same ninety days as `tasks.py`; all counts are one statement; a ghost that waits for
an answer keeps its place in every part (rule 1). When not to use it: for a coordinator's list.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.priority import URGENT
from referral_service.domain.status import ENDED, INFO_REQUESTED, OPEN, UNDECIDED, Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.worklist import Order, Part, WorklistCounts, WorklistQuery, end_of_today
from referral_service.store.tables import task
from referral_service.store.tasks import read_in_order, related_to, still_shown
from service_kit.identity import Principal

_TASK = task.c
_SORT_KEYS: Mapping[Order, ColumnElement[datetime]] = {
    Order.DUE: _TASK.due,
    Order.NEWEST: _TASK.submitted_at,
    Order.OLDEST: _TASK.submitted_at,
}


def list_worklist_rows(session: Session, who: Principal, query: WorklistQuery, now: datetime) -> Sequence[TaskView]:
    """One row more than asked for where there is one: then the list goes on."""
    key, descending = _SORT_KEYS[query.order], query.order is Order.NEWEST
    conditions = [still_shown(who, now), _matches(who, query, now)]
    if query.after is not None:
        sort_key = tuple_(key, _TASK.id)
        conditions.append(sort_key < query.after if descending else sort_key > query.after)
    if query.sent_after is not None:
        conditions.append(_TASK.submitted_at > query.sent_after)
    return read_in_order(session, who, conditions, key, query.limit + 1, descending=descending)


def count_worklist_rows(session: Session, who: Principal, now: datetime) -> WorklistCounts:
    """Every part's number of rows."""
    parts = _parts(who, now)
    newest = func.max(_TASK.submitted_at).filter(parts[Part.ALL])
    counted = select(newest, *(func.count().filter(is_in) for is_in in parts.values()))
    latest, *counts = session.execute(counted.where(related_to(who), still_shown(who, now))).one()
    return WorklistCounts(dict(zip(parts, counts, strict=True)), latest)


def _matches(who: Principal, query: WorklistQuery, now: datetime) -> ColumnElement[bool]:
    if query.reference:
        return func.replace(_TASK.reference, "-", "").contains(query.reference, autoescape=True)
    return _parts(who, now)[query.part]


def _parts(who: Principal, now: datetime) -> Mapping[Part, ColumnElement[bool]]:
    is_open = _TASK.status.in_(OPEN) & (~_TASK.ghost | _TASK.status.in_(UNDECIDED))
    told = func.coalesce(_TASK.ended_as, _TASK.status)
    more: Mapping[Part, ColumnElement[Any]] = {
        Part.WAITING: _TASK.status.in_(UNDECIDED),
        Part.MINE: _TASK.assigned_to == who.account,
        Part.UNASSIGNED: _TASK.assigned_to.is_(None),
        Part.URGENT: _TASK.priority == URGENT,
        Part.DUE_TODAY: _TASK.due < end_of_today(now),
        Part.ASKED_BACK: _TASK.business_status == INFO_REQUESTED,
        Part.ON_HOLD: _TASK.status == Status.ON_HOLD,
    }
    narrowed = {part: and_(is_open, condition) for part, condition in more.items()}
    return {Part.ALL: is_open, **narrowed, Part.ENDED: told.in_(ENDED)}
