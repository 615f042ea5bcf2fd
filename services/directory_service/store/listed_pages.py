"""The public services in an order that no edit changes, cut into parts: what a site map lists.

A part is so many rows by id. Read with a cursor of the database, so memory stays flat however many there are.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory_service.store.tables_listings import Service

_AT_ONCE = 1_000


def last_changes(session: Session, size: int) -> list[datetime]:
    """For each part of `size` services when the newest change of one of them was."""
    numbered = (
        _listed().add_columns(((func.row_number().over(order_by=Service.id) - 1) // size).label("part")).subquery()
    )
    newest = select(func.max(numbered.c.modified_at)).group_by(numbered.c.part).order_by(numbered.c.part)
    return [moment for moment in session.scalars(newest) if moment is not None]


def services_listed(session: Session, part: int, size: int) -> Iterator[tuple[UUID, datetime]]:
    """Id and last change of the services of a part; parts begin at 0."""
    wanted = _listed().order_by(Service.id).offset(part * size).limit(size)
    for row in session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield row.id, row.modified_at


def _listed() -> Select[UUID, datetime]:
    """What is public and in service; a page of anything else is there for those who have its address."""
    return select(Service.id, Service.modified_at).where(Service.public, Service.status == "active")
