"""Queries of the worker's clocks: rows that are due, and rows whose retention has ended.

Promises: each query takes at most a batch and skips what another worker holds; ids only, since a row is read again
once its referral is in hand.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.priority import ROUTINE
from referral_service.domain.release_date import SOON
from referral_service.domain.retention import sent_since
from referral_service.domain.vocabulary import OPEN, WORKING
from referral_service.store.directory import providers_closed_before
from referral_service.store.tables import attempt, question, referral_sent, task
from referral_service.store.tables_cards import card_holder
from setu.india import day_in_india

_TASK = task.c


def to_remind(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Referrals whose running clock asks for a reminder."""
    return _due(session, _TASK.remind_at <= now, limit)


def to_escalate(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Referrals of which the coordinator must hear."""
    return _due(session, _TASK.escalate_at <= now, limit)


def to_expire(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Unanswered referrals, ghosts too, whose time is over."""
    return _due(session, _TASK.expire_at <= now, limit)


def children_overdue(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Children whom nobody has taken on for 24 hours, and of whom the state's body has not heard; ghosts, too."""
    return _due(session, and_(_TASK.child_due <= now, _TASK.child_told_at.is_(None)), limit)


def becoming_urgent(session: Session, now: datetime, limit: int) -> Sequence[UUID]:
    """Routine referrals, ghosts too, whose release has come near."""
    soon = and_(_TASK.release_on <= day_in_india(now) + SOON, _TASK.priority == ROUTINE, _TASK.closed_at.is_(None))
    return _due(session, soon, limit)


def abandoned(session: Session, closed_by: datetime, limit: int) -> Sequence[UUID]:
    """Referrals that the team of a provider held which was closed at that time, or earlier."""
    gone = and_(_TASK.organization_id.in_(providers_closed_before(closed_by)), _TASK.status.in_(WORKING))
    return _due(session, and_(gone, _TASK.closed_at.is_(None)), limit)


def untouched(session: Session, since: datetime, limit: int) -> Sequence[UUID]:
    """Open referrals that nobody has touched since then, and of which their case worker has not heard."""
    long_ago = and_(_TASK.touched_at <= since, _TASK.untouched_told_at.is_(None))
    return _due(session, and_(long_ago, ~_TASK.ghost, _TASK.status.in_(OPEN)), limit)


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


def _due(session: Session, is_due: ColumnElement[bool], limit: int) -> Sequence[UUID]:
    return session.scalars(select(_TASK.id).where(is_due).order_by(_TASK.due).limit(limit)).all()
