"""Requests at the data officer's desk, with their steps.

Promises: every read names the relation that row-level security checks again: data officers who reach the whole state. A
change gives the next version.
When not to use it: for what is sealed of a request (`desk_details.py`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import DONE, YES, DeskDecision, DeskRequest, Kind
from referral_service.store.cards.card_requests import WITHDRAWAL
from referral_service.store.tables_cards import card_request
from referral_service.store.tables_desk import desk_code, desk_request, desk_step
from service_kit.cursor import Cursor, Page, encode

_MINE, _STEP, _CODE, _QUEUE = desk_request.c, desk_step.c, desk_code.c, card_request.c
_NO_DAY = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class DeskStep:
    """What was done, when and by whose account."""

    at: datetime
    by: UUID
    step: str


def add_request(session: Session, new: DeskRequest, audience: Collection[int]) -> None:
    """Insert it; `audience` are the state's districts (LGD codes). Nothing is read, so a case worker may, too."""
    first = new.first
    session.execute(
        insert(desk_request).inline(),
        {
            "id": new.id, "number": new.number, "kind": new.kind, "state": new.state, "audience": sorted(audience),
            "opened_at": new.opened_at, "opened_by": new.opened_by, "due_at": new.due_at, "given": list(new.given),
            "closed_at": new.closed_at, "version": new.version,
            **({} if first is None else _columns("first", first)),
        },
    )  # fmt: skip


def find_request(
    session: Session, districts: Collection[int], request_id: UUID, *, lock: bool = False
) -> DeskRequest | None:
    """One of the state's, or None; `lock` holds it until the transaction ends."""
    query = select(desk_request).where(_MINE.id == request_id, _of_state(districts))
    row = session.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _request(row)


def open_requests(
    session: Session, districts: Collection[int], now: datetime, *, kind: Kind | None, after: Cursor | None, limit: int
) -> Page[DeskRequest]:
    """What waits, due first; what names no day comes last. An emergency that nobody confirmed in time waits no more."""
    order = (func.coalesce(_MINE.due_at, _NO_DAY), _MINE.id)
    query = select(desk_request).where(_waits(districts, now), _of_kind(kind)).order_by(*order)
    if after is not None:
        query = query.where(tuple_(*order) > after)
    return _page(session, query, limit, lambda one: encode(one.due_at or _NO_DAY, one.id))


def agreed_requests(session: Session, districts: Collection[int]) -> Sequence[DeskRequest]:
    """What two people opened and nobody has ended yet, and what names somebody."""
    names = _MINE.kind.in_([Kind.LEGAL_DEMAND, Kind.BREAK_GLASS])
    agreed = (_MINE.first_answer == YES, _MINE.second_answer == YES, _MINE.closed_at.is_(None))
    query = select(desk_request).where(_of_state(districts), names, *agreed)
    return [_request(row) for row in session.execute(query.order_by(_MINE.id))]


def count_open(session: Session, districts: Collection[int], now: datetime) -> int:
    """How many that is."""
    return session.scalar(select(func.count()).select_from(desk_request).where(_waits(districts, now))) or 0


def ended_requests(
    session: Session, districts: Collection[int], now: datetime, *, kind: Kind | None, after: Cursor | None, limit: int
) -> Page[DeskRequest]:
    """What waits no more, the newest first."""
    over = and_(_of_state(districts), ~_waits(districts, now), _of_kind(kind))
    query = select(desk_request).where(over).order_by(_MINE.opened_at.desc(), _MINE.id.desc())
    if after is not None:
        query = query.where(tuple_(_MINE.opened_at, _MINE.id) < after)
    return _page(session, query, limit, lambda one: encode(one.opened_at, one.id))


def write_decision(session: Session, request: DeskRequest, decision: DeskDecision) -> None:
    """The first, or one that replaces it after its time, or else the second; the caller holds the request.

    The database refuses the same person twice.
    """
    place = "first" if request.first_in_force(decision.at) is None else "second"
    _change(session, request, **_columns(place, decision))


