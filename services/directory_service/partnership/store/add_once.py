"""Idempotent insert: a row under an id that its client chose, made by the first of those who send it."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.store.tables import AgendaItem, MeetingAction
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.store.tables_visits import HostedVisit
from service_kit.errors import NotFound

Row = TypeVar("Row", AgendaItem, MeetingAction, HostedVisit, TrainingSession)


def add_once(session: Session, table: type[Row], row_id: UUID, **values: Any) -> tuple[Row, bool]:
    """The row of this id, and whether it was made now; also where the same is sent twice at once.

    Raises `NotFound` where the id is that of a row which the caller may not see.
    """
    statement = insert(table).values(id=row_id, **values).on_conflict_do_nothing(index_elements=["id"]).returning(table)
    made = session.scalar(statement)
    row = made or session.get(table, row_id)
    if row is None:
        raise NotFound
    return row, made is not None
