"""Public holidays of the Indian states, from the `holidays` library, which computes them for any year.

Why: the domain counts working days but must not know where holidays come from. An unknown district gets the national
holidays alone.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import holidays

from referral_service.domain.places import STATE_OF_DISTRICT

_STATES = frozenset(holidays.country_holidays("IN").subdivisions)


def is_holiday_in(district: int) -> Callable[[date], bool]:
    """The calendar of the state that the district (LGD code) lies in: one function a state."""
    return _of_state(STATE_OF_DISTRICT.get(district))


@lru_cache(maxsize=64)
def _of_state(state: str | None) -> Callable[[date], bool]:
    days = holidays.country_holidays("IN", subdiv=state if state in _STATES else None)
    return lambda day: day in days
