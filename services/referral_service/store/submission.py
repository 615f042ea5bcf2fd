"""Everything that a submission leaves behind, in one statement: both sides of the wall, the sealed identity, the card.

Promises: all or nothing; the sealed bytes and the wrapped key are the only trace of the person. Each row is made by the
module of its table. When not to use it: for a forwarded record, which has no referrer's side.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.figures.tally import tally_submission
from referral_service.domain.new_referral import BothSides
from referral_service.domain.sent_referral import SentReferral
from referral_service.store.answer_tally import answer_rows
from referral_service.store.cards.card_holders import holder_row
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


def add_submission(
    session: Session,
    new: BothSides,
    *,
    account: UUID,
    sealed: Sealed,
    code_mac: bytes,
    of_person: SealedTally,
    event: Event,
) -> None:
    """Write all rows of a submission, which this account sent; what stands open in it is counted here.

    `code_mac`: the digest of its card's code; `of_person`: what is counted of the person.
    """
    sent, organization = new.sent, new.task.sender_organization
    day = day_in_india(sent.submitted_at)
    rows = [
        *sent_rows(sent, account, organization),
        task_row(new.task, account),
        *sealed_rows(sent.id, sealed),
        holder_row(code_mac, sent.id, sent.district, (), day),
        *answer_rows(day, "yes", needs=sent.needs, district=sent.district, setting=sent.setting),
        *tally_rows(tally_submission(new.task), at=sent.submitted_at, district=sent.district),
        sealed_tally_row(of_person, at=sent.submitted_at, district=sent.district),
        (outbox_table, outbox.values_of(event)),
        _audit_row(sent, account, organization),
    ]
    if new.custody is not None:
        rows.append(custody_row(sent, account, organization, new.custody))
    insert_rows(session, rows)


def _audit_row(sent: SentReferral, account: UUID, organization: UUID) -> TableRow:
    return audit_entry, {
        "at": sent.submitted_at,
        "action": "referral.submit",
        "actor": account,
        "organization": organization,
        "object_type": "referral",
        "object_id": str(sent.id),
        "outcome": "done",
        "correlation_id": correlation_id.get(),
    }
