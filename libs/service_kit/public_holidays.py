"""Calendar of a country's public holidays, by subdivision, which the `holidays` library computes for any year.

Why: rules count working days and must not know where holidays come from. Promises: threads share complete years only;
the library's own object fills itself while it is asked, and shows an empty year meanwhile. A subdivision that the
library does not know gets the national holidays alone.
"""

from datetime import date
from functools import lru_cache

import holidays


def is_public_holiday(country: str, subdivision: str | None, day: date) -> bool:
    """Whether offices are closed there on that day; `country` and `subdivision` are the two halves of ISO 3166-2."""
    return day in _holidays_of(country, subdivision if subdivision in _subdivisions(country) else None, day.year)


@lru_cache(maxsize=8)
def _subdivisions(country: str) -> frozenset[str]:
    return frozenset(holidays.country_holidays(country).subdivisions)


@lru_cache(maxsize=512)
def _holidays_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
