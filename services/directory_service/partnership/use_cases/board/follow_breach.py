"""Follow a breach: who is to act reads and moves it; who reported it with a name reads how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.partnership.domain.breaches import ANSWERED, CLOSED, REPORTED, state_after, steps_open
from directory_service.partnership.domain.service_name import ServiceName
from directory_service.partnership.store.tables_board import Breach
from service_kit.cursor import BadCursor, Page, decode_bytes, encode_bytes
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from setu.guard import guarded
from setu.roles import COORDINATOR

_IS_CLOSED = Breach.state == CLOSED


@dataclass(frozen=True)
class BreachView:
    """A report; `service`: what the directory calls it, if there is one; `steps`: what the reader may do."""

    breach: Breach
    service: ServiceName | None
    steps: Sequence[str]


@dataclass(frozen=True)
class BreachStep:
    """A step of `domain.breaches.MOVES`, from the version that was seen; `answer`: for `answer` alone."""

    name: str
    seen: int
    answer: str = ""


class BreachCursor(NamedTuple):
    """The sort key of the last report of a page: closed or not, the day of the report, the id."""

    is_closed: bool
    reported_on: date
    id: UUID

    def encode(self) -> str:
        """As URL-safe text."""
        return encode_bytes(f"{int(self.is_closed)}|{self.reported_on}|{self.id}".encode())

    @classmethod
    def decode(cls, text: str | None) -> "BreachCursor | None":
        """What `encode` made; None for the start. Raises BadCursor."""
        if not text:
            return None
        try:
            is_closed, day, breach = decode_bytes(text).decode().split("|")
            return cls(bool(int(is_closed)), date.fromisoformat(day), UUID(breach))
        except ValueError:
            raise BadCursor from None


def list_breaches(session: Session, who: Principal, limit: int, after: BreachCursor | None = None) -> Page[BreachView]:
    """The reports that row-level security shows: the own ones, and those that are the reader's to handle.

    Those that are not closed first, the oldest of them first; then the closed ones, the latest first.
    """
    called = Service.record["name"].astext, Service.record["names"]
    wanted = select(Breach, *called).outerjoin(Service, Service.id == Breach.service_id)
    if after is not None:
        wanted = wanted.where(_follows(after))
    order = (_IS_CLOSED, case((~_IS_CLOSED, Breach.reported_on)), Breach.reported_on.desc(), Breach.id)
    rows = session.execute(wanted.order_by(*order).limit(limit + 1)).all()
    views = [
        BreachView(row, ServiceName(name, names or {}) if name else None, _steps(who, row))
        for row, name, names in rows[:limit]
    ]
    last = views[-1].breach if len(rows) > limit else None
    return Page(views, BreachCursor(last.state == CLOSED, last.reported_on, last.id).encode() if last else None)


def _follows(after: BreachCursor) -> ColumnElement[bool]:
    same_day = and_(Breach.reported_on == after.reported_on, Breach.id > after.id)
    if after.is_closed:
        return and_(_IS_CLOSED, or_(Breach.reported_on < after.reported_on, same_day))
    return or_(_IS_CLOSED, Breach.reported_on > after.reported_on, same_day)


def count_reported(session: Session) -> int:
    """How many that are the reader's to handle nobody has taken up."""
    return session.scalars(select(func.count()).where(Breach.state == REPORTED)).one()


def move_breach(session: Session, who: Principal, breach: UUID, step: BreachStep, now: datetime) -> Breach:
    """Take the step. Raises CaseDetails, NotFound, Stale, NotNow."""
    answer = guarded(step.answer)
    row = session.scalar(select(Breach).where(Breach.id == breach).with_for_update())
    if row is None:
        raise NotFound
    if row.version != step.seen:
        raise Stale
    row.state = state_after(step.name, row.state, parent_agreed=row.parent_agreed)
    row.answer, row.version = answer if row.state == ANSWERED else row.answer, row.version + 1
    audit.record(session, "breach.move", ("breach", row.id), who, now, detail={"state": row.state})
    return row


def _steps(who: Principal, row: Breach) -> Sequence[str]:
    return steps_open(row.state, parent_agreed=row.parent_agreed) if who.role == COORDINATOR else []
