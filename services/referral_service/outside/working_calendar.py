"""Calendar of public holidays of the Indian states, which the `holidays` library computes for any year.

Why: the domain counts working days but must not know where holidays come from. Promises: threads share complete years
only; the library's own object fills itself while it is asked, and shows an empty year meanwhile. An unknown district
gets the national holidays alone.
"""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial

import holidays

from setu.districts import STATE_OF_DISTRICT

_STATES = frozenset(holidays.country_holidays("IN").subdivisions)


def is_holiday_in(district: int) -> Callable[[date], bool]:
    """The calendar of the state that the district (LGD code) lies in."""
    state = STATE_OF_DISTRICT.get(district)
    return partial(_is_holiday, state if state in _STATES else None)


def _is_holiday(state: str | None, day: date) -> bool:
    return day in _holidays_of(state, day.year)


@lru_cache(maxsize=512)
def _holidays_of(state: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("IN", subdiv=state, years=year))
