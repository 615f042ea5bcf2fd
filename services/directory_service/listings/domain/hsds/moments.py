"""Dates and times of HSDS that the JSON schemas take for any text: ISO 8601, as the specification's words ask for.

What is none of them would never count as open, and would be wrong in the tables of an export. Of other objects the
dates are read where they are used. For what comes in alone: what was taken once is read as it was stored.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from directory_service.listings.domain.hsds.objects import (
    Fault,
    fields_of,
)
from directory_service.listings.domain.text_kinds import TIME_OF_DAY

_TIME = re.compile(rf"({TIME_OF_DAY}|24:00)(:[0-5][0-9])?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?")
_DATES = {
    "schedule": frozenset({"valid_from", "valid_to", "dtstart", "until"}),
    "cost_option": frozenset({"valid_from", "valid_to"}),
}
_TIMES = {"schedule": frozenset({"opens_at", "closes_at"})}


def moment_faults(kind: str, value: Mapping[str, Any], path: str = "") -> Iterator[Fault]:
    """Every such fault in an object, however deep, that `objects.faults` lets through."""
    for name, inner in value.items():
        here, said = f"{path}.{name}".lstrip("."), fields_of(kind)[name].type
        if said.startswith("["):
            for at, row in enumerate(inner):
                yield from moment_faults(said[1:-1], row, f"{here}.{at}")
        elif said.startswith("<"):
            yield from moment_faults(said[1:-1], inner, here)
        elif detail := moment_fault(kind, name, inner):
            yield Fault(here, detail)


def moment_fault(kind: str, name: str, value: object) -> str | None:
    """What is wrong with a field of an object of this type, where it should be a date or a time of day."""
    if name in _TIMES.get(kind, ()) and not is_time(str(value)):
        return "must be a time such as 17:30"
    if name in _DATES.get(kind, ()) and not _is_date(str(value)):
        return "must be a date such as 2026-11-24"
    return None


def is_time(text: str) -> bool:
    """A time of day, with or without seconds and offset; 24:00 is the end of the day."""
    return _TIME.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
