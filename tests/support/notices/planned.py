"""What a plan left in the database: who was told what, and which mails wait."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from notification_service.store.tables import DeliveryRow, NoticeRow

Begin = Callable[[], AbstractContextManager[Session]]
"""Transactions of the worker."""


def told(begin: Begin) -> list[tuple[UUID, str]]:
    """Each account's notices, by kind."""
    with begin() as session:
        rows = session.scalars(select(NoticeRow))
        return sorted((row.account_id, row.kind) for row in rows)


def mails(begin: Begin) -> dict[UUID, str]:
    """The state of the message to each account."""
    with begin() as session:
        return {row.account_id: row.state for row in session.scalars(select(DeliveryRow))}
