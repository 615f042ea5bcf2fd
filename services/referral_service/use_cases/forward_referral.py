"""Forward a referral: the coordinator's new record after a refusal or silence, and a team's request for it.

Why: a closed door must not be the end where the person agreed to another service. Promises: the new record stands in no
officer's list and the referrer's row does not move; the identity stays behind until the new service accepts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from referral_service.domain.clocks import acknowledge
from referral_service.domain.lifecycle import Decision
from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, rank
from referral_service.domain.vocabulary import Clock, Status
from referral_service.domain.wall import TaskView
from referral_service.store import tasks
from referral_service.store.directory import listed_in
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.check_receivers import check_forward
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import (
    About,
    tell_team,
)
from service_kit.codes import new_reference
from service_kit.web.access.require import Principal

FORWARDED = "coordinator"
"""Who sent a forwarded record: nobody on the other side of the wall, so nobody can be asked."""


def ask_to_forward(
    session: Session, task: TaskView, decision: Decision, act: Act, dependencies: Dependencies
) -> TaskView:
    """A case worker's request; the coordinator's list shows it."""
    tasks.change_task(session, task.id, {"forward_asked_at": act.now})
    return apply_decision(session, task, decision, {}, act=act, dependencies=dependencies)


def may_be_asked(session: Session, task: TaskView, now: datetime) -> Sequence[ListedService]:
    """The district's other services that fit, best first: whoever forwards does not know the need."""
    found = rank(listed_in(session, task.district), _wanted(task), now)
    return [match.service for match in found if match.service.id != task.service_id]


def forward_referral(
    session: Session,
    actor: Principal,
    task: TaskView,
    body: Mapping[str, Any],
    *,
    dependencies: Dependencies,
    now: datetime,
) -> TaskView:
    """Make the linked record and return the old one. Raises the 422 problem where a service cannot take it."""
    receivers = check_forward(session, body, _wanted(task))
    direct = "service_id" in body
    due = acknowledge(task.priority, now, dependencies.calendar(task.district), dependencies.times)
    new_id, reference = dependencies.ids.uuid(), new_reference(dependencies.ids)
    lock_for_update(session, task.root_id)
    tasks.add_task(
        session,
        {
            "id": new_id,
            "root_id": task.root_id,
            "reference": reference,
            "organization_id": receivers[0].organization if direct else None,
            "service_id": receivers[0].id if direct else None,
            "candidate_organizations": [] if direct else [service.organization for service in receivers],
            "candidate_services": [] if direct else [service.id for service in receivers],
            "sender_organization": task.sender_organization,
            "sender_role": FORWARDED,
            "setting": task.setting,
            "district": task.district,
            "needs": list(task.needs or ()),
            "priority": task.priority,
            "another_service": task.another_service,
            "status": Status.REQUESTED,
            "version": 1,
            "submitted_at": now,
            "touched_at": now,
            "clock": Clock.ACKNOWLEDGE,
            "due": due.escalate,
            "ack_due": due.escalate,
            "remind_at": due.remind,
            "escalate_at": due.escalate,
            "expire_at": due.expire,
            "forwarded_from": task.id,
        },
    )
    about = About(new_id, reference, task.district, task.priority, Status.REQUESTED, 1)
    organizations = [service.organization for service in receivers]
    tell_team(
        session, "referral.submitted.v1", about, organizations, ids=dependencies.ids, now=now, due_at=due.escalate
    )
    lock_for_update(session, task.id)
    tasks.note_event(session, task.id, "forward", now, organization=actor.organization)
    return tasks.change_task(session, task.id, {"forwarded_to": new_id, "version": task.version + 1, "touched_at": now})


def _wanted(task: TaskView) -> Wanted:
    return Wanted(frozenset(task.needs or ()), task.district, task.setting)
