"""What each role reads of a task."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from referral_service.domain.task_view import TaskView
from referral_service.domain.vocabulary import PERSON_DECLINED, Status
from setu.roles import CASE_WORKER, COORDINATOR, DATA_OFFICER
from support.referral import KOLKATA, SAHAYA, STATION

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
FAILED = TaskView(
    id=UUID(int=1),
    root_id=UUID(int=1),
    reference="R-2222-2222",
    sender_organization=STATION,
    sender_role="officer",
    setting="street",
    district=KOLKATA,
    needs=["OST"],
    priority="routine",
    another_service=True,
    submitted_at=NOW,
    touched_at=NOW,
    status=Status.FAILED,
    reason=PERSON_DECLINED,
    organization_id=SAHAYA,
)


@pytest.mark.parametrize("role", [COORDINATOR, DATA_OFFICER])
def test_why_it_failed_and_what_was_needed_is_the_providers_alone(role: str) -> None:
    assert (FAILED.tells_reason_to(CASE_WORKER), FAILED.tells_needs_to(CASE_WORKER)) == (True, True)
    assert (FAILED.tells_reason_to(role), FAILED.tells_needs_to(role)) == (False, False)


def test_a_services_own_reason_is_a_coordinators_to_read() -> None:
    declined = replace(FAILED, status=Status.REJECTED, reason="no_capacity")

    assert declined.tells_reason_to(COORDINATOR)


def test_a_ghost_tells_nobody_why_it_ended() -> None:
    ghost = replace(FAILED, ghost=True)

    assert not any(ghost.tells_reason_to(role) for role in (CASE_WORKER, COORDINATOR))
