"""Rule of confidential locations: what is left out of records, documents, events, histories and requests.

A confidential place keeps to itself the fields that the table of fields marks `exact`; its HSDS document and what
events say of it are closed lists, so that a field added later stays private until it is put here. Rows of HSDS
`service_at_location` carry phones, contacts, hours and free words about a single place, which may tell where it is:
they are taken out of a service's record when the place is hidden, so that no reader has to think of it; their ids go
with them, which a publisher's file has beside the place, or which are computed of it. The part of
town stays public; where it repeats what is hidden, as an import makes it of a name, the town stands there instead.
What the place was called before, and where it was, is hidden, too: whoever hides it may rename it in the same act.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unicodedata import category, normalize

from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.history import Difference
from directory_service.listings.domain.records import UNKNOWN_AREA, Location

Json = dict[str, Any]
FIELD = "service_at_locations"
_LONG = 40  # letters: an import cuts a name or description short where it makes an area of it
_EXACT = frozenset(each.name for each in LOCATION_FIELDS.fields if each.exact)


def tells_where(path: str) -> bool:
    """Whether a field of a place's record (`city`, `hsds.phones`) is one that a confidential place keeps to itself."""
    return path.partition(".")[0] in _EXACT


def may_tell(change: Difference, states: Collection[Location]) -> bool:
    """Whether histories and reports may have a change of a place; `states`: the place before and after.

    Everything may be told of a place that is confidential in neither of them.
    """
    return not any(each.confidential for each in states) or not change_tells_where(change, states)


def change_tells_where(change: Difference, states: Iterable[Location]) -> bool:
    """Whether a change has a field that confidential places keep to themselves, or a part of town that repeats one."""
    if change.field != "area":
        return tells_where(change.field)
    return any(_repeats_exact(each, area) for each in states for area in (change.before, change.after))


def with_coarse_area(place: Location, *earlier: Location) -> Location:
    """The place with its town, or no part of town, where a confidential one's repeats what it keeps to itself.

    `earlier`: the same place as it was, with its exact fields.
    """
    states = (place, *earlier)
    if not place.confidential or place.area == UNKNOWN_AREA or not _is_repeated(place.area, states):
        return place
    town = place.city or ""
    return replace(place, area=UNKNOWN_AREA if not town or _is_repeated(town, states) else town)


def _is_repeated(area: str, states: Iterable[Location]) -> bool:
    return any(_repeats_exact(each, area) for each in states)


def _repeats_exact(place: Location, area: object) -> bool:
    """Whether a text is, begins or has in it the place's name, street, landmark, way there, PIN code or description."""
    said = _folded(area)
    texts = {_folded(each) for each in _exact_texts(place)} - {""}
    return (
        said in texts
        or (len(said) >= _LONG and any(text.startswith(said) for text in texts))
        or any(" " in text and text in said for text in texts)
        or bool(place.postal_code and place.postal_code in said.replace(" ", ""))
    )


def _exact_texts(place: Location) -> Iterator[object]:
    yield from (place.name, place.address_1, place.address_2, place.landmark, place.transportation)
    yield from (place.hsds.get("description"), place.hsds.get("alternate_name"))
    addresses = place.hsds.get("addresses")
    for address in addresses if isinstance(addresses, list) else []:
        yield from (address.get("address_1"), address.get("address_2"))


def _folded(text: object) -> str:
    """Words of a text, whatever stands between them and however its letters are composed."""
    if not isinstance(text, str):
        return ""
    letters = [each for each in normalize("NFKC", text).casefold() if category(each) != "Cf"]
    return " ".join("".join(" " if category(each)[0] in "PZC" else each for each in letters).split())


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


def change_without_hidden(change: Json, hidden: Collection[str]) -> Json:
    """The same of one field of a change that waits: `field`, `before`, `after`."""
    if change["field"] != f"hsds.{FIELD}":
        return change
    return {**change, **{when: rows_without_hidden(change[when] or [], hidden) or None for when in ("before", "after")}}


def rows_without_hidden(rows: Iterable[Json], hidden: Collection[str]) -> list[Json]:
    """Rows of service_at_location without those of places in `hidden`: a file has their ids beside the address."""
    return [row for row in rows if row.get("location_id") not in hidden]
