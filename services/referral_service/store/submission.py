"""Everything that a submission leaves behind, in one statement: both sides of the wall, the sealed identity, the card.

Promises: all or nothing; the sealed bytes and the wrapped key are the only trace of the person. Each row is made by the
module of its table. When not to use it: for a forwarded record, which has no referrer's side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.figures.tally import Tallied
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.task_view import TaskView
from referral_service.store.answer_tally import answer_rows
from referral_service.store.cards.cards import holder_row
from referral_service.store.custody_rows import custody_row
from referral_service.store.figure_tally import SealedTally, sealed_tally_row, tally_rows
from referral_service.store.rows import TableRow, insert_rows
from referral_service.store.sealed_identities import Sealed, sealed_rows
from referral_service.store.sent import sent_rows
from referral_service.store.tasks import task_row
from service_kit.db import outbox
from service_kit.db.tables import audit_entry
from service_kit.db.tables import outbox as outbox_table
from service_kit.envelope import Event
from service_kit.logs import correlation_id
from setu.india import day_in_india


@dataclass(frozen=True)
class NewReferral:
    """The two sides of a new referral, who sent it, and what is kept beside them; `custody` for prison health staff.

    `counted` is what of it is counted by what stands open in it, `of_person` by what is sealed.
    """

    account: UUID
    organization: UUID
    sent: SentReferral
    task: TaskView
    sealed: Sealed
    code_mac: bytes
    counted: Sequence[Tallied]
    of_person: SealedTally
    custody: CustodyRow | None
    event: Event


def add_submission(session: Session, new: NewReferral) -> None:
    """Write all rows of a submission."""
    sent = new.sent
    day = day_in_india(sent.submitted_at)
    rows = [
        *sent_rows(sent, new.account, new.organization),
        task_row(new.task, new.account),
        *sealed_rows(sent.id, new.sealed),
        holder_row(new.code_mac, sent.id, sent.district, (), day),
        *answer_rows(day, "yes", needs=sent.needs, district=sent.district, setting=sent.setting),
        *tally_rows(new.counted, at=sent.submitted_at, district=sent.district),
        sealed_tally_row(new.of_person, at=sent.submitted_at, district=sent.district),
        (outbox_table, outbox.values_of(new.event)),
        _audit_row(new),
    ]
    if new.custody is not None:
        rows.append(custody_row(sent, new.account, new.organization, new.custody))
    insert_rows(session, rows)


def _audit_row(new: NewReferral) -> TableRow:
    return audit_entry, {
        "at": new.sent.submitted_at,
        "action": "referral.submit",
        "actor": new.account,
        "organization": new.organization,
        "object_type": "referral",
        "object_id": str(new.sent.id),
        "outcome": "done",
        "correlation_id": correlation_id.get(),
    }
