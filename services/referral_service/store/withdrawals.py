"""Queue of withdrawals by code: one row for each code's digest, written by the web role, emptied by the worker's.

Why: whoever sends a code must not learn from the answer, or from its time, whether the code is known; so the web
process only inserts, and only the worker looks. Promises: equal digests wait once; the web role can insert and nothing
else (it has no right to read, change or delete). When not to use it: for a withdrawal by somebody who is signed in.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.store.tables import card_holder, futile_withdrawal, withdrawal_request

_REQUEST = withdrawal_request.c
_HOUR = futile_withdrawal.c


def queue_request(session: Session, code_mac: bytes, now: datetime) -> None:
    """Queue it unless it waits already. Without a conflict target: to name one, the role would need to read."""
    row = {"code_mac": code_mac, "queued_at": now}
    session.execute(insert(withdrawal_request).inline().values(row).on_conflict_do_nothing())


def requests_of_known_cards(session: Session, limit: int) -> Sequence[Row[Any, Any]]:
    """`code_mac` and `referral_id` of what waits for a referral, the oldest first, however many others wait."""
    known = select(_REQUEST.code_mac, card_holder.c.referral_id).join(
        card_holder, card_holder.c.code_mac == _REQUEST.code_mac
    )
    waiting = known.where(card_holder.c.referral_id.is_not(None)).order_by(_REQUEST.queued_at).limit(limit)
    return session.execute(waiting).all()


def take_request(session: Session, code_mac: bytes) -> bool:
    """Delete it from the queue; False where another worker has done so."""
    taken = delete(withdrawal_request).where(_REQUEST.code_mac == code_mac).returning(_REQUEST.code_mac)
    return session.execute(taken).first() is not None


def put_last(session: Session, code_mac: bytes, now: datetime) -> None:
    """Let the others go first: it failed."""
    session.execute(update(withdrawal_request).where(_REQUEST.code_mac == code_mac).values(queued_at=now))


def drop_unknown(session: Session, limit: int) -> int:
    """Delete up to `limit` requests whose code belongs to no referral; returns how many."""
    known = select(card_holder.c.code_mac).where(
        card_holder.c.code_mac == _REQUEST.code_mac, card_holder.c.referral_id.is_not(None)
    )
    unknown = select(_REQUEST.code_mac).where(~known.exists()).limit(limit).with_for_update(skip_locked=True)
    dropped = delete(withdrawal_request).where(_REQUEST.code_mac.in_(unknown)).returning(_REQUEST.code_mac)
    return len(session.execute(dropped).all())


def count_futile(session: Session, count: int, now: datetime) -> None:
    """Count requests that had nothing to end, in the hour that is running."""
    row = {"hour": _hour_of(now), "count": count}
    statement = insert(futile_withdrawal).inline().values(row)
    again = {"count": _HOUR["count"] + statement.excluded.count}
    session.execute(statement.on_conflict_do_update(index_elements=[_HOUR.hour], set_=again))


def take_hours_that_are_over(session: Session, now: datetime) -> Sequence[Row[Any, Any]]:
    """`hour` and `count` of the hours before this one, which are deleted here."""
    over = delete(futile_withdrawal).where(_HOUR.hour <= _hour_of(now) - timedelta(hours=1))
    return session.execute(over.returning(_HOUR.hour, _HOUR["count"])).all()


def _hour_of(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
