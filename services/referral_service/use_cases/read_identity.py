"""Decrypt an identity for the case workers of the provider that holds the referral; each reading is audited.

When it opens, and for how long, is decided by `may_open_identity` of `domain/identity_access.py`, which `TaskView`
asks as `identity_open`; here stand whose it is and which answer says so. The route asks for a second factor of the last
30 minutes before this is called. Promises: 404 for everybody else, the sender included; 409 `not-opened` before the own
provider has opened, claimed or accepted it (a card shown at the provider unlocks it too; a forwarded one opens with the
acceptance alone); 410 to the holder once the key is destroyed, or consent has ended, whatever rows a restored backup
brought back. The audit entry commits before anything is opened: an attempt on a record that was changed or moved leaves
its line, and one that it failed.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.identity import Identity
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.release_date import FOLLOW_THE_DATE, flags_now
from referral_service.domain.status import Status
from referral_service.domain.task_view import TaskView
from referral_service.store.sealed_identities import find_sealed
from referral_service.store.tasks import find_task
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import unseal
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import Gone, NotFound
from service_kit.identity import Principal
from service_kit.keyring import CannotOpen
from setu.india import day_in_india


class NotOpened(NotAllowed):
    """The holder may open the identity only after opening the referral, or after accepting what was forwarded."""


def read_identity(
    db: Database,
    worker: Principal,
    referral_id: UUID,
    *,
    dependencies: Dependencies,
    now: datetime,
    goes_on: bool = False,
) -> Identity:
    """The identity as it was sealed, with what its release date makes of it today.

    `goes_on`: it is the same access as one that is in the log already (rule 5), and leaves no second line.
    Raises NotFound, NotOpened, Gone, CannotOpen.
    """
    with db.transaction(worker.scope) as session:
        task = find_open_task(session, worker, referral_id, now)
        found = find_sealed(session, referral_id)
        if found is None:
            raise Gone
        if not goes_on:
            _record(session, worker, referral_id, "done", now)
    try:
        identity = unseal(dependencies.keyring, found.key, referral_id, found.sealed)
    except CannotOpen:
        with db.transaction(worker.scope) as session:
            _record(session, worker, referral_id, "failed", now)
        raise
    return _with_release(identity, task, day_in_india(now))


def find_open_task(session: Session, worker: Principal, referral_id: UUID, now: datetime) -> TaskView:
    """The own provider's referral whose identity may be opened now. Raises NotFound, NotOpened, Gone."""
    task = find_task(session, worker, referral_id, now)
    if task is None or task.organization_id != worker.organization or task.status is Status.REJECTED:
        raise NotFound
    if task.ghost:
        raise Gone
    if not task.identity_open:
        raise NotOpened("The identity comes with acceptance." if task.forwarded_from else "Open it first.")
    return task


def _with_release(identity: Identity, task: TaskView, today: date) -> Identity:
    """A date that was sealed comes from an older release of Setu; what was said since then counts."""
    day, ticked = task.release_on, identity.urgent
    if task.release_said_at is not None:
        ticked = [flag for flag in ticked if flag not in FOLLOW_THE_DATE]
    elif day is None:
        day = identity.expected_release
    return replace(identity, urgent=flags_now(ticked, day, today), expected_release=day)


def _record(session: Session, worker: Principal, referral_id: UUID, outcome: str, now: datetime) -> None:
    audit.record(session, "referral.identity.read", ("referral", referral_id), worker, now, outcome=outcome)
