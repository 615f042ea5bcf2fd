"""Count reported breaches by state, year and kind: never by district, unit or service, which would name who is meant.

Promises: exact, and behind the wall: row-level security shows the counts of their states to coordinators and data
officers alone. When not to use it: for how many wait for somebody (`follow_breach.py`).
"""

from collections.abc import Sequence

from sqlalchemy import extract, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.store.tables_board import Breach, BreachCount


def count_breaches(session: Session) -> None:
    """Count anew what was reported, and write what changed. Needs the worker's role."""
    year = extract("year", Breach.reported_on)
    sums = select(Breach.state_code, year, Breach.kind, func.count()).group_by(Breach.state_code, year, Breach.kind)
    write = insert(BreachCount).from_select(["state_code", "year", "kind", "reported"], sums)
    changed = write.on_conflict_do_update(
        index_elements=["state_code", "year", "kind"],
        set_={"reported": write.excluded.reported},
        where=BreachCount.reported != write.excluded.reported,
    )
    session.execute(changed)


def counted_breaches(session: Session) -> Sequence[BreachCount]:
    """How many were reported, by year and kind, in the states of a coordinator or data officer."""
    return session.scalars(select(BreachCount).order_by(BreachCount.year.desc(), BreachCount.kind)).all()
