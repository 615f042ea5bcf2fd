"""When a referral's holder may open the identity."""

import pytest

from referral_service.domain.identity_access import may_open_identity
from referral_service.domain.status import Status

FORWARDED_OPEN = {Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED, Status.FAILED}


@pytest.mark.parametrize("status", [*Status])
def test_a_forwarded_one_opens_with_acceptance_and_never_where_the_clock_ended_it(status: Status) -> None:
    opens = may_open_identity(status, is_held=True, is_ghost=False, was_forwarded=True, opened=True, card_shown=True)

    assert opens == (status in FORWARDED_OPEN | {Status.ENTERED_IN_ERROR})


@pytest.mark.parametrize("status", [*Status])
def test_one_that_came_by_itself_opens_once_it_was_seen_and_closes_with_a_refusal(status: Status) -> None:
    each = [
        may_open_identity(
            status, is_held=True, is_ghost=False, was_forwarded=False, opened=opened, card_shown=card_shown
        )
        for opened, card_shown in ((True, False), (False, True), (False, False))
    ]

    assert each == [status is not Status.REJECTED] * 2 + [False]


@pytest.mark.parametrize(("is_held", "is_ghost"), [(False, False), (True, True), (False, True)])
def test_nobody_opens_what_is_nobodys_or_ended_behind_the_wall(is_held: bool, is_ghost: bool) -> None:
    assert not any(
        may_open_identity(
            status, is_held=is_held, is_ghost=is_ghost, was_forwarded=forwarded, opened=True, card_shown=True
        )
        for status in Status
        for forwarded in (True, False)
    )
