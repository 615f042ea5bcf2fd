"""What each role reads of a task."""

from dataclasses import replace

import pytest

from referral_service.domain.reasons_and_outcomes import PERSON_DECLINED
from referral_service.domain.status import Status
from setu.roles import CASE_WORKER, COORDINATOR, DATA_OFFICER
from support.referral import SAHAYA
from support.referrals.unasked_task import an_unasked_task

FAILED = an_unasked_task(status=Status.FAILED, reason=PERSON_DECLINED, organization_id=SAHAYA)


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
