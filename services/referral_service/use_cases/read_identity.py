"""Opening a sealed identity: for the case workers of the provider that holds the referral, and written down each time.

The route asks for a second factor of the last 30 minutes before this is called. Promises: 404 for everybody else, the
sender included; 409 before a forwarded referral is accepted; 410 to the holder once the key is destroyed; the audit
entry commits with the reading or there is none.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.vocabulary import Status
from referral_service.domain.wall import TaskView
from referral_service.store.sealed import find_sealed
from referral_service.store.tasks import find_task
from referral_service.use_cases.errors import Gone, NotFound
from referral_service.use_cases.means import Means
from referral_service.use_cases.seal_identity import unseal
from service_kit.db import audit
from service_kit.web.auth import Principal


def read_identity(
    session: Session, worker: Principal, referral_id: UUID, *, means: Means, now: datetime
) -> dict[str, Any]:
    """The identity as it was sealed (`seal_identity.identity_of`). Raises NotFound, NotAllowed, Gone."""
    task = find_task(session, worker, referral_id, now)
    if task is None or task.organization_id != worker.organization or task.status is Status.REJECTED:
        raise NotFound
    found = find_sealed(session, referral_id)
    if found is None and _comes_with_acceptance(task):
        raise NotAllowed("The identity comes over when the referral is accepted. Accept it first.")
    if found is None:
        raise Gone
    audit.record(
        session,
        action="referral.identity.read",
        actor=worker.account,
        organization=worker.organization,
        object_type="referral",
        object_id=str(referral_id),
        outcome="done",
        at=now,
    )
    return unseal(means.keyring, found.key, referral_id, found.sealed)


def _comes_with_acceptance(task: TaskView) -> bool:
    return task.forwarded_from is not None and task.told_status in {Status.REQUESTED, Status.RECEIVED}
