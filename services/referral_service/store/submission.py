"""Everything that a submission leaves behind, in one statement: both sides of the wall, the sealed identity, the card.

Why one statement: submitting is the one hot write, and nine round trips cost a third of its requests a second
(`ops/bench/submit.py`: 0.30 against 0.21 of the bare handler). Promises: all or nothing; the sealed bytes and the
wrapped key are the only trace of the person. Each row's own module makes its insert. When not to use it: for a
forwarded record, which has no referrer's side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Insert, insert, literal, select
from sqlalchemy.orm import Session

from referral_service.domain.custody_row import CustodyRow
from referral_service.domain.wall import SentReferral, TaskView
from referral_service.store.answers import insert_answer
from referral_service.store.cards import insert_holder
from referral_service.store.sealed import Sealed, insert_sealed
from referral_service.store.sent import insert_custody, insert_sent
from referral_service.store.tasks import insert_task
from service_kit.db import outbox
from service_kit.db.tables import audit_entry
from service_kit.db.tables import outbox as outbox_table
from service_kit.envelope import Event
from service_kit.logs import correlation_id
from setu.india import day_in_india


@dataclass(frozen=True)
class NewReferral:
    """The two sides of a new referral, who sent it, and what is kept beside them; `custody` for prison health staff."""

    account: UUID
    organization: UUID
    sent: SentReferral
    task: TaskView
    sealed: Sealed
    code_mac: bytes
    custody: CustodyRow | None
    event: Event


def add_submission(session: Session, new: NewReferral) -> None:
    """Write all rows of a submission."""
    inserts = [statement.cte(f"row_{number}") for number, statement in enumerate(_inserts(new))]
    session.execute(select(literal(1)).add_cte(*inserts))


def _inserts(new: NewReferral) -> Sequence[Insert]:
    sent = new.sent
    rows = [
        *insert_sent(sent, new.account, new.organization),
        insert_task(new.task, new.account),
        insert_answer(
            day_in_india(sent.submitted_at), "yes", needs=sent.needs, district=sent.district, setting=sent.setting
        ),
        *insert_sealed(sent.id, new.sealed),
        insert_holder(new.code_mac, sent.id, sent.district, ()),
        insert(outbox_table).values(**outbox.values_of(new.event)),
        _insert_audit_entry(new),
    ]
    if new.custody is not None:
        rows.append(insert_custody(sent, new.account, new.organization, new.custody))
    return rows


def _insert_audit_entry(new: NewReferral) -> Insert:
    return insert(audit_entry).values(
        at=new.sent.submitted_at,
        action="referral.submit",
        actor=new.account,
        organization=new.organization,
        object_type="referral",
        object_id=str(new.sent.id),
        outcome="done",
        correlation_id=correlation_id.get(),
    )
