"""Check any HSDS API against the standard: root, first, middle and last page of each list, items, parameters, errors.

Each check gives one finding; a list that the standard does not require and the API has not is `absent`, not failed. It
only reads. Nothing is assumed about the data but what the API itself says of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from directory_service.hsds.domain import conformance
from directory_service.hsds.domain.conformance import (
    LISTS,
    ListPath,
)
from directory_service.hsds.outside.hsds_api import Answer

Get = Callable[[str, Mapping[str, object] | None], Answer]
Json = dict[str, Any]
PAGE_SIZE = 10
NOBODY = "00000000-0000-4000-8000-000000000000"
NONSENSE = "qxzvjk7w"
FAR_AHEAD = "2999-01-01T00:00:00Z"


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


@dataclass(frozen=True)
class Finding:
    """One check: where, what, and for a failure the reasons."""

    path: str
    check: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()


def check_conformance(get: Get, items: int = 25) -> Iterator[Finding]:
    """Findings in the order of the checks; `items`: how many items of each list are fetched one by one."""
    root = get("/", None)
    reasons = [f"status {root.status}"] if root.status != 200 else list(conformance.root_faults(root.json()))
    yield _finding("/", "about the API", reasons)
    for spec in LISTS:
        yield from _list(_Asked(get, spec), items)


class _Asked:
    """One list, and what was seen of it."""

    def __init__(self, get: Get, spec: ListPath) -> None:
        self.get, self.spec = get, spec
        self.seen: list[Json] = []
        self.whole: list[Json] = []
        self.total = 0

    def page(self, **query: object) -> Answer:
        return self.get(self.spec.path, query)

    def contents(self, **query: object) -> list[Json]:
        answer = self.page(**query).json()
        found = answer.get("contents", []) if isinstance(answer, dict) else []
        return [item for item in found if isinstance(item, dict)]


def _list(asked: _Asked, items: int) -> Iterator[Finding]:
    first = asked.page(page=1, per_page=PAGE_SIZE)
    if first.status in {404, 405, 501} and not asked.spec.required:
        yield Finding(asked.spec.path, "list", Outcome.ABSENT)
        return
    page = first.json()
    yield _finding(asked.spec.path, "first page", _page_reasons(asked, first, 1))
    if not isinstance(page, dict) or not isinstance(page.get("contents"), list):
        return
    asked.total = page.get("total_items", len(page["contents"]))
    yield from _pages(asked, page.get("total_pages", 1))
    yield from _odd_pages(asked)
    yield from _items(asked, items)
    yield from _parameters(asked)


def _page_reasons(asked: _Asked, answer: Answer, number: int) -> list[str]:
    if answer.status != 200:
        return [f"status {answer.status}"]
    page = answer.json()
    reasons = list(conformance.envelope_faults(page, number, PAGE_SIZE))
    if answer.content_type and "json" not in answer.content_type:
        reasons.append(f"Content-Type is {answer.content_type}")
    for position, item in enumerate(page.get("contents", []) if isinstance(page, dict) else []):
        reasons += [f"item {position}: {reason}" for reason in conformance.item_faults(asked.spec.kind, item)]
        if isinstance(item, dict):
            asked.seen.append(item)
    return reasons


def _pages(asked: _Asked, pages: int) -> Iterator[Finding]:
    wanted = {"middle page": (pages + 1) // 2 if pages > 2 else 0, "last page": pages if pages > 1 else 0}
    for name, number in wanted.items():
        if number > 1:
            answer = asked.page(page=number, per_page=PAGE_SIZE)
            yield _finding(asked.spec.path, name, _page_reasons(asked, answer, number))
    ids = [item.get("id") for item in asked.seen]
    twice = sorted({str(each) for each in ids if ids.count(each) > 1})
    yield _finding(asked.spec.path, "no item on two pages", [f"{each} stands twice" for each in twice])


def _odd_pages(asked: _Asked) -> Iterator[Finding]:
    beyond = asked.page(page=asked.total + 2, per_page=PAGE_SIZE)
    answer = beyond.json()
    fine = 400 <= beyond.status < 500 or (beyond.status == 200 and answer and answer.get("contents") == [])
    yield _finding(asked.spec.path, "page beyond the last", [] if fine else [f"status {beyond.status}, not empty"])
    few = asked.contents(per_page=1)
    yield _finding(asked.spec.path, "per_page", [] if len(few) <= 1 else [f"{len(few)} items for per_page=1"])
    for query in ({"page": "first"}, {"page": "0"}, {"per_page": "-1"}):
        status = asked.page(**query).status
        reasons = [] if 400 <= status < 500 else [f"status {status}"]
        yield _finding(asked.spec.path, "bad {}={}".format(*next(iter(query.items()))), reasons)


def _items(asked: _Asked, items: int) -> Iterator[Finding]:
    reasons: list[str] = []
    for listed in asked.seen[:items]:
        answer = asked.get(f"{asked.spec.path}/{listed.get('id')}", None)
        whole = answer.json()
        if answer.status != 200 or not isinstance(whole, dict):
            reasons.append(f"{listed.get('id')}: status {answer.status}")
            continue
        asked.whole.append(whole)
        found = [*conformance.item_faults(asked.spec.kind, whole), *conformance.same_faults(listed, whole)]
        reasons += [f"{listed.get('id')}: {reason}" for reason in found]
    yield _finding(asked.spec.path, "items", reasons)
    for name in (NOBODY, "no-such-id"):
        status = asked.get(f"{asked.spec.path}/{name}", None).status
        yield _finding(asked.spec.path, f"absent item {name[:10]}", [] if 400 <= status < 500 else [f"status {status}"])


def _parameters(asked: _Asked) -> Iterator[Finding]:
    yield _finding(asked.spec.path, "format=ndjson", _ndjson_reasons(asked))
    for name in sorted(asked.spec.filters):
        yield _finding(asked.spec.path, name, list(_CHECKS[name](asked)) if asked.whole else [])


def _ndjson_reasons(asked: _Asked) -> list[str]:
    answer = asked.page(format="ndjson")
    if answer.status != 200:
        return [f"status {answer.status}"]
    number, reasons = 0, []
    for number, line in enumerate(answer.lines(), 1):
        found = conformance.item_faults(asked.spec.kind, Answer(200, line).json())
        reasons += [f"line {number}: {fault}" for fault in found]
    return reasons if number == asked.total else [f"{number} lines for {asked.total} items"]


def _full(asked: _Asked) -> Iterator[str]:
    known = {item.get("id"): item for item in asked.whole}
    for item in asked.contents(full="true", per_page=PAGE_SIZE):
        yield from (f"{item.get('id')}: {fault}" for fault in conformance.item_faults(asked.spec.kind, item))
        for name in set(known.get(item.get("id"), {})) - set(item):
            yield f"{item.get('id')}: {name} is missing"


def _minimal(asked: _Asked) -> Iterator[str]:
    answer = asked.page(minimal="true")
    if answer.status != 200:
        yield f"status {answer.status}"
    for item in asked.contents(minimal="true"):
        if "id" not in item:
            yield "an item has no id"
        for name in sorted(set(item) - conformance.MINIMAL)[:1]:
            yield f"{item.get('id')}: {name} is told too"


def _modified_after(asked: _Asked) -> Iterator[str]:
    dated = [(str(at), item["id"]) for item in asked.whole if (at := _service_of(item).get("last_modified"))]
    if not dated:
        return
    at, newest = max(dated)
    if newest not in {item.get("id") for item in asked.contents(modified_after=at, per_page=100)}:
        yield f"not inclusive: {newest} of {at} is missing"
    if asked.contents(modified_after=FAR_AHEAD):
        yield f"items modified after {FAR_AHEAD}"
    if not 400 <= asked.page(modified_after="yesterday").status < 500:
        yield "a value that is no time is not refused"


def _organization_id(asked: _Asked) -> Iterator[str]:
    owners = [owner for owner in map(_owner, asked.whole) if owner]
    if owners:
        found = asked.contents(organization_id=owners[0], per_page=100)
        if not found:
            yield f"nothing for {owners[0]}"
        yield from (f"{item.get('id')} is another's" for item in found if _owner(item) not in {owners[0], None})
    if asked.contents(organization_id=NOBODY):
        yield "items for an organisation that does not exist"


def _service_of(item: Json) -> Json:
    inside = item.get("service", item)
    return inside if isinstance(inside, dict) else item


def _owner(item: Json) -> str | None:
    inside = _service_of(item)
    owner = inside.get("organization_id") or inside.get("organization", {}).get("id")
    return str(owner) if owner else None


def _taxonomy_term_id(asked: _Asked) -> Iterator[str]:
    for item in asked.whole:
        used = sorted(conformance.terms_of(item))
        if used:
            found = asked.contents(taxonomy_term_id=used[0], per_page=100)
            if item["id"] not in {each.get("id") for each in found} and len(found) < 100:
                yield f"{item['id']} has the term {used[0]} and is not found by it"
            both = asked.contents(taxonomy_term_id=used[0], organization_id=NOBODY)
            if both:
                yield "filters do not combine as AND"
            break
    if asked.contents(taxonomy_term_id=NOBODY):
        yield "items for a term that does not exist"


def _taxonomy_id(asked: _Asked) -> Iterator[str]:
    for item in asked.whole:
        if used := sorted(conformance.taxonomies_of(item)):
            found = asked.contents(taxonomy_id=used[0], per_page=100)
            if item["id"] not in {each.get("id") for each in found} and len(found) < 100:
                yield f"{item['id']} is of {used[0]} and is not found by it"
            yield from (f"{each['id']} is of another" for each in found if each.get("taxonomy_id", used[0]) != used[0])
            break
    if asked.contents(taxonomy_id=NOBODY):
        yield "items for a taxonomy that does not exist"


def _parent_id(asked: _Asked) -> Iterator[str]:
    parent = next((item["parent_id"] for item in asked.whole if item.get("parent_id")), NOBODY)
    found = asked.contents(parent_id=parent, per_page=100)
    if parent != NOBODY and not found:
        yield f"nothing below {parent}"
    yield from (f"{item.get('id')} is not below {parent}" for item in found if item.get("parent_id") != parent)


def _top_only(asked: _Asked) -> Iterator[str]:
    found = asked.contents(top_only="true", per_page=100)
    yield from (f"{item.get('id')} is below {item['parent_id']}" for item in found if item.get("parent_id"))


def _full_service(asked: _Asked) -> Iterator[str]:
    serving = {item["id"] for item in asked.whole if item.get("services")}
    for item in asked.contents(full_service="true", per_page=PAGE_SIZE):
        yield from (f"{item.get('id')}: {fault}" for fault in conformance.item_faults(asked.spec.kind, item))
        if item.get("id") in serving and not item.get("services"):
            yield f"{item['id']}: services is missing"
        for service in item.get("services", [])[:1]:
            whole = asked.get(f"/services/{service.get('id')}", None).json() or {}
            nested = {name for name, value in whole.items() if isinstance(value, list) and value}
            yield from (f"{service.get('id')}: {name} is missing" for name in sorted(nested - set(service)))


def _postcode(asked: _Asked) -> Iterator[str]:
    if asked.contents(postcode=NONSENSE):
        yield f"items for the postcode {NONSENSE!r}"


def _search(asked: _Asked) -> Iterator[str]:
    one = asked.whole[0]
    name = str(_service_of(one).get("name", ""))
    found = asked.contents(search=name, per_page=100)
    if one.get("id") not in {item.get("id") for item in found} and len(found) < 100:
        yield f"{name!r} is not found by its own name"
    if asked.contents(search=NONSENSE):
        yield f"items for {NONSENSE!r}"


_CHECKS: dict[str, Callable[[_Asked], Iterator[str]]] = {
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


def _finding(path: str, check: str, reasons: list[str]) -> Finding:
    return Finding(path, check, Outcome.FAILED if reasons else Outcome.PASSED, tuple(reasons))
