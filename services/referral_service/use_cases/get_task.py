"""One referral as its receiver may know it. Reading never opens it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.task_view import TaskView
from referral_service.store import tasks
from service_kit.errors import NotFound
from service_kit.identity import Principal


def get_task(session: Session, worker: Principal, referral_id: UUID, *, now: datetime) -> TaskView:
    """Raises NotFound for what is another's, absent, or closed more than 90 days ago."""
    task = tasks.find_task(session, worker, referral_id, now)
    if task is None:
        raise NotFound
    return task
