"""Dead letters of the bus on a page: what of a parked event may be seen, and letting some of them be handled again.

Promises: kind, times, tries and the error's type and place; neither the body nor the subject, which the web role cannot
read. Who may do it and why is noted in the audit log, an entry an event. For editing or discarding one there is the
command `parked`; for the consumer `inbox.py`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from service_kit.db import audit
from service_kit.db.row_security import ROLE, Operations, enable_rls, role_name
from service_kit.db.tables import inbox
from service_kit.identity import Principal

_GRANTS = """
REVOKE ALL ON inbox FROM "{web}";
GRANT SELECT (id, position, type, state, attempts, error, received_at) ON inbox TO "{web}";
GRANT UPDATE (state, attempts, retry_at) ON inbox TO "{web}";
COMMENT ON TABLE inbox IS NULL;
"""


def open_parked_events(op: Operations, reader: str) -> None:
    """For a migration: let the role `reader` see parked events, without content, and let them be handled again."""
    op.execute(_GRANTS.format(web=role_name(op, "web")))
    enable_rls(op, "inbox", {"web": f"{ROLE} = '{reader}' AND state IN ('parked', 'waiting')"})


@dataclass(frozen=True)
class ParkedEvent:
    """What is seen of one; an empty type is of bytes that nobody could read."""

    id: UUID
    position: int
    type: str
    attempts: int
    error: str | None
    received_at: datetime


@dataclass(frozen=True)
class ParkedRange:
    """Which are meant: of one kind (None: of all), that came from one day up to another, both included, in a zone."""

    type: str | None
    first: date
    last: date
    zone: tzinfo

    def conditions(self) -> list[ColumnElement[bool]]:
        """As a query says it."""
        begins = datetime.combine(self.first, time(), self.zone)
        ends = datetime.combine(self.last + timedelta(days=1), time(), self.zone)
        days = [inbox.c.received_at >= begins, inbox.c.received_at < ends]
        return days if self.type is None else [*days, inbox.c.type == self.type]


def count_parked(session: Session) -> dict[str, int]:
    """How many are parked, by type."""
    counted = select(inbox.c.type, func.count()).where(inbox.c.state == "parked").group_by(inbox.c.type)
    return {row[0]: row[1] for row in session.execute(counted.order_by(inbox.c.type))}


def list_parked(session: Session, *, type_: str | None, after: int, limit: int) -> Sequence[ParkedEvent]:
    """The oldest behind the position `after`, of one type if it is given: `limit` of them, and one more if there is."""
    columns = [inbox.c[name] for name in ParkedEvent.__dataclass_fields__]
    wanted = select(*columns).where(inbox.c.state == "parked", inbox.c.position > after)
    if type_ is not None:
        wanted = wanted.where(inbox.c.type == type_)
    rows = session.execute(wanted.order_by(inbox.c.position).limit(limit + 1)).mappings()
    return [ParkedEvent(**row) for row in rows]


def replay_parked(
    session: Session, who: Principal, wanted: Collection[UUID] | ParkedRange, reason: str, now: datetime
) -> int:
    """Let these parked events be handled again, each with an entry in the log that has the reason; return how many.

    One that was handled or discarded meanwhile is left out.
    """
    chosen = wanted.conditions() if isinstance(wanted, ParkedRange) else [inbox.c.id.in_(wanted)]
    again = update(inbox).where(inbox.c.state == "parked", *chosen)
    ids = session.scalars(again.values(state="waiting", attempts=0, retry_at=None).returning(inbox.c.id)).all()
    for event in ids:
        audit.record(session, "parked.replayed", ("event", event), who, now, detail={"reason": reason})
    return len(ids)
