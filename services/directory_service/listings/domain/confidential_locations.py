"""Rule of confidential locations: what is left out of records, documents, events, histories and requests.

A confidential place keeps to itself the fields that the table of fields marks `exact`; its HSDS document and what
events say of it are closed lists, so that a field added later stays private until it is put here. Rows of HSDS
`service_at_location` carry phones, contacts, hours and free words about a single place, which may tell where it is:
they are taken out of a service's record when the place is hidden, so that no reader has to think of it; their ids go
with them, which a publisher's file has beside the place, or which are computed of it. The part of town stays public,
as far as `coarse_area.py` lets it. What the place was called before, and where it was, is hidden, too: whoever hides it
may rename it in the same act.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.history import Difference
from directory_service.listings.domain.records import Location
from directory_service.listings.domain.repeated_words import repeats_exact

Json = dict[str, Any]
FIELD = "service_at_locations"
_EXACT = frozenset(each.name for each in LOCATION_FIELDS.fields if each.exact)


def tells_where(path: str) -> bool:
    """Whether a field of a place's record (`city`, `hsds.phones`) is one that a confidential place keeps to itself."""
    return path.partition(".")[0] in _EXACT


def may_tell(change: Difference, states: Collection[Location]) -> bool:
    """Whether histories and reports may have a change of a place; `states`: the place before and after.

    Everything may be told of a place that is confidential in neither of them.
    """
    return not any(each.confidential for each in states) or not change_tells_where(change, states)


def change_tells_where(change: Difference, states: Iterable[Location], named: Collection[str] = ()) -> bool:
    """Whether a change has a field that confidential places keep to themselves, or a part of town that repeats one.

    `named`: what the place's district is called.
    """
    if change.field != "area":
        return tells_where(change.field)
    return any(repeats_exact(each, area, named) for each in states for area in (change.before, change.after))


def split_exact(place: Location) -> tuple[Json, Json]:
    """What everyone may know of a place, and what only its own organisation may (empty unless it is confidential)."""
    whole = LOCATION_FIELDS.write(place)
    exact = {key: whole.pop(key) for key in list(whole) if place.confidential and tells_where(key)}
    return whole, exact


def reduced_document(place: Location) -> dict[str, object]:
    """HSDS `location` of a confidential place: that it exists, whose it is and in which part of town."""
    return {
        "id": str(place.id),
        "location_type": "physical",
        "organization_id": str(place.organization_id),
        **({"description": place.known_area} if place.known_area else {}),
    }


def reduced_address(places: Iterable[Location]) -> dict[str, object]:
    """Where a service is given that has confidential places only, as its event says it: the area of the first."""
    return {"confidential": True, "area": next(iter(places)).known_area, "address": None, "landmark": None}


def says_of_places(record: Mapping[str, Any]) -> bool:
    """Whether a service's record, as it is stored, says anything of single places."""
    return bool(record.get("hsds", {}).get(FIELD))


def without_hidden(record: Json, hidden: Collection[str]) -> Json:
    """The record without what it says of the places in `hidden`; the same record where it says nothing of any place."""
    if not hidden or not says_of_places(record):
        return record
    rest = {key: value for key, value in record["hsds"].items() if key != FIELD}
    rows = rows_without_hidden(record["hsds"][FIELD], hidden)
    hsds = {**rest, FIELD: rows} if rows else rest
    return {key: value for key, value in {**record, "hsds": hsds}.items() if key != "hsds" or hsds}


def changes_without_hidden(changes: Iterable[Json], hidden: Collection[str]) -> list[Json]:
    """The same of changes that wait or are told, each a `field`, `before` and `after`; none that changes nothing."""
    left = (_change_without_hidden(each, hidden) for each in changes)
    return [each for each in left if each["before"] != each["after"]]


def _change_without_hidden(change: Json, hidden: Collection[str]) -> Json:
    if change["field"] != f"hsds.{FIELD}":
        return change
    return {**change, **{when: rows_without_hidden(change[when] or [], hidden) or None for when in ("before", "after")}}


def rows_without_hidden(rows: Iterable[Json], hidden: Collection[str]) -> list[Json]:
    """Rows of service_at_location without those of places in `hidden`: a file has their ids beside the address."""
    return [row for row in rows if row.get("location_id") not in hidden]
