"""Everything that a submission leaves behind, in one statement: both sides of the wall, the sealed identity, the card.

Of an answer that was no yes it is counts alone, and where a printed card leads. Promises: all or nothing; the sealed
bytes and the wrapped key are the only trace of the person. Each row is made by the module of its table. When not to use
it: for a forwarded record, which has no referrer's side.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.figures.tally import tally_answer, tally_submission
from referral_service.domain.new_referral import BothSides
from referral_service.domain.submission import Submission
from referral_service.store.cards.card_holders import holder_row
from referral_service.store.figure_tally import UNMET, SealedTally, answer_rows, sealed_tally_row, tally_rows
from referral_service.store.rows import insert_rows
from referral_service.store.sealed_identities import Sealed, sealed_rows
from referral_service.store.sent import sent_rows
from referral_service.store.tasks import task_row
from service_kit.db import audit, outbox
from service_kit.db.tables import audit_entry
from service_kit.db.tables import outbox as outbox_table
from service_kit.envelope import Event
from service_kit.identity import Principal
from setu.india import day_in_india


def add_submission(
    session: Session,
    sender: Principal,
    new: BothSides,
    *,
    sealed: Sealed,
    code_mac: bytes,
    of_person: SealedTally,
    event: Event,
) -> None:
    """Write all rows of a submission; what stands open in it is counted here.

    `code_mac`: the digest of its card's code; `of_person`: what is counted of the person.
    """
    sent, at, district = new.sent, new.sent.submitted_at, new.sent.district
    day = day_in_india(at)
    rows = [
        *sent_rows(sent, new.custody, sender),
        task_row(new.task, sender.account),
        *sealed_rows(sent.id, sealed),
        holder_row(code_mac, sent.id, district, (), day),
        *answer_rows(day, "yes", needs=sent.needs, district=district, setting=sent.setting),
        *tally_rows(tally_submission(new.task), at=at, district=district),
        sealed_tally_row(of_person, at=at, district=district),
        (outbox_table, outbox.values_of(event)),
        (audit_entry, audit.values_of("referral.submit", ("referral", sent.id), sender, at)),
    ]
    insert_rows(session, rows)


def add_answer(
    session: Session, submission: Submission, nobody_offers: Sequence[str], code_mac: bytes | None, now: datetime
) -> None:
    """Count an answer that was no yes, and which of the needs nobody offers.

    `code_mac`: the digest of the code of a card that was handed out alone, if any; it counts an arrival.
    """
    answer, district, setting = submission.consent.answer, submission.district, submission.setting
    day = day_in_india(now)
    rows = [
        *answer_rows(day, answer, needs=submission.needs, district=district, setting=setting),
        *answer_rows(day, UNMET, needs=nobody_offers, district=district, setting=setting),
        *tally_rows([tally_answer(answer)], at=now, district=district),
    ]
    if code_mac is not None:
        rows.append(holder_row(code_mac, None, district, submission.needs, day))
    insert_rows(session, rows)
