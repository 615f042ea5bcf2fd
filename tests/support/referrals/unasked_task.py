"""A task that nobody has been asked about yet, as it is born of an officer's referral on the street."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from referral_service.domain.task_view import TaskView
from support.referral import KOLKATA, STATION

MONDAY_NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


def an_unasked_task(**more: Any) -> TaskView:
    """Urgent, for substitution treatment; `more`: what is otherwise."""
    usual: dict[str, Any] = {
        "id": UUID(int=1),
        "root_id": UUID(int=1),
        "reference": "R-2222-2222",
        "sender_organization": STATION,
        "sender_role": "officer",
        "setting": "street",
        "district": KOLKATA,
        "needs": ["OST"],
        "priority": "urgent",
        "another_service": True,
        "submitted_at": MONDAY_NOON,
        "touched_at": MONDAY_NOON,
    }
    return TaskView(**usual | more)
