"""What HSDS 3.2.3 asks of an API's answers, as checks on values: no network here.

Sources: the specification's API reference (openapi.json) and its prose: lists are paged in the `Page` envelope with
`empty` and `contents`, ids are UUIDs, filters combine as AND, `modified_after` is inclusive, nothing is null.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from directory_service.listings.domain.hsds.objects import faults

Json = Mapping[str, Any]


@dataclass(frozen=True)
class ListPath:
    """A list of the standard: its path, the type of its items, and the filters that it documents."""

    path: str
    kind: str
    required: bool = False
    filters: frozenset[str] = frozenset()


_TERMS = frozenset({"taxonomy_term_id", "taxonomy_id", "search"})
LISTS = (
    ListPath(
        "/services",
        "service",
        required=True,
        filters=_TERMS | {"organization_id", "modified_after", "minimal", "full"},
    ),
    ListPath("/organizations", "organization", filters=_TERMS | {"full", "full_service"}),
    ListPath(
        "/service_at_locations",
        "service_at_location",
        filters=_TERMS | {"full", "organization_id", "modified_after", "postcode"},
    ),
    ListPath("/taxonomies", "taxonomy", filters=frozenset({"search"})),
    ListPath("/taxonomy_terms", "taxonomy_term", filters=frozenset({"taxonomy_id", "parent_id", "top_only", "search"})),
)
#: What `minimal` items may say; the standard's schema of lists requires name and status.
MINIMAL = frozenset({"id", "name", "status", "modified_date", "last_modified"})


def root_faults(answer: object) -> Iterator[str]:
    """The answer of `GET /`."""
    if not isinstance(answer, dict):
        yield "is no JSON object"
        return
    for name in ("version", "profile", "openapi_url"):
        if not isinstance(answer.get(name), str) or not answer[name]:
            yield f"{name} is missing"
    if not str(answer.get("version", "")).startswith("3."):
        yield f"version {answer.get('version')!r} is not HSDS 3"


def envelope_faults(page: object, number: int, size: int) -> Iterator[str]:
    """The `Page` envelope of the page that was asked for; optional members must be true where they stand."""
    if not isinstance(page, dict):
        yield "is no JSON object"
        return
    contents = page.get("contents")
    if not isinstance(contents, list):
        yield "contents is not a list"
        return
    if page.get("empty") is not (len(contents) == 0):
        yield "empty is missing or wrong"
    if len(contents) > size:
        yield f"{len(contents)} items where {size} were asked for"
    expected: dict[str, object] = {"page_number": number, "size": len(contents), "first_page": number == 1}
    for name, value in expected.items():
        if name in page and page[name] != value:
            yield f"{name} is {page[name]!r}, expected {value!r}"
    yield from _total_faults(page, number, size)


def _total_faults(page: Json, number: int, size: int) -> Iterator[str]:
    total, pages = page.get("total_items"), page.get("total_pages")
    if not isinstance(total, int) or not isinstance(pages, int):
        return
    if pages != -(-total // size) and not (total == 0 and pages == 1):
        yield f"total_pages is {pages} for {total} items at {size} a page"
    if "last_page" in page and page["last_page"] is not (number >= pages):
        yield "last_page is wrong"
    expected = max(0, min(size, total - (number - 1) * size))
    if len(page["contents"]) != expected:
        yield f"{len(page['contents'])} items, expected {expected} of {total}"


def item_faults(kind: str, item: object) -> Iterator[str]:
    """An item, whole or basic, with what the API nests in it beyond the object's own schema."""
    yield from (f"{fault.path} {fault.detail}" for fault in faults(kind, item, closed=False))
    if isinstance(item, dict) and kind == "service_at_location" and "service" in item:
        yield from (
            f"{fault.path} {fault.detail}" for fault in faults("service", item["service"], "service", closed=False)
        )
    if isinstance(item, dict) and kind == "organization":
        for position, service in enumerate(objects_in(item, "services")):
            path = f"services.{position}"
            yield from (f"{fault.path} {fault.detail}" for fault in faults("service", service, path, closed=False))


def same_faults(listed: Json, whole: Json) -> Iterator[str]:
    """What a list says of an item, the item says too (one-to-one fields)."""
    for name, value in listed.items():
        if isinstance(value, str | int | float) and whole.get(name, value) != value:
            yield f"{name} differs between list and item"
    if listed.get("id") != whole.get("id"):
        yield "id differs between list and item"


def terms_of(item: Json) -> set[str]:
    """The ids of the taxonomy terms that a whole item, or one of its services, uses."""
    found = (each.get("taxonomy_term_id") or _term_of(each).get("id") for each in _attributes(item))
    return {str(each) for each in found if each}


def taxonomies_of(item: Json) -> set[str]:
    """The ids of the taxonomies that those terms are of; of a term its own."""
    found = [_term_of(each).get("taxonomy_id") for each in _attributes(item)]
    return {str(each) for each in [*found, item.get("taxonomy_id")] if each}


def objects_in(item: Json, name: str) -> list[dict[str, Any]]:
    """The objects of a list that an item nests; what is of another type is a fault of its own, and left out."""
    nested = item.get(name)
    return [each for each in nested if isinstance(each, dict)] if isinstance(nested, list) else []


def _attributes(item: Json) -> list[dict[str, Any]]:
    inside = item.get("service", item)
    is_item = isinstance(inside, dict) and "name" in inside and "status" in inside
    return objects_in(inside, "attributes") if is_item else []


def _term_of(attribute: Json) -> Json:
    term = attribute.get("taxonomy_term")
    return term if isinstance(term, dict) else {}
