"""Checks of an HSDS list's filters: each asks the list with one filter and compares what comes with what it knows.

`FILTER_CHECKS` names a check for each filter of `conformance.LISTS`; a check yields a reason for each fault. The values
that are asked for come from items fetched before; where there is none, there is nothing to ask.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from directory_service.hsds.domain import conformance
from directory_service.hsds.domain.conformance import ListPath, objects_in
from directory_service.hsds.outside.hsds_api import Answer

Get = Callable[[str, Mapping[str, object] | None], Answer]
Post = Callable[[str, Mapping[str, object]], Answer]
Json = dict[str, Any]
MOST_PAGES = 100
PAGE_SIZE = 10
NOBODY = "00000000-0000-4000-8000-000000000000"
NONSENSE = "qxzvjk7w"
FAR_AHEAD = "2999-01-01T00:00:00Z"


class CheckedList:
    """One list of the API: how its pages are asked for, the items that they listed, and the items fetched whole."""

    def __init__(self, get: Get, spec: ListPath) -> None:
        self.get, self.spec = get, spec
        self.seen: list[Json] = []
        self.whole: list[Json] = []
        self.total = 0

    def page(self, **query: object) -> Answer:
        """One answer of the list."""
        return self.get(self.spec.path, query)

    def contents(self, **query: object) -> list[Json]:
        """The items of one answer; [] where it is not a page. Items whose id is not text are left out."""
        answer = self.page(**query).json()
        found = objects_in(answer, "contents") if isinstance(answer, dict) else []
        return [item for item in found if isinstance(item.get("id", ""), str)]


def _full(checked: CheckedList) -> Iterator[str]:
    known = {item.get("id"): item for item in checked.whole}
    for item in checked.contents(full="true", per_page=PAGE_SIZE):
        yield from (f"{item.get('id')}: {fault}" for fault in conformance.item_faults(checked.spec.kind, item))
        whole = known.get(item.get("id"))
        if whole is None:
            continue
        yield from (f"{item.get('id')}: {name} is missing" for name in sorted(set(whole) - set(item)))
        yield from (
            f"{item.get('id')}: its own address does not tell {name}" for name in sorted(set(item) - set(whole))
        )


def _minimal(checked: CheckedList) -> Iterator[str]:
    answer = checked.page(minimal="true")
    if answer.status != 200:
        yield f"status {answer.status}"
    for item in checked.contents(minimal="true"):
        if "id" not in item:
            yield "an item has no id"
        for name in sorted(set(item) - conformance.MINIMAL)[:1]:
            yield f"{item.get('id')}: {name} is told too"


def _modified_after(checked: CheckedList) -> Iterator[str]:
    dated = [(str(at), item["id"]) for item in checked.whole if (at := _service_of(item).get("last_modified"))]
    if not dated:
        return
    at, newest = max(dated)
    if not _stands_in(checked, newest, modified_after=at):
        yield f"not inclusive: {newest} of {at} is missing"
    if checked.contents(modified_after=FAR_AHEAD):
        yield f"items modified after {FAR_AHEAD}"
    if not 400 <= checked.page(modified_after="yesterday").status < 500:
        yield "a value that is not a time is not refused"


def _stands_in(checked: CheckedList, wanted: str, **query: object) -> bool:
    """Whether an item is on one of the pages; many may have the same time."""
    for number in range(1, MOST_PAGES + 1):
        found = checked.contents(**query, page=number, per_page=100)
        if wanted in {item.get("id") for item in found}:
            return True
        if len(found) < 100:
            return False
    return True  # nobody can tell


def _organization_id(checked: CheckedList) -> Iterator[str]:
    owners = [owner for owner in map(_owner, checked.whole) if owner]
    if owners:
        found = checked.contents(organization_id=owners[0], per_page=100)
        if not found:
            yield f"nothing for {owners[0]}"
        yield from (f"{item.get('id')} is another's" for item in found if _owner(item) not in {owners[0], None})
    if checked.contents(organization_id=NOBODY):
        yield "items for an organisation that does not exist"


def _service_of(item: Json) -> Json:
    inside = item.get("service", item)
    return inside if isinstance(inside, dict) else item


def _owner(item: Json) -> str | None:
    inside = _service_of(item)
    organization = inside.get("organization")
    owner = inside.get("organization_id") or (organization.get("id") if isinstance(organization, dict) else None)
    return str(owner) if owner else None


def _taxonomy_term_id(checked: CheckedList) -> Iterator[str]:
    for item in checked.whole:
        used = sorted(conformance.terms_of(item))
        if used:
            found = checked.contents(taxonomy_term_id=used[0], per_page=100)
            if item["id"] not in {each.get("id") for each in found} and len(found) < 100:
                yield f"{item['id']} has the term {used[0]} and is not found by it"
            both = checked.contents(taxonomy_term_id=used[0], organization_id=NOBODY)
            if both:
                yield "filters do not combine as AND"
            break
    if checked.contents(taxonomy_term_id=NOBODY):
        yield "items for a term that does not exist"


def _taxonomy_id(checked: CheckedList) -> Iterator[str]:
    for item in checked.whole:
        if used := sorted(conformance.taxonomies_of(item)):
            found = checked.contents(taxonomy_id=used[0], per_page=100)
            if item["id"] not in {each.get("id") for each in found} and len(found) < 100:
                yield f"{item['id']} is of {used[0]} and is not found by it"
            yield from (
                f"{each.get('id')} is of another" for each in found if each.get("taxonomy_id", used[0]) != used[0]
            )
            break
    if checked.contents(taxonomy_id=NOBODY):
        yield "items for a taxonomy that does not exist"


def _parent_id(checked: CheckedList) -> Iterator[str]:
    parent = next((item["parent_id"] for item in checked.whole if item.get("parent_id")), NOBODY)
    found = checked.contents(parent_id=parent, per_page=100)
    if parent != NOBODY and not found:
        yield f"nothing below {parent}"
    yield from (f"{item.get('id')} is not below {parent}" for item in found if item.get("parent_id") != parent)


def _top_only(checked: CheckedList) -> Iterator[str]:
    found = checked.contents(top_only="true", per_page=100)
    yield from (f"{item.get('id')} is below {item['parent_id']}" for item in found if item.get("parent_id"))


def _full_service(checked: CheckedList) -> Iterator[str]:
    serving = {item["id"] for item in checked.whole if item.get("services")}
    for item in checked.contents(full_service="true", per_page=PAGE_SIZE):
        yield from (f"{item.get('id')}: {fault}" for fault in conformance.item_faults(checked.spec.kind, item))
        if item.get("id") in serving and not item.get("services"):
            yield f"{item['id']}: services is missing"
        for service in objects_in(item, "services")[:1]:
            whole = checked.get(f"/services/{service.get('id')}", None).json()
            known = whole.items() if isinstance(whole, dict) else ()
            nested = {name for name, value in known if isinstance(value, list) and value}
            yield from (f"{service.get('id')}: {name} is missing" for name in sorted(nested - set(service)))


def _postcode(checked: CheckedList) -> Iterator[str]:
    if checked.contents(postcode=NONSENSE):
        yield f"items for the postcode {NONSENSE!r}"


def _search(checked: CheckedList) -> Iterator[str]:
    one = checked.whole[0]
    name = str(_service_of(one).get("name", ""))
    found = checked.contents(search=name, per_page=100)
    if one.get("id") not in {item.get("id") for item in found} and len(found) < 100:
        yield f"{name!r} is not found by its own name"
    if checked.contents(search=NONSENSE):
        yield f"items for {NONSENSE!r}"


FILTER_CHECKS: dict[str, Callable[[CheckedList], Iterator[str]]] = {
    "full": _full,
    "minimal": _minimal,
    "modified_after": _modified_after,
    "organization_id": _organization_id,
    "taxonomy_term_id": _taxonomy_term_id,
    "taxonomy_id": _taxonomy_id,
    "parent_id": _parent_id,
    "top_only": _top_only,
    "full_service": _full_service,
    "postcode": _postcode,
    "search": _search,
}
