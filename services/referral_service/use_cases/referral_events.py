"""Events of a referral, with exactly the fields of their contracts: opaque ids, a reference, metadata (rule 6).

Promises: never a need, a service, an organisation's name or anything about the person; the team of a ghost is told
nothing; the referrer's event is made of the referrer's row alone, so that a live referral and a ghost give the same
bytes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from referral_service.domain.referrer_view import ANNOUNCED, View
from referral_service.domain.retention import REFERRER_SEES
from referral_service.domain.status import Status
from referral_service.domain.task_view import TaskView
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import Ids
from setu.districts import region_of_state


def tell_team(
    session: Session,
    kind: str,
    task: TaskView,
    *,
    ids: Ids,
    now: datetime,
    receivers: Sequence[UUID] | None = None,
    due_at: datetime | None = None,
    account: UUID | None = None,
) -> None:
    """Record one event for the task's receivers, or for those given.

    The caller leaves ghosts in peace; where the sender could time it, by an event for nobody: no row less is written.
    """
    outbox.add(session, team_event(kind, task, ids=ids, now=now, receivers=receivers, due_at=due_at, account=account))


def team_event(
    kind: str,
    task: TaskView,
    *,
    ids: Ids,
    now: datetime,
    receivers: Sequence[UUID] | None = None,
    due_at: datetime | None = None,
    account: UUID | None = None,
) -> Event:
    """The same event, to be written together with other rows (`store/submission.py`)."""
    data: dict[str, object] = {
        "referral_id": str(task.id),
        "reference": task.reference,
        "district": task.district,
        "priority": task.priority,
        "status": str(task.told_status),
        "due_at": None if due_at is None else due_at.isoformat(),
        "version": task.version,
        "receivers": [str(receiver) for receiver in (task.receivers if receivers is None else receivers)],
    }
    if account is not None:
        data["account_id"] = str(account)
    return Event(kind, str(task.id), data, ids.uuid(), now)


QUESTION_ASKED, APPOINTMENT_MADE = "referral.question.asked.v1", "referral.appointment.made.v1"
DESK_WAITING, IDENTITY_OPENED = "referral.desk.waiting.v1", "referral.identity.opened.v1"


def tell_data_officers(session: Session, state: str, *, ids: Ids, now: datetime) -> None:
    """Record that somebody was asked for money or sex: the state, and no referral, district or organisation.

    Its subject is an id of its own, so that nothing leads to a card.
    """
    data: dict[str, object] = {"region": region_of_state(state), "version": 1}
    outbox.add(session, Event("referral.voice.urgent.v1", str(ids.uuid()), data, ids.uuid(), now))


def tell_desk(
    session: Session, request_id: UUID, state: str, version: int, *, ids: Ids, now: datetime, due_at: datetime | None
) -> None:
    """Record that a request at the desk waits for a person's decision: the state, and no referral or kind."""
    due = None if due_at is None else due_at.isoformat()
    data: dict[str, object] = {"region": region_of_state(state), "due_at": due, "version": version}
    outbox.add(session, Event(DESK_WAITING, str(request_id), data, ids.uuid(), now))


def tell_custody(session: Session, kind: str, task: TaskView, row: Row[Any], *, ids: Ids, now: datetime) -> None:
    """Record what waits for the prison health staff who sent it, and for their team, from their own row (rule 2).

    The status is the one that a question is asked from, and a ghost's is told no differently.
    """
    expires_at = task.submitted_at + REFERRER_SEES
    data: dict[str, object] = {
        "referral_id": str(task.id),
        "reference": task.reference,
        "district": task.district,
        "priority": task.priority,
        "status": str(Status.RECEIVED),
        "due_at": None,
        "version": row.version,
        "receivers": [str(row.organization_id)],
        "account_id": str(row.account_id),
        "organization_id": str(row.organization_id),
        "expires_at": expires_at.isoformat(),
        "team": row.shared_with_team,
    }
    outbox.add(session, Event(kind, f"{task.id}/custody", data, ids.uuid(), now))


def tell_referrer(session: Session, task: TaskView, state: View, row: Row[Any], *, ids: Ids, now: datetime) -> None:
    """Record that the referrer's row moved, where that is announced; `row` has its new version, account, organisation.

    Its subject is the view's, not the task's: an event of the team that waits or fails must not hold it back.
    """
    if state not in ANNOUNCED:
        return
    data: dict[str, object] = {
        "referral_id": str(task.id),
        "reference": task.reference,
        "account_id": str(row.account_id),
        "organization_id": str(row.organization_id),
        "state": str(state),
        "version": row.version,
        "expires_at": (task.submitted_at + REFERRER_SEES).isoformat(),
    }
    outbox.add(session, Event("referral.view.changed.v1", f"{task.id}/view", data, ids.uuid(), now))
