"""Which of the index's different opening hours are open at a moment.

The index keeps a service's rules as one value, and few values are different; each is looked at when somebody asks, so
the answer is right to the minute, for every kind of rule, and no index grows old by the clock.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from directory_service.domain.records import Opening
from directory_service.domain.recurrence import is_rule
from directory_service.use_cases.opening_hours import INDIA, opens_on

_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59)


def open_hours(values: Iterable[str], at: datetime) -> list[str]:
    """The values (`entry.hours_key`) with a rule that is open at `at` (aware); closing times are exclusive."""
    local = at.astimezone(INDIA)
    return [value for value in values if any(_is_open(opening, local) for opening in _openings(value))]


@lru_cache(maxsize=20_000)
def _openings(value: str) -> tuple[Opening, ...]:
    """Of stored rules those that are taken today: another might be counted for ever."""
    return tuple(_opening(rule) for rule in json.loads(value) if is_rule(rule["rrule"]))


def _opening(rule: dict[str, str]) -> Opening:
    first, last = (date.fromisoformat(rule[key]) if key in rule else None for key in ("valid_from", "valid_to"))
    return Opening(rule["rrule"], rule["opens_at"], rule["closes_at"], first, last)


def _is_open(opening: Opening, local: datetime) -> bool:
    opens, closes = time.fromisoformat(opening.opens_at), time.fromisoformat(opening.closes_at)
    now, today = local.time(), local.date()
    if closes == _END_OF_DAY:
        return now >= opens and opens_on(opening, today)
    if closes > opens:
        return opens <= now < closes and opens_on(opening, today)
    return (now >= opens and opens_on(opening, today)) or (now < closes and opens_on(opening, today - _DAY))
