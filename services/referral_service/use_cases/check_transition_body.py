"""Check of an event's body beyond its schema: days, the own team, prisons of the directory.

Why: this is 422 and comes before any look at the referral, so it reads the body, today's date, the own organisation
and the public directory, and nothing else; `check_came_after` alone is asked once the referral is found. When not to
use it: for which days an act may name (`days_out_of_range` of `domain/transition_body.py`), or for what depends on
where the referral stands (`domain/lifecycle.py`, 409).
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.standing import ACTIVE
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody, days_out_of_range
from referral_service.store.directory import find_organization
from referral_service.use_cases.check_assignee import check_assignee
from service_kit.errors import FieldError, Invalid
from service_kit.identity import Principal
from setu.india import day_in_india
from setu.roles import PRISON


def check_transition_body(session: Session, actor: Principal, event: str, body: TransitionBody, now: datetime) -> None:
    """Raise the 422 problem with every field at fault."""
    errors = [FieldError(name, "Not a date that fits.") for name in days_out_of_range(body, now)]
    errors += check_assignee(session, actor, body.assignee)
    if event == "release":
        errors += _release(session, actor, body)
    if errors:
        raise Invalid(*errors)


def check_came_after(task: TaskView, body: TransitionBody) -> None:
    """What is told of the work happened once the referral was sent; a form tells minutes. Raises Invalid."""
    sent_at = task.submitted_at.replace(second=0, microsecond=0)
    if body.time is not None and body.time < sent_at:
        raise Invalid(FieldError("time", "Before the referral was sent."))
    if body.first_contact is not None and body.first_contact < day_in_india(sent_at):
        raise Invalid(FieldError("first_contact", "Before the referral was sent."))


def _release(session: Session, actor: Principal, body: TransitionBody) -> Iterator[FieldError]:
    if (body.expected_release is None) == (body.transfer_to is None):
        yield FieldError("expected_release", "Either when the person leaves, or the prison of a transfer.")
    if body.transfer_to is not None:
        prison = find_organization(session, body.transfer_to)
        if prison is None or prison.kind != PRISON or prison.status != ACTIVE or prison.id == actor.organization:
            yield FieldError("transfer_to", "Not another prison of the directory.")
