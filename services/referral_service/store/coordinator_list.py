"""Conditions and counts of the coordinator's list, by kind (`domain/coordinator_list.py`).

Promises: every row of the list has exactly one kind. When not to use it: for other roles, which have no such list.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from referral_service.domain.clocks import Clock
from referral_service.domain.coordinator_list import Hand
from referral_service.domain.status import OPEN, Status
from referral_service.store.directory import going_providers
from referral_service.store.tables import task
from referral_service.store.tables_directory import directory_organization

_TASK = task.c
_WAITS = _TASK.coordinator_due.is_not(None)
_ENDED = _TASK.status.in_((Status.REJECTED, Status.CANCELLED))


def needs_a_hand(body: UUID, now: datetime) -> ColumnElement[bool]:
    """Overdue to open or to decide, ghosts too; declined or unanswered, and not settled; asked for by a case worker.

    Also what is open at a provider that is closing or closed, ghosts too; to a state's body also what was told to it,
    until a service has taken it on.
    """
    unopened = and_(_TASK.status == Status.REQUESTED, _TASK.ack_due <= now)
    overdue = or_(unopened, _undecided(now))
    return or_(and_(or_(overdue, _left_behind(), told_to_state(body)), _TASK.closed_at.is_(None)), _WAITS)


def told_to_state(body: UUID) -> ColumnElement[bool]:
    """Of a child whom nobody has taken on for a day: told to this body, which is the state's."""
    mine = select(directory_organization.c.id).where(
        directory_organization.c.id == body,
        ~directory_organization.c.deleted,
        _TASK.district == any_(directory_organization.c.oversees),
    )
    return and_(_TASK.child_due.is_not(None), _TASK.child_told_at.is_not(None), mine.exists())


def kind_of_hand(body: UUID, now: datetime) -> ColumnElement[str]:
    """Of a row of this body's list."""
    word = or_(_TASK.forward_asked_at.is_not(None), _TASK.void_asked_at.is_not(None))
    kinds = {
        Hand.TOLD_TO_STATE: told_to_state(body),
        Hand.ASKED_FOR: and_(_WAITS, word),
        Hand.MAY_BE_FORWARDED: and_(_WAITS, _ENDED, _TASK.another_service),
        Hand.LEFT_BEHIND: and_(_left_behind(), _TASK.closed_at.is_(None)),
        Hand.RAN_OUT: and_(_WAITS, _ENDED),
        Hand.UNDECIDED: and_(_undecided(now), _TASK.closed_at.is_(None)),
    }
    rows = [(condition, literal(str(kind))) for kind, condition in kinds.items()]
    return case(*rows, else_=literal(str(Hand.UNANSWERED)))


def count_hands(session: Session, listed: ColumnElement[bool], kind: ColumnElement[str]) -> Mapping[Hand, int]:
    """How many of the rows that `listed` selects are of each kind."""
    rows = select(kind.label("kind")).where(listed).subquery()
    query = select(rows.c.kind, func.count()).group_by(rows.c.kind)
    found = {Hand(row[0]): row[1] for row in session.execute(query)}
    return {each: found.get(each, 0) for each in Hand}


def _left_behind() -> ColumnElement[bool]:
    return and_(_TASK.organization_id.in_(going_providers()), _TASK.status.in_(OPEN))


def _undecided(now: datetime) -> ColumnElement[bool]:
    late = func.coalesce(_TASK.escalate_at, now) <= now
    return and_(_TASK.clock == Clock.DECIDE, _TASK.decision_due <= now, late)
