"""List the worklist of a case worker: one page of a part of it, in an order, or what a piece of a reference finds."""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.task_view import TaskView
from referral_service.domain.worklist import Order, WorklistQuery
from referral_service.store.worklist import list_worklist_rows
from service_kit import cursor
from service_kit.cursor import Page
from service_kit.identity import Principal


def list_worklist(session: Session, worker: Principal, query: WorklistQuery, *, now: datetime) -> Page[TaskView]:
    """One page, at most `query.limit` rows."""
    rows = list_worklist_rows(session, worker, query, now)
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return Page(shown, None)
    last = shown[-1]
    return Page(shown, cursor.encode(last.due if query.order is Order.DUE else last.submitted_at, last.id))
