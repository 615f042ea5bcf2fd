"""Queries of the provider's side: tasks as their receivers may see them (what was done to one: `task_history.py`).

Promises: every read names the relation (holder, open candidate, district) that row-level security checks again; a task
closed more than 90 days ago is left out whether or not the worker has swept it yet.
When not to use it: on the way to an officer's answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    asc,
    delete,
    desc,
    false,
    func,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from referral_service.domain.coordinator_list import Hand
from referral_service.domain.retention import PROVIDER_SEES
from referral_service.domain.status import OPEN, UNDECIDED, Status
from referral_service.domain.task_view import TaskView
from referral_service.store.coordinator_list import count_hands, kind_of_hand, needs_a_hand, told_to_state
from referral_service.store.rows import TableRow
from referral_service.store.tables import case_note, identity, referral_key, task
from service_kit.identity import Principal
from setu import roles

_TASK = task.c
TASK_COLUMNS = [_TASK[field.name] for field in fields(TaskView)]
"""What `to_task` reads."""
_STATUSES = [place for place, column in enumerate(TASK_COLUMNS) if column.name in {"status", "ended_as"}]
SORT_KEY = "sort_key"
"""What a list is merged by, beside them."""
_TOLD_STATUS = func.coalesce(_TASK.ended_as, _TASK.status)


def find_task(session: Session, who: Principal, referral_id: UUID, now: datetime) -> TaskView | None:
    """One task that this person's role and organisation relate to, or None."""
    query = select(*TASK_COLUMNS).where(_TASK.id == referral_id, related_to(who), still_shown(who, now))
    return _task_or_none(session.execute(query).first())


def list_task_rows(
    session: Session,
    who: Principal,
    *,
    now: datetime,
    states: Sequence[Status],
    after: tuple[datetime, UUID] | None,
    limit: int,
    hand: Hand | None = None,
) -> Sequence[TaskView]:
    """Due first, at most `limit`, only those after the sort key `after`; `hand`: of a coordinator's list one kind."""
    due = due_for(who)
    conditions = _listed(who, now, states)
    if after is not None:
        conditions.append(tuple_(due, _TASK.id) > after)
    if hand is not None:
        conditions.append(kind_of_hand(who.organization, now) == hand)
    return read_in_order(session, who, conditions, due, limit)


def read_in_order(
    session: Session,
    who: Principal,
    conditions: Sequence[ColumnElement[bool]],
    key: ColumnElement[datetime],
    limit: int,
    *,
    descending: bool = False,
) -> Sequence[TaskView]:
    """The first `limit` tasks by `key` and id of those that this person relates to.

    Each relation is read by itself: an index gives its first rows in order, where all together would be sorted anew out
    of everything that a provider holds.
    """
    way = desc if descending else asc
    query = select(*TASK_COLUMNS, key.label(SORT_KEY)).where(*conditions).order_by(way(key), way(_TASK.id)).limit(limit)
    first, *others = (query.where(part) for part in disjoint_relations(who))
    merged = union_all(first, *others).order_by(way(SORT_KEY), way("id")).limit(limit) if others else first
    return [to_task(row) for row in session.execute(merged)]


def count_task_rows(session: Session, who: Principal, *, now: datetime) -> tuple[int, datetime | None]:
    """How many rows that list has on all its pages, and when the newest of them was sent."""
    query = select(func.count(), func.max(_TASK.submitted_at)).where(related_to(who), *_listed(who, now))
    count, newest = session.execute(query).one()
    return count, newest


def count_task_hands(session: Session, who: Principal, now: datetime) -> Mapping[Hand, int]:
    """How many of a coordinator's list are of each kind."""
    listed = and_(related_to(who), *_listed(who, now))
    return count_hands(session, listed, kind_of_hand(who.organization, now))


def find_by_reference(session: Session, who: Principal, reference: str, now: datetime) -> UUID | None:
    """The id of the task with this reference (`R-XXXX-XXXX`) that this person relates to, or None."""
    return session.scalar(select(_TASK.id).where(_TASK.reference == reference, related_to(who), still_shown(who, now)))


def task_in_hand(session: Session, referral_id: UUID) -> TaskView | None:
    """The task of a referral that is in hand."""
    return _task_or_none(session.execute(select(*TASK_COLUMNS).where(_TASK.id == referral_id)).first())


def chain_of(session: Session, root_id: UUID) -> Sequence[UUID]:
    """A referral and all records it was forwarded to, the first one first; the root must be in hand."""
    query = select(_TASK.id).where(_TASK.root_id == root_id)
    return session.scalars(query.order_by(_TASK.submitted_at, _TASK.id != root_id, _TASK.id)).all()


def tasks_of_chain(session: Session, who: Principal, root_id: UUID) -> Sequence[TaskView]:
    """The records of a chain that this person relates to, the first one first; however long ago they ended."""
    query = select(*TASK_COLUMNS).where(_TASK.root_id == root_id, related_to(who))
    return [to_task(row) for row in session.execute(query.order_by(_TASK.submitted_at, _TASK.id))]


