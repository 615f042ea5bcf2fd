"""Difference of two records, field by field: for the history, and for a coordinator before it is public.

Records are compared as the JSON that they are stored as (defaults left out, so a missing field is `None` here).
Translations and what only HSDS has a field for are compared one by one: `names.hi`, `hsds.contacts`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

Json = dict[str, Any]
_INSIDE = ("names", "descriptions", "hsds")
#: Not in the history: when another field was typed (an entry has its own time), what is said about one place, and that
#: a place is a shared one's copy no more, which follows from what was edited.
UNTOLD = frozenset({"places_as_of", "hsds.service_at_locations", "shared_id"})


@dataclass(frozen=True)
class Difference:
    """One field: `before` and `after` are JSON values, None where there is nothing."""

    field: str
    before: Any
    after: Any

    @property
    def top(self) -> str:
        """The record's own field: `names` of `names.hi`."""
        return self.field.partition(".")[0]


@dataclass(frozen=True)
class Author:
    """Which organisation changes something, never which person; `id` None where an import does, `name` its source."""

    id: UUID | None
    name: str


@dataclass(frozen=True)
class HistoryEntry:
    """One field of one change in the history. `at` is aware; `by` an organisation's name, or the source of an import.

    `action` is `create` or `update`.
    """

    id: UUID
    action: str
    change: Difference
    at: datetime
    by: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every field that is not the same, in alphabetical order."""
    old, new = dict(_flat(before)), dict(_flat(after))
    fields = sorted(old.keys() | new.keys())
    return tuple(Difference(f, old.get(f), new.get(f)) for f in fields if old.get(f) != new.get(f))


def applied(record: Mapping[str, Any], changes: Iterable[Difference]) -> Json:
    """The record with these changes; fields that they do not name stay as they are."""
    made = {**record, **{name: dict(record[name]) for name in _INSIDE if name in record}}
    for change in changes:
        top, _, key = change.field.partition(".")
        target = made.setdefault(top, {}) if key else made
        if change.after is None:
            target.pop(key or top, None)
        else:
            target[key or top] = change.after
    return {name: value for name, value in made.items() if name not in _INSIDE or value}


def undone(changes: Iterable[Difference]) -> tuple[Difference, ...]:
    """The same changes the other way round."""
    return tuple(Difference(each.field, each.after, each.before) for each in changes)


def _flat(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if name in _INSIDE:
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value
