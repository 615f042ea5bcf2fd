"""Queue of what was asked with a card's code, written by the web role and emptied by the worker's.

Why: whoever sends a code must not learn from the answer, or from its time, whether the code is known; so the web
process only inserts, and only the worker looks. Promises: a row for each digest and request, so equal ones wait once;
the web role can insert and nothing else (it has no right to read, change or delete). When not to use it: for a request
by somebody who is signed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, any_, case, column, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.store.tables_cards import card_holder, card_request, day_of_card_requests

WITHDRAWAL = "withdrawal"
"""What is asked by taking consent back; every other word is a voice (`domain/voices.py`)."""
_PLAN_ANEW = text("SET LOCAL plan_cache_mode = force_custom_plan")
"""The queue is empty for weeks: a plan that a connection keeps from then compares each of a flood with each."""
_PLACE: ColumnElement[str] = column("ctid")
"""Where a row lies. By this a flood is deleted, for statistics from an empty queue have each of it compared with each,
whenever the plan is made."""
_REQUEST = card_request.c
_DAY = day_of_card_requests.c


@dataclass(frozen=True)
class CardRequest:
    """What waits for a known card. `referral_id` is None where the card was handed out alone."""

    code_mac: bytes
    asked: str
    referral_id: UUID | None
    district: int


def queue_request(session: Session, code_mac: bytes, asked: str, now: datetime) -> None:
    """Queue it unless it waits already. Without a conflict target: to name one, the role would need to read."""
    row = {"code_mac": code_mac, "asked": asked, "queued_at": now}
    session.execute(insert(card_request).inline().values(row).on_conflict_do_nothing())


def requests_of_known_cards(session: Session, limit: int) -> Sequence[CardRequest]:
    """What waits for a card that is known, the oldest first, however many others wait."""
    known = select(_REQUEST.code_mac, _REQUEST.asked, card_holder.c.referral_id, card_holder.c.district).join(
        card_holder, card_holder.c.code_mac == _REQUEST.code_mac
    )
    return [CardRequest(*row) for row in session.execute(known.order_by(_REQUEST.queued_at).limit(limit))]


def take_request(session: Session, request: CardRequest) -> bool:
    """Delete it from the queue; False where another worker has done so."""
    taken = delete(card_request).where(_is(request)).returning(_REQUEST.code_mac)
    return session.execute(taken).first() is not None


def put_last(session: Session, request: CardRequest, now: datetime) -> None:
    """Let the others go first: it failed."""
    session.execute(update(card_request).where(_is(request)).values(queued_at=now))


def drop_unknown(session: Session, limit: int) -> tuple[int, int]:
    """Delete up to `limit` requests whose code no card has; returns how many withdrawals and how many voices."""
    session.execute(_PLAN_ANEW)
    known = select(card_holder.c.code_mac).where(card_holder.c.code_mac == _REQUEST.code_mac)
    unknown = select(_PLACE).select_from(card_request).where(~known.exists()).limit(limit)
    mine = func.array(unknown.with_for_update(skip_locked=True).scalar_subquery())
    dropped = delete(card_request).where(any_(mine) == _PLACE).returning(_REQUEST.asked).cte("dropped")
    withdrawals = func.count(case((dropped.c.asked == WITHDRAWAL, 1)))
    row = session.execute(select(withdrawals, func.count() - withdrawals).select_from(dropped)).one()
    return row[0], row[1]


def count_applied(session: Session, day: datetime, *, withdrawals: int = 0, voices: int = 0) -> None:
    """Count what was taken off the queue, of known cards and of none alike, in the day that began then."""
    statement = insert(day_of_card_requests).inline().values(day=day, withdrawals=withdrawals, voices=voices)
    new = statement.excluded
    more = {_DAY.withdrawals: _DAY.withdrawals + new.withdrawals, _DAY.voices: _DAY.voices + new.voices}
    session.execute(statement.on_conflict_do_update(index_elements=[_DAY.day], set_=more))


def take_days_that_are_over(session: Session, today: datetime) -> Sequence[Row[Any, Any, Any]]:
    """Beginning, withdrawals and voices of the days before this one, which are deleted here."""
    over = delete(day_of_card_requests).where(_DAY.day < today)
    return session.execute(over.returning(_DAY.day, _DAY.withdrawals, _DAY.voices)).all()


def _is(request: CardRequest) -> ColumnElement[bool]:
    return and_(_REQUEST.code_mac == request.code_mac, _REQUEST.asked == request.asked)
