"""Find the one referral that a demand or an emergency names, and open what is sealed of it.

Promises: one reference or one code, of the officer's own districts; where consent is gone, the key destroyed, or
nothing is there at all, the answer is the same None. Each reading leaves its line in the audit log before anything is
opened. When not to use it: before two people have decided.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.identity import Identity
from referral_service.domain.task_view import TaskView
from referral_service.outside.codes import CARD_SYMBOLS, show
from referral_service.store.desk.desk_referral import task_of_code, task_of_reference
from referral_service.store.sealed_identities import Sealed, lock_each_sealed
from referral_service.store.tasks import task_in_hand
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import unseal
from service_kit.db import audit
from service_kit.identity import Principal
from service_kit.keyring import CannotOpen


@dataclass(frozen=True)
class SealedRecord:
    """The newest record of a chain of which something sealed is left, and what the person last put right of it.

    `sealed_of`: the record on which that stands, which another team may hold.
    """

    task: TaskView
    sealed_of: UUID
    sealed: Sealed


def find_named(session: Session, officer: Principal, named: str, dependencies: Dependencies) -> TaskView | None:
    """The record with this reference, or the first one of this card; `named` are bare symbols."""
    if len(named) == CARD_SYMBOLS:
        return task_of_code(session, officer, dependencies.code_mac(named))
    return task_of_reference(session, officer, show(named))


def find_sealed_record(session: Session, task: TaskView) -> SealedRecord | None:
    """What is left of its chain; each record is taken in hand in turn."""
    known = ((task_in_hand(session, at), sealed) for at, sealed in lock_each_sealed(session, task.root_id))
    left = [(record, sealed) for record, sealed in known if record is not None and not record.ghost]
    if not left:
        return None
    newest_first = left[::-1]
    source, sealed = max(newest_first, key=lambda one: one[1].right_since)  # of equals the newest
    return SealedRecord(newest_first[0][0], source.id, sealed)


def log_identity_read(
    session: Session, officer: Principal, record: SealedRecord, kind: str, now: datetime, *, outcome: str = "done"
) -> None:
    """The line of rule 12; `kind` is the request's."""
    about = ("referral", record.task.id)
    audit.record(session, "referral.identity.read", about, officer, now, outcome=outcome, detail={"desk": kind})


def open_identity(record: SealedRecord, dependencies: Dependencies) -> Identity | None:
    """The identity; None where it does not open, as if it were gone."""
    try:
        return unseal(dependencies.keyring, record.sealed.key, record.sealed_of, record.sealed.sealed)
    except CannotOpen:
        return None
