"""Rule of shared places: what a copy says once it is a place of its own, and how ids of copies were made before.

A copy that is hidden, or whose original is, must not be recognised by anything public. So nothing that it is called or
contains may be computed from the original's id, which several documents have.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.own_ids import with_ids_of
from directory_service.listings.domain.records import Location

Json = dict[str, Any]


def computed_copy_id(place: object, organization: object) -> str:
    """The id that a copy had until ids were random; anybody computes it from what is public."""
    return nested_id(place, "place of", organization)


def own_place(copy: Location, place: UUID) -> Location:
    """A copy of `place` as a place of its own: nothing in it has an id that the original's rows have, or names it."""
    own = str(copy.id)
    return replace(copy, shared_id=None, hsds=with_ids_of(own, copy.hsds, {str(place): own}))


def own_record(record: Json, place: str) -> Json:
    """The same of a record as it is stored."""
    own = record["id"]
    kept = {name: value for name, value in record.items() if name != "shared_id"}
    return {**kept, **({"hsds": with_ids_of(own, kept["hsds"], {place: own})} if "hsds" in kept else {})}


def own_import(record: Json) -> Json:
    """What was imported of a copy, as it is compared once the copy is a place of its own: its file still shares it."""
    place = record.get("shared_id")
    return {**own_record(record, place), "shared_id": place} if place else record
