"""Find the one referral that a demand or an emergency names, and open what is sealed of it.

Promises: one reference or one code, of the officer's own districts; where consent is gone, the key destroyed, or
nothing is there at all, the answer is the same None. Each look leaves its line in the audit log before anything is
opened. When not to use it: before two people have decided.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.identity import Identity
from referral_service.domain.wall import TaskView
from referral_service.outside.codes import show
from referral_service.store.desk.desk_referral import task_of_code, task_of_reference
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.sealed_identities import Sealed, find_sealed
from referral_service.store.tasks import chain_of, task_in_hand
from referral_service.use_cases.cards.queue_card_request import CARD_SYMBOLS
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
    lock_for_update(session, task.root_id)
    left: list[tuple[TaskView, Sealed]] = []
    for record_id in reversed(chain_of(session, task.root_id)):
        lock_for_update(session, record_id)
        record, sealed = task_in_hand(session, record_id), find_sealed(session, record_id)
        if record is not None and sealed is not None and not record.ghost:
            left.append((record, sealed))
    if not left:
        return None
    source, sealed = max(left, key=lambda one: one[1].right_since)  # of equals the newest
    return SealedRecord(left[0][0], source.id, sealed)


def log_look(
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
