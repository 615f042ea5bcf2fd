"""Look-ups of the one referral that a demand or an emergency names, by its reference or by a card's code.

Promises: the reader's own districts alone, however long ago it ended; of cards only the one whose digest is given
(`policies.py: CODE_AT_THE_DESK`). When not to use it: to list anything.
"""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from referral_service.domain.task_view import TaskView
from referral_service.store.cards.card_holders import CODE_IN_HAND
from referral_service.store.tables import identity, referral_key, task
from referral_service.store.tables_cards import card_holder
from referral_service.store.tasks import TASK_COLUMNS, related_to, to_task
from service_kit.identity import Principal


def task_of_reference(session: Session, who: Principal, reference: str) -> TaskView | None:
    """The record with this reference (`R-XXXX-XXXX`), or None."""
    row = session.execute(select(*TASK_COLUMNS).where(task.c.reference == reference, related_to(who))).first()
    return None if row is None else to_task(row)


def task_of_code(session: Session, who: Principal, code_mac: bytes) -> TaskView | None:
    """The first record of the card with this digest, or None: unknown, elsewhere, or handed out alone."""
    session.execute(CODE_IN_HAND, {"code": code_mac.hex()})
    holder = select(card_holder.c.referral_id).where(card_holder.c.code_mac == code_mac)
    row = session.execute(select(*TASK_COLUMNS).where(task.c.id == holder.scalar_subquery(), related_to(who))).first()
    return None if row is None else to_task(row)


def is_reference_held(session: Session, reference: str) -> bool:
    """Whether anything sealed is left of the chain of this reference; for the worker, whom policies let see all."""
    root = select(task.c.root_id).where(task.c.reference == reference).scalar_subquery()
    return _is_chain_held(session, task.c.root_id == root)


def is_code_held(session: Session, code_mac: bytes) -> bool:
    """The same of the card with this digest."""
    root = select(card_holder.c.referral_id).where(card_holder.c.code_mac == code_mac).scalar_subquery()
    return _is_chain_held(session, task.c.root_id == root)


def _is_chain_held(session: Session, of_chain: ColumnElement[bool]) -> bool:
    sealed = select(task.c.id).join(identity, identity.c.referral_id == task.c.id)
    under_a_key = sealed.join(referral_key, referral_key.c.referral_id == task.c.id)
    return bool(session.scalar(select(exists(under_a_key.where(of_chain, ~task.c.ghost)))))
