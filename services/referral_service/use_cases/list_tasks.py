"""List the inbox: what case workers hold or may claim, or what waits for a coordinator; due first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.coordinator_list import Hand
from referral_service.domain.status import Status
from referral_service.domain.task_view import TaskView
from referral_service.store.tasks import count_task_rows, list_task_rows
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.identity import Principal


@dataclass(frozen=True)
class TaskCount:
    """How many tasks a list has on all its pages, and when the newest of them was sent (None: there is none)."""

    total: int
    newest: datetime | None


def list_tasks(
    session: Session,
    worker: Principal,
    *,
    now: datetime,
    states: Sequence[str] = (),
    limit: int = 25,
    after: str | None = None,
    hand: Hand | None = None,
) -> Page[TaskView]:
    """One page. `states` are FHIR statuses as told; `after` is a cursor (raises BadCursor for a made-up one).

    `hand` leaves of a coordinator's list one kind.
    """
    rows = list_task_rows(
        session,
        worker,
        now=now,
        states=[Status(state) for state in states],
        after=cursor.decode(after),
        limit=limit + 1,
        hand=hand,
    )
    shown = rows[:limit]
    following = cursor.encode(shown[-1].due_for(worker.role), shown[-1].id) if len(rows) > limit else None
    return Page(shown, following)


def count_tasks(session: Session, worker: Principal, *, now: datetime) -> TaskCount:
    """Count what `list_tasks` lists in all states."""
    return TaskCount(*count_task_rows(session, worker, now=now))
