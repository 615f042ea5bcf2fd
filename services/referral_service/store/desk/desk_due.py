"""What falls due at the data officer's desk by the clock alone; for the worker, whom policies let see all."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import Kind
from referral_service.store.tables_desk import desk_detail, desk_request

_REQUEST = desk_request.c


def close_lapsed(session: Session, now: datetime) -> int:
    """Close emergencies that nobody confirmed in time; returns how many."""
    waits = (_REQUEST.kind == Kind.BREAK_GLASS, _REQUEST.closed_at.is_(None), _REQUEST.second_by.is_(None))
    lapsed = update(desk_request).where(*waits, _REQUEST.due_at <= now)
    closed = lapsed.values(closed_at=_REQUEST.due_at, version=_REQUEST.version + 1).returning(_REQUEST.id)
    return len(session.scalars(closed).all())


def forget_details(session: Session, before: datetime) -> int:
    """Destroy the keys and details of requests that ended before this instant; returns how many."""
    ended = select(_REQUEST.id).where(_REQUEST.closed_at < before)
    gone = delete(desk_detail).where(desk_detail.c.request_id.in_(ended)).returning(desk_detail.c.request_id)
    return len(session.scalars(gone).all())
