"""Condition for rows of the list and of the queue of messages about what is over (`domain/settling.py`)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_

from notification_service.domain.settling import Settled
from notification_service.store.tables import DeliveryRow, NoticeRow


def is_settled(row: type[NoticeRow] | type[DeliveryRow], settled: Sequence[Settled]) -> ColumnElement[bool]:
    """Whether a row is about what is settled; `settled` is not empty.

    Not one without a due time: of a meeting it tells that a date is off.
    """
    over = (and_(row.matter == one.matter, row.kind.in_(one.kinds), row.created_at < one.before) for one in settled)
    return and_(row.due_at.is_not(None), or_(*over))
