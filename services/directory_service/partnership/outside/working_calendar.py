"""Calendar of public holidays of the Indian states, by district. An unknown district gets the national ones alone."""

from collections.abc import Callable
from datetime import date
from functools import partial

from service_kit.public_holidays import is_public_holiday
from setu.districts import STATE_OF_DISTRICT


def is_holiday_in(district: int | None) -> Callable[[date], bool]:
    """The calendar of the state that the district (LGD code) lies in; None: national holidays alone."""
    state = None if district is None else STATE_OF_DISTRICT.get(district)
    return partial(is_public_holiday, "IN", state)
