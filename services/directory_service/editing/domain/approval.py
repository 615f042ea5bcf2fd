"""Rule of approval: a new provider's changes wait for a coordinator, but for what changes from day to day.

A provider begins `pending`: nothing of it is public, so it fills in its listing freely, and a second person lets the
whole (`organization_approval`). From then on it is *new*: what it changes waits until the coordinator has looked at it,
until the coordinator says that it is established. Whoever came in by an operator's import is established. Why so, and
what was not taken: docs/adr/0022.
"""

from collections.abc import Collection

#: What is only true today. It says nothing that could mislead for long, and is worth nothing a week later.
DAILY = frozenset({"accepting", "places_available", "places_as_of", "assured_date"})

#: Why a coordinator refuses a change. Codes, so that no free text about anybody travels between the two.
REFUSALS = ("not_right", "not_understood", "not_this_district", "too_much", "not_allowed")


def is_new(status: str, *, established: bool) -> bool:
    """Whether the provider is public already, and still new."""
    return status == "active" and not established


def waits(status: str, fields: Collection[str], *, established: bool, joins: bool = False) -> bool:
    """Whether a change of these record fields waits for a coordinator; `joins`: what waits already is joined by it."""
    return (joins or is_new(status, established=established)) and not DAILY.issuperset(fields)
