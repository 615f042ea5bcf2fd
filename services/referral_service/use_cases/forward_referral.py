"""Forward a referral: the coordinator's new record after a refusal, silence, or a team's request for it.

Why: a closed door must not be the end where the person agreed to another service. Promises: every rule that excludes a
service holds, by what was sealed at submission; the answer tells no need, gender or age; the new record stands in no
officer's list and the referrer's row does not move; the identity stays behind until the new service accepts.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.effects import new_task
from referral_service.domain.figures.tally import OF_A_FORWARD
from referral_service.domain.forward_choice import ForwardChoice
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.listed_service import ListedService
from referral_service.domain.priority import priority_now
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.outside.codes import new_reference
from referral_service.store import task_history, tasks
from referral_service.store.figure_tally import tally_rows
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import insert_rows
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.find_forward_choice import match_forward
from referral_service.use_cases.referral_events import tell_team
from service_kit.errors import FieldError, Invalid
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.needs import BY_CODE
from setu.roles import COORDINATOR

FORWARDED = COORDINATOR
"""Who sent a forwarded record: nobody on the other side of the wall, so nobody can be asked."""


def forward_referral(
    session: Session,
    coordinator: Principal,
    task: TaskView,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> TaskView:
    """Make the linked record and return the old one. Raises the 422 problem, and NotAllowed without the key."""
    found = match_forward(session, coordinator, task, dependencies=dependencies, now=now)
    if found is None:
        raise NotAllowed("The person's consent has ended.")
    choice, needs = found
    receivers = _receivers(choice, body)
    at = dependencies.circumstances(task.district, now)
    unasked = replace(_unasked(task, needs, dependencies, now), unnamed=not body.asked_services)
    # what Setu picks are candidates, though it be one: how many fit is not told
    new = new_task(unasked, receivers, direct=body.service_id is not None, at=at)
    lock_for_update(session, task.root_id)
    insert_rows(session, [tasks.task_row(new, None), *tally_rows([OF_A_FORWARD], at=now, district=task.district)])
    tell_team(session, "referral.submitted.v1", new, ids=dependencies.ids, now=now, due_at=new.due)
    lock_for_update(session, task.id)
    task_history.note_event(session, task.id, "forward", now)
    ended = replace(task, coordinator_due=None, child_due=None, version=task.version + 1, touched_at=now)
    forwarded = replace(ended, forwarded_to=new.id)
    return tasks.change_task(session, task, forwarded)


def _receivers(choice: ForwardChoice, body: TransitionBody) -> Sequence[ListedService]:
    """Whom the coordinator named, else whom Setu picks. A name outside the list is refused alike, whatever it is."""
    if not body.asked_services:
        if not choice.picked:
            raise Invalid(FieldError("service_id", "No other service that fits takes anybody now."))
        return choice.picked
    named = {match.service.id: match.service for match in choice.named}
    if not named.keys() >= set(body.asked_services):
        field = "candidates" if body.service_id is None else "service_id"
        raise Invalid(FieldError(field, "Only services that are listed for it can be named; name nobody: Setu picks."))
    return [named[service_id] for service_id in dict.fromkeys(body.asked_services)]


def _unasked(task: TaskView, needs: Collection[str], dependencies: Dependencies, now: datetime) -> TaskView:
    return TaskView(
        id=dependencies.ids.uuid(),
        root_id=task.root_id,
        reference=new_reference(dependencies.ids),
        sender_organization=task.sender_organization,
        sender_role=FORWARDED,
        setting=task.setting,
        district=task.district,
        needs=[code for code in BY_CODE if code in needs],
        priority=_priority(task, now),
        another_service=task.another_service,
        submitted_at=now,
        touched_at=now,
        forwarded_from=task.id,
        prison_id=task.prison_id,
        release_on=task.release_on,
        release_said_at=task.release_said_at,
        urgent_otherwise=task.urgent_otherwise,
        child_path=task.child_path,
        child_due=task.child_due,
        child_told_at=task.child_told_at,
    )


def _priority(task: TaskView, now: datetime) -> str:
    """As the release date makes it today: it moved on while the old record had ended."""
    if task.release_on is None and task.release_said_at is None:
        return task.priority
    return priority_now(task.urgent_otherwise, task.release_on, day_in_india(now))