def tasks_in_hand(session: Session, root_id: UUID) -> Sequence[TaskView]:
    """Every record of a chain whose root is in hand."""
    query = select(*TASK_COLUMNS).where(_TASK.root_id == root_id).order_by(_TASK.submitted_at, _TASK.id)
    return [to_task(row) for row in session.execute(query)]


def list_child_rows(session: Session, who: Principal, limit: int) -> Sequence[TaskView]:
    """Of this provider's open referrals those of the child path, ghosts too, due first, at most `limit`."""
    mine = and_(related_to(who), _TASK.child_path, _TASK.status.in_(OPEN), _TASK.closed_at.is_(None))
    query = select(*TASK_COLUMNS).where(mine).order_by(_TASK.due, _TASK.id).limit(limit)
    return [to_task(row) for row in session.execute(query)]


def count_child_rows(session: Session, who: Principal) -> int:
    """How many of them nobody has accepted or declined."""
    mine = and_(related_to(who), _TASK.child_path, _TASK.status.in_(UNDECIDED), _TASK.closed_at.is_(None))
    return session.scalar(select(func.count()).where(mine)) or 0


def related_to(who: Principal) -> ColumnElement[bool]:
    """The relation that lets this person in: holder or open candidate, or the districts of a coordinating body.

    To a state's body also what was told to the state.
    """
    return or_(*disjoint_relations(who))


def disjoint_relations(who: Principal) -> Sequence[ColumnElement[bool]]:
    """The same in parts of which a task meets one at most."""
    if who.role == roles.CASE_WORKER:
        candidate = _TASK.candidate_organizations.contains([who.organization])
        return _TASK.organization_id == who.organization, and_(_TASK.organization_id.is_(None), candidate)
    if who.role == roles.COORDINATOR:
        return (or_(_TASK.district.in_(who.districts), told_to_state(who.organization)),)
    if who.role == roles.DATA_OFFICER:
        return (_TASK.district.in_(who.districts),)
    return (false(),)


def still_shown(who: Principal, now: datetime) -> ColumnElement[bool]:
    """Not closed for more than 90 days; to a coordinator also what still needs a hand, until its key is destroyed."""
    shown = or_(_TASK.closed_at.is_(None), _TASK.closed_at > now - PROVIDER_SEES)
    return or_(shown, _TASK.coordinator_due.is_not(None)) if who.role == roles.COORDINATOR else shown


def due_for(who: Principal) -> ColumnElement[datetime]:
    """When this person should act on it: what a list is sorted by."""
    return func.coalesce(_TASK.coordinator_due, _TASK.due) if who.role == roles.COORDINATOR else _TASK.due


def task_row(new: TaskView, sender_account: UUID | None) -> TableRow:
    """The row of a new task; a forwarded record has no sender's account."""
    return task, {**vars(new), "sender_account": sender_account}


def change_task(session: Session, before: TaskView, after: TaskView) -> TaskView:
    """Write what differs of a task in hand, and return what became of it. `before` is the row as it stands."""
    old = vars(before)
    changed = {name: value for name, value in vars(after).items() if value != old[name]}
    query = update(task).where(_TASK.id == before.id).values(**changed).returning(*TASK_COLUMNS)
    return to_task(session.execute(query).one())


def clear_moment(session: Session, referral_id: UUID, column: str, now: datetime) -> TaskView | None:
    """Take a due moment off; None where it was not due any more. The version stays: nobody sees a change."""
    moment = _TASK[column]
    taken = update(task).where(_TASK.id == referral_id, moment <= now).values({column: None})
    return _task_or_none(session.execute(taken.returning(*TASK_COLUMNS)).first())


def destroy_key(session: Session, referral_id: UUID) -> None:
    """Destroy the referral's key and what was sealed under it. Cannot be undone."""
    for table in (referral_key, identity, case_note):
        session.execute(delete(table).where(table.c.referral_id == referral_id))


def to_task(row: Row[Any]) -> TaskView:
    """A row of the task's columns, typed; what comes after them is left out."""
    values = list(row[: len(TASK_COLUMNS)])
    for place in _STATUSES:
        values[place] = None if values[place] is None else Status(values[place])
    return TaskView(*values)  # by place: sixty names, which the driver made anew, take three times as long


def _listed(who: Principal, now: datetime, states: Sequence[Status] = ()) -> list[ColumnElement[bool]]:
    conditions = [still_shown(who, now)]
    if states:
        conditions.append(_TOLD_STATUS.in_(states))
    if who.role == roles.COORDINATOR:
        conditions.append(needs_a_hand(who.organization, now))
    return conditions


def _task_or_none(row: Row[Any] | None) -> TaskView | None:
    return None if row is None else to_task(row)
