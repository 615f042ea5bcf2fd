"""Decrypt an identity for the case workers of the provider that holds the referral; each reading is audited.

The route asks for a second factor of the last 30 minutes before this is called. Promises: 404 for everybody else, the
sender included; 409 before a forwarded referral is accepted; 410 to the holder once the key is destroyed, or consent
has ended, whatever rows a restored backup brought back. The audit entry commits before anything is opened: an attempt
on a record that was changed or moved leaves its line, and one that it failed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.vocabulary import Status
from referral_service.domain.wall import TaskView
from referral_service.store.sealed import Sealed, find_sealed
from referral_service.store.tasks import find_task
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import unseal
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import Gone, NotFound
from service_kit.identity import Principal
from service_kit.keyring import CannotOpen


def read_identity(
    db: Database, worker: Principal, referral_id: UUID, *, dependencies: Dependencies, now: datetime
) -> dict[str, Any]:
    """The identity as it was sealed (`Submission.identity`). Raises NotFound, NotAllowed, Gone, CannotOpen."""
    with db.transaction(worker.scope) as session:
        found = _find(session, worker, referral_id, now)
        _record(session, worker, referral_id, "done", now)
    try:
        return unseal(dependencies.keyring, found.key, referral_id, found.sealed)
    except CannotOpen:
        with db.transaction(worker.scope) as session:
            _record(session, worker, referral_id, "failed", now)
        raise


def _find(session: Session, worker: Principal, referral_id: UUID, now: datetime) -> Sealed:
    task = find_task(session, worker, referral_id, now)
    if task is None or task.organization_id != worker.organization or task.status is Status.REJECTED:
        raise NotFound
    found = None if task.ghost else find_sealed(session, referral_id)
    if found is None and _comes_with_acceptance(task):
        raise NotAllowed("The identity comes over when the referral is accepted. Accept it first.")
    if found is None:
        raise Gone
    return found


def _record(session: Session, worker: Principal, referral_id: UUID, outcome: str, now: datetime) -> None:
    audit.record(session, "referral.identity.read", ("referral", referral_id), worker, now, outcome=outcome)


def _comes_with_acceptance(task: TaskView) -> bool:
    return task.forwarded_from is not None and task.told_status in {Status.REQUESTED, Status.RECEIVED}
