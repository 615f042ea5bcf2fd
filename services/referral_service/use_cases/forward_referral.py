"""Forward a referral: the coordinator's new record after a refusal, silence, or a team's request for it.

Why: a closed door must not be the end where the person agreed to another service. Promises: the new record stands in no
officer's list and the referrer's row does not move; the identity stays behind until the new service accepts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.effects import new_task
from referral_service.domain.leaving import priority_now
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, rank
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.wall import TaskView
from referral_service.outside.codes import new_reference
from referral_service.store import tasks
from referral_service.store.directory import listed_in
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import insert_rows
from referral_service.use_cases.check_receivers import check_receivers
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_team
from setu.india import day_in_india
from setu.roles import COORDINATOR

STOPS_A_CHOICE = frozenset({"not_active", "not_accepting", "nobody_home"})
"""A coordinator does not know the need: a service chosen by name is asked only whether it is active
and accepting, and whether somebody is home."""
FORWARDED = COORDINATOR
"""Who sent a forwarded record: nobody on the other side of the wall, so nobody can be asked."""


def may_be_asked(session: Session, task: TaskView, now: datetime) -> Sequence[ListedService]:
    """The district's other services that fit, best first: whoever forwards does not know the need."""
    found = rank(listed_in(session, task.district), _wanted(task), now)
    return [match.service for match in found if match.service.id != task.service_id]


def forward_referral(
    session: Session,
    task: TaskView,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> TaskView:
    """Make the linked record and return the old one. Raises the 422 problem where a service cannot take it."""
    matters = None if body.service_id is None else STOPS_A_CHOICE
    receivers = check_receivers(session, body, _wanted(task), matters=matters)
    at = Circumstances(now, None, dependencies.calendar(task.district), dependencies.times)
    new = new_task(_unasked(task, dependencies, now), receivers, direct=body.service_id is not None, at=at)
    lock_for_update(session, task.root_id)
    insert_rows(session, [tasks.task_row(new, None)])
    tell_team(session, "referral.submitted.v1", new, ids=dependencies.ids, now=now, due_at=new.due)
    lock_for_update(session, task.id)
    tasks.note_event(session, task.id, "forward", now)
    forwarded = replace(task, forwarded_to=new.id, coordinator_due=None, version=task.version + 1, touched_at=now)
    return tasks.change_task(session, task, forwarded)


def _unasked(task: TaskView, dependencies: Dependencies, now: datetime) -> TaskView:
    return TaskView(
        id=dependencies.ids.uuid(),
        root_id=task.root_id,
        reference=new_reference(dependencies.ids),
        sender_organization=task.sender_organization,
        sender_role=FORWARDED,
        setting=task.setting,
        district=task.district,
        needs=task.needs or (),
        priority=_priority(task, now),
        another_service=task.another_service,
        submitted_at=now,
        touched_at=now,
        forwarded_from=task.id,
        prison_id=task.prison_id,
        release_on=task.release_on,
        release_said_at=task.release_said_at,
        urgent_otherwise=task.urgent_otherwise,
    )


def _priority(task: TaskView, now: datetime) -> str:
    """As the release date makes it today: it moved on while the old record had ended."""
    if task.release_on is None and task.release_said_at is None:
        return task.priority
    return priority_now(task.urgent_otherwise, task.release_on, day_in_india(now))


def _wanted(task: TaskView) -> Wanted:
    return Wanted(frozenset(task.needs or ()), task.district, task.setting)
