"""Follow a breach: who is to act reads and moves it; who reported it with a name reads how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.partnership.domain.breaches import ANSWERED, CLOSED, REPORTED, state_after, steps_open
from directory_service.partnership.domain.guard import guarded
from directory_service.partnership.store.tables_board import Breach, BreachCount
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from setu.roles import COORDINATOR


@dataclass(frozen=True)
class BreachView:
    """A report; `service`: the name of the service, which the directory says; `steps`: what the reader may do."""

    breach: Breach
    service: str
    steps: Sequence[str]


@dataclass(frozen=True)
class BreachStep:
    """A step of `domain.breaches.MOVES`, from the version that was seen; `answer`: for `answer` alone."""

    name: str
    seen: int
    answer: str = ""


def list_breaches(session: Session, who: Principal, limit: int = 200) -> Sequence[BreachView]:
    """The reports that row-level security shows: the own ones, and those that are the reader's to handle.

    Those that are not closed first, the oldest of them first; then the closed ones, the latest first.
    """
    name = Service.record["name"].astext
    wanted = select(Breach, name).outerjoin(Service, Service.id == Breach.service_id)
    is_closed = Breach.state == CLOSED
    order = (is_closed, case((~is_closed, Breach.reported_on)), Breach.reported_on.desc(), Breach.id)
    rows = session.execute(wanted.order_by(*order).limit(limit)).all()
    return [BreachView(row, service or "", _steps(who, row)) for row, service in rows]


def count_reported(session: Session) -> int:
    """How many that are the reader's to handle nobody has taken up."""
    return session.scalars(select(func.count()).where(Breach.state == REPORTED)).one()


def counted_breaches(session: Session) -> Sequence[BreachCount]:
    """How many were reported, by year and kind, in the states of a coordinator or data officer."""
    return session.scalars(select(BreachCount).order_by(BreachCount.year.desc(), BreachCount.kind)).all()


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
