"""Statements of erasure: rows whose retention has ended, or that a reset account may not see any more.

Promises: a referrer's row goes by the span of `domain/retention.py`; a chain goes whole, with its keys, or not at all;
what was counted of it stays. Not for a key that an act destroys (`destroys_key` in `domain/transitions.py`), nor for
what the clocks only move (`due_queries.py`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.retention import sent_since
from referral_service.store.tables import attempt, question, referral_sent, task
from referral_service.store.tables_cards import card_holder

_TASK = task.c


def delete_expired_sent(session: Session, now: datetime) -> int:
    """The referrers' rows of more than 90 days ago, and who sent them; returns how many rows."""
    gone = delete(referral_sent).where(referral_sent.c.submitted_at <= sent_since(now)).returning(referral_sent.c.id)
    count = len(session.scalars(gone).all())
    old = and_(_TASK.submitted_at <= sent_since(now), _TASK.sender_account.is_not(None))
    session.execute(update(task).where(old).values(sender_account=None))
    return count


def close_old_ghosts(session: Session, now: datetime) -> int:
    """Close ghosts that nobody answered while the referrer could still see it; returns how many."""
    waiting = and_(_TASK.ghost, _TASK.closed_at.is_(None), _TASK.submitted_at <= sent_since(now))
    nothing_due = {"remind_at": None, "escalate_at": None, "expire_at": None, "child_due": None, "due": NOTHING_DUE}
    nobody = {"release_on": None, "child_path": False}
    closed = update(task).where(waiting).values(closed_at=now, **nothing_due, **nobody).returning(_TASK.id)
    return len(session.scalars(closed).all())


def clear_account_history(session: Session, account: UUID, until: datetime) -> None:
    """An account was reset: whoever holds it now sees nothing that was sent before (`sent.py` hides it as well).

    What prison health staff share stays for the others of the team.
    """
    sent = referral_sent.c
    mine = and_(sent.account_id == account, sent.submitted_at <= until, ~sent.shared_with_team)
    session.execute(delete(referral_sent).where(mine))


def closed_for_good(session: Session, closed_by: datetime, limit: int) -> Sequence[UUID]:
    """Roots of chains of which every record was closed at that time, or earlier."""
    other = task.alias()
    still_needed = select(other.c.id).where(
        other.c.root_id == _TASK.root_id,
        (other.c.closed_at.is_(None)) | (other.c.closed_at > closed_by),
    )
    query = select(_TASK.root_id).where(_TASK.closed_at <= closed_by, ~still_needed.exists())
    return session.scalars(query.distinct().limit(limit)).all()


def destroy_chain(session: Session, root_id: UUID) -> Sequence[bytes]:
    """Keys, identities, notes and tasks of a chain, and the card that leads to it, of which it returns the digest.

    Counts stay in `tally` and `voice_count`.
    """
    ids = select(_TASK.id).where(_TASK.root_id == root_id).scalar_subquery()
    for table in (attempt, question):
        session.execute(delete(table).where(table.c.referral_id.in_(ids)))
    cards = delete(card_holder).where(card_holder.c.referral_id == root_id).returning(card_holder.c.code_mac)
    code_macs = session.scalars(cards).all()
    session.execute(delete(task).where(_TASK.root_id == root_id))  # its keys and identities go with it
    return code_macs
