"""Idempotent insert: a row under an id that its client chose, made by the first of those who send it."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.store.tables import AgendaItem, MeetingAction
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.store.tables_training import TrainingSession
from directory_service.partnership.store.tables_visits import HostedVisit
from service_kit.errors import NotFound

Row = TypeVar("Row", AgendaItem, MeetingAction, HostedVisit, TrainingSession, Agreement)


def add_once(
    session: Session, table: type[Row], row_id: UUID, belongs: Mapping[str, Any], **values: Any
) -> tuple[Row, bool]:
    """The row of this id, and whether it was made now; also where the same is sent twice at once.

    `belongs`: columns that say whose it is and where it stands. Raises `NotFound` where the id is that of another row,
    whether the caller may see that one or not, so that a refusal tells nothing and nobody's row stands for what was
    sent.
    """
    row_values = {"id": row_id, **belongs, **values}
    statement = insert(table).values(row_values).on_conflict_do_nothing(index_elements=["id"]).returning(table)
    made = session.scalar(statement)
    row = made or session.get(table, row_id)
    if row is None or any(getattr(row, column) != value for column, value in belongs.items()):
        raise NotFound
    return row, made is not None
