"""Lists for prison health staff, from their own rows alone: open questions, and who leaves in the next 14 days.

Promises: an appointment that is missing here is missing in the custody row, whatever became of the referral (rule 2);
rows are those of `sent.py`, with its relations and terms. When not to use it: for the provider, who knows more
(`leaving_tasks.py`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.referrer_view import View
from referral_service.domain.release_date import SOON
from referral_service.domain.sent_referral import SentReferral
from referral_service.store.sent import readable_by, to_sent
from referral_service.store.tables import custody_view, referral_sent, referrer_view
from service_kit.identity import Principal
from setu.india import INDIA, day_in_india

_SENT, _CUSTODY = referral_sent.c, custody_view.c
_TICKED_UNTIL = cast(func.timezone(INDIA.key, _SENT.submitted_at), Date) + SOON.days
_LEAVES_BY = func.coalesce(_CUSTODY.release_on, _TICKED_UNTIL)
"""The day of release, or the last on which "within 14 days", said at sending without a date, is still true."""


def list_questions(session: Session, reader: Principal, *, now: datetime, limit: int) -> Sequence[SentReferral]:
    """Those with a question that can still be answered, the first sent first."""
    here = or_(_CUSTODY.release_on.is_(None), _CUSTODY.release_on >= day_in_india(now))
    asked = and_(_CUSTODY.open_question.is_not(None), _CUSTODY.ended_at.is_(None), here)
    query = readable_by(reader, now).where(asked).order_by(_SENT.submitted_at, _SENT.id).limit(limit)
    return [to_sent(row, reader, now) for row in session.execute(query)]


def list_leaving(
    session: Session, reader: Principal, *, now: datetime, after: tuple[date, UUID] | None, limit: int
) -> Sequence[tuple[SentReferral, date]]:
    """Who leaves from today to 14 days on, the first first, each with the day by which. `after`: the last one seen."""
    past = true() if after is None else tuple_(_LEAVES_BY, _SENT.id) > after
    query = _leaving(reader, now).add_columns(_LEAVES_BY.label("leaves_by")).where(past)
    rows = session.execute(query.order_by(_LEAVES_BY, _SENT.id).limit(limit))
    return [(to_sent(row, reader, now), row.leaves_by) for row in rows]


def count_leaving(session: Session, reader: Principal, *, now: datetime) -> int:
    """How many that list has on all its pages."""
    return session.scalar(select(func.count()).select_from(_leaving(reader, now).subquery())) or 0


def _leaving(reader: Principal, now: datetime) -> Select[Any]:
    today = day_in_india(now)
    said: ColumnElement[bool] = or_(_CUSTODY.release_on.is_not(None), _CUSTODY.release_ticked)
    soon = and_(_CUSTODY.ended_at.is_(None), said, _LEAVES_BY.between(today, today + timedelta(days=SOON.days)))
    return readable_by(reader, now).where(soon, referrer_view.c.state != View.WITHDRAWN)