def add_given(session: Session, request: DeskRequest, given: Sequence[str]) -> None:
    """Codes of what was given, or told, besides what was before."""
    _change(session, request, given=list(dict.fromkeys([*request.given, *given])))


def close_request(session: Session, request: DeskRequest, now: datetime) -> None:
    """Nothing is left to do."""
    _change(session, request, closed_at=now)


def add_step(session: Session, request_id: UUID, step_id: UUID, step: DeskStep) -> None:
    """One line of its story."""
    row = {"id": step_id, "request_id": request_id, "at": step.at, "account_id": step.by, "step": step.step}
    session.execute(insert(desk_step).inline(), row)


def steps_of(session: Session, request_id: UUID) -> Sequence[DeskStep]:
    """In order."""
    query = select(_STEP.at, _STEP.account_id, _STEP.step).where(_STEP.request_id == request_id)
    return [DeskStep(*row) for row in session.execute(query.order_by(_STEP.at, _STEP.id))]


def add_code(session: Session, request_id: UUID, code_mac: bytes) -> None:
    """What the request waits for in the queue of cards; the web cannot read it again."""
    session.execute(insert(desk_code).inline(), {"request_id": request_id, "code_mac": code_mac})


def close_applied_codes(session: Session, now: datetime) -> int:
    """Close requests whose code waits no more, nor any request that was queued before them; the worker's.

    The second condition makes a known code and a made-up one take as long under a flood, too.
    """
    mine = exists().where(_QUEUE.code_mac == _CODE.code_mac, _QUEUE.asked == WITHDRAWAL)
    earlier = exists().where(_QUEUE.queued_at <= _MINE.opened_at)
    applied = delete(desk_code).where(_CODE.request_id == _MINE.id, ~mine, ~earlier).returning(_CODE.request_id)
    done = session.scalars(applied).all()
    if done:
        closed = update(desk_request).where(_MINE.id.in_(done), _MINE.closed_at.is_(None))
        session.execute(closed.values(closed_at=now, given=[DONE], version=_MINE.version + 1))
    return len(done)


def _page(
    session: Session, query: Select[Any], limit: int, cursor_of: Callable[[DeskRequest], str]
) -> Page[DeskRequest]:
    found = [_request(row) for row in session.execute(query.limit(limit + 1))]
    return Page(found[:limit], cursor_of(found[limit - 1]) if len(found) > limit else None)


def _of_kind(kind: Kind | None) -> ColumnElement[bool]:
    return true() if kind is None else _MINE.kind == kind


def _waits(districts: Collection[int], now: datetime) -> ColumnElement[bool]:
    unconfirmed = and_(_MINE.kind == Kind.BREAK_GLASS, _MINE.second_by.is_(None), _MINE.due_at <= now)
    return and_(_of_state(districts), _MINE.closed_at.is_(None), or_(~unconfirmed, _MINE.due_at.is_(None)))


def _of_state(districts: Collection[int]) -> ColumnElement[bool]:
    reaches_all: ColumnElement[bool] = _MINE.audience.contained_by(list(districts))
    return reaches_all


def _change(session: Session, request: DeskRequest, **values: Any) -> None:
    changed = update(desk_request).where(_MINE.id == request.id)
    session.execute(changed.values(**values, version=_MINE.version + 1))


def _columns(place: str, decision: DeskDecision) -> dict[str, Any]:
    return {f"{place}_{name}": value for name, value in vars(decision).items()}


def _decision(row: Row[Any], place: str) -> DeskDecision | None:
    by, at, answer, reason = (getattr(row, f"{place}_{name}") for name in ("by", "at", "answer", "reason"))
    return None if by is None else DeskDecision(by, at, answer, reason)


def _request(row: Row[Any]) -> DeskRequest:
    return DeskRequest(
        id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        state=row.state,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        due_at=row.due_at,
        first=_decision(row, "first"),
        second=_decision(row, "second"),
        given=row.given,
        closed_at=row.closed_at,
        version=row.version,
    )
