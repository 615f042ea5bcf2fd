"""What a JSON document is, by its list or its own fields, and how it is called in a report."""

from collections.abc import Mapping
from typing import Any

from directory_service.listings.domain.spreadsheet_cells import would_run

Json = dict[str, Any]
LISTS = {"organizations": "organization", "services": "service", "locations": "location"}
LISTS |= {"taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}
DOCUMENTS = frozenset({"organization", "location", "service"})
RELATIVES = {"organization": ("locations", "services")}


def kind_of(value: Mapping[str, Any]) -> str:
    """What a document is, by the fields that only one kind has."""
    if "location_type" in value or ("addresses" in value and "status" not in value):
        return "location"
    if "service" in value and "location" in value:
        return "service_at_location"
    if {"status", "organization", "organization_id", "service_at_locations"} & set(value):
        return "service"
    if {"taxonomy_id", "taxonomy", "parent_id", "term_uri", "taxonomy_detail"} & set(value):
        return "taxonomy_term"
    if "version" in value and "description" in value and "openapi_url" not in value:  # which is the root of an API
        return "taxonomy"
    return "organization" if "name" in value else ""


def without_relatives(kind: str, value: Json) -> Json:
    """A document without the others that stand inside it; each is staged by itself."""
    apart = {*RELATIVES.get(kind, ()), *({"organization"} if kind == "service" else ())}
    kept = {name: inner for name, inner in value.items() if name not in apart}
    if kind == "service" and isinstance(value.get("service_at_locations"), list):
        kept["service_at_locations"] = [_at_place(row) for row in value["service_at_locations"]]
    return kept


def _at_place(row: Any) -> Any:
    place = row.get("location") if isinstance(row, dict) else None
    if not isinstance(place, dict):
        return row
    return {**{name: inner for name, inner in row.items() if name != "location"}, "location_id": place.get("id")}


def objects_in(value: Json, name: str) -> list[Json]:
    """The objects of a list; [] where it is no list."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def paths_of_no_objects(value: Json, name: str) -> list[str]:
    """Where something stands in a list of documents that is none; the list's name where it is no list."""
    found = value.get(name, [])
    if not isinstance(found, list):
        return [name] if found is not None else []
    return [f"{name}.{at}" for at, each in enumerate(found) if not isinstance(each, dict)]


def name_of(value: Any) -> str:
    """The name or number, if that is none that a spreadsheet would run."""
    known = value if isinstance(value, Mapping) else {}
    said = str(known.get("name") or known.get("number") or "")
    return "" if would_run(said) else said[:80]


def own_id_of(value: Any) -> str:
    """The id that the file has, likewise; one without is told by its place in the file."""
    said = str(value.get("id") or "") if isinstance(value, Mapping) else ""
    return "" if would_run(said) else said[:80]
