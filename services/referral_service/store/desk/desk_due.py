"""What falls due at the data officer's desk by the clock alone; for the worker, whom policies let see all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import ENDED, ENDS_BY_ITSELF, Kind
from referral_service.store.tables_desk import desk_detail, desk_request

_REQUEST = desk_request.c


@dataclass(frozen=True)
class NamingRequest:
    """A request that may name somebody, as far as forgetting goes."""

    kind: str
    is_closed: bool
    given: Sequence[str]


def requests_with_names(session: Session) -> Sequence[UUID]:
    """Every request of which something is sealed that may name somebody."""
    query = select(_REQUEST.id).join(desk_detail, desk_detail.c.request_id == _REQUEST.id)
    return session.scalars(query.where(_REQUEST.kind.in_(list(ENDS_BY_ITSELF))).order_by(_REQUEST.id)).all()


def lock_naming(session: Session, request_id: UUID) -> NamingRequest | None:
    """One of them, held until the transaction ends: whoever answers it goes before or after."""
    query = select(_REQUEST.kind, _REQUEST.closed_at, _REQUEST.given).where(_REQUEST.id == request_id)
    row = session.execute(query.with_for_update()).first()
    return None if row is None else NamingRequest(row.kind, row.closed_at is not None, row.given)


def close_lapsed(session: Session, now: datetime) -> int:
    """Close emergencies that nobody confirmed in time, and destroy their details; returns how many."""
    waits = (_REQUEST.kind == Kind.BREAK_GLASS, _REQUEST.closed_at.is_(None), _REQUEST.second_by.is_(None))
    lapsed = update(desk_request).where(*waits, _REQUEST.due_at <= now)
    closed = lapsed.values(closed_at=_REQUEST.due_at, version=_REQUEST.version + 1).returning(_REQUEST.id)
    ids = session.scalars(closed).all()
    session.execute(delete(desk_detail).where(desk_detail.c.request_id.in_(ids)))
    return len(ids)


def end_undecided(session: Session, now: datetime) -> int:
    """Close what nobody decided, answered or reported within its time, and destroy its details; returns how many."""
    over = [and_(_REQUEST.kind == kind, _REQUEST.opened_at <= now - within) for kind, within in ENDS_BY_ITSELF.items()]
    ended = update(desk_request).where(_REQUEST.closed_at.is_(None), or_(*over))
    told = func.array_append(_REQUEST.given, ENDED)
    closed = ended.values(closed_at=now, given=told, version=_REQUEST.version + 1).returning(_REQUEST.id)
    ids = session.scalars(closed).all()
    session.execute(delete(desk_detail).where(desk_detail.c.request_id.in_(ids)))
    return len(ids)


def forget_details(session: Session, before: datetime) -> int:
    """Destroy the keys and details of requests that ended before this instant; returns how many."""
    ended = select(_REQUEST.id).where(_REQUEST.closed_at < before)
    gone = delete(desk_detail).where(desk_detail.c.request_id.in_(ended)).returning(desk_detail.c.request_id)
    return len(session.scalars(gone).all())
