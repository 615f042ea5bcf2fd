from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from notification_service.domain.retry_schedule import JITTER, LEASE, MAX_ATTEMPTS, SCHEDULE, next_attempt
from notification_service.outside.smtp import TIMEOUT
from support.notification import NOON


@given(st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_a_wait_stays_inside_its_jitter(attempts: int, chance: float) -> None:
    wait = next_attempt(attempts, NOON, chance) - NOON
    assert SCHEDULE[attempts - 1] * (1 - JITTER) <= wait <= SCHEDULE[attempts - 1] * (1 + JITTER) + timedelta(seconds=1)


def test_waits_grow_and_then_it_is_given_up_after_half_a_day() -> None:
    assert all(later >= 2 * sooner for sooner, later in pairwise(SCHEDULE))
    assert next_attempt(MAX_ATTEMPTS, NOON, 0.5) is None
    assert timedelta(hours=10) < sum(SCHEDULE, timedelta()) < timedelta(hours=24)


def test_a_lease_outlasts_the_slowest_call() -> None:
    assert timedelta(seconds=12 * TIMEOUT) < LEASE
