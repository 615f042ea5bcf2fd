"""Case notes: written sealed under the referral's key, read while the identity may be opened.

Why: rule 4. What a case worker writes is as close to the person as the identity, so the same rule opens it (own
provider, opened, no ghost), and each reading is audited. Promises: a note cannot be moved to another referral, since
its own id and the referral's are bound into the seal; with the key it is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store import notes
from referral_service.store.notes import SealedNote
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.read_identity import find_open_task
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import Gone
from service_kit.identity import Principal
from service_kit.keyring import RecordKey

_PLACE = {"table": "case_note", "column": "sealed"}


@dataclass(frozen=True)
class CaseNote:
    """One note, opened; `account_id` is the case worker who wrote it."""

    id: UUID
    at: datetime
    account_id: UUID
    text: str


def write_note(
    session: Session, worker: Principal, referral_id: UUID, text: str, *, dependencies: Dependencies, now: datetime
) -> None:
    """One more note of a referral in hand. Raises Gone where the key is destroyed."""
    key, note_id = notes.find_key(session, referral_id), dependencies.ids.uuid()
    if key is None:
        raise Gone
    sealed = dependencies.keyring.unwrap(key).seal(text.encode(), row=_row(referral_id, note_id), **_PLACE)
    notes.add_note(session, referral_id, SealedNote(note_id, now, worker.account, sealed))


def read_notes(
    db: Database,
    worker: Principal,
    referral_id: UUID,
    *,
    dependencies: Dependencies,
    now: datetime,
    goes_on: bool = False,
) -> Sequence[CaseNote]:
    """In the order of writing; with `goes_on` it is an access that is in the log already.

    Raises NotFound, NotOpened, Gone, CannotOpen.
    """
    with db.transaction(worker.scope) as session:
        find_open_task(session, worker, referral_id, now)
        key, sealed = notes.find_key(session, referral_id), notes.list_notes(session, referral_id)
        if key is None:
            raise Gone
        if not goes_on:
            audit.record(session, "referral.notes.read", ("referral", referral_id), worker, now)
    if not sealed:
        return []
    record_key = dependencies.keyring.unwrap(key)
    return [_open(note, referral_id, record_key) for note in sealed]


def _open(note: SealedNote, referral_id: UUID, key: RecordKey) -> CaseNote:
    text = key.open(note.sealed, row=_row(referral_id, note.id), **_PLACE)
    return CaseNote(note.id, note.at, note.account_id, text.decode())


def _row(referral_id: UUID, note_id: UUID) -> str:
    return f"{referral_id}/{note_id}"
